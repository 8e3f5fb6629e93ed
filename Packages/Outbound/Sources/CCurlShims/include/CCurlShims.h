#pragma once

#include <curl/curl.h>
#include <stddef.h>

/// CURLAUTH_BASIC, whose macro Swift doesn't import.
static const long outbound_curlauth_basic = CURLAUTH_BASIC;

// libcurl's variadic functions, one for each type of argument.

CURLcode outbound_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode outbound_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode outbound_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list);

/// Gives the handle a copy of the bytes to send as the body.
CURLcode outbound_curl_set_body(CURL *handle, const void *bytes, size_t count);

typedef size_t (*outbound_curl_bytes)(char *bytes, size_t size, size_t count, void *context);
typedef int (*outbound_curl_prerequest)(void *context, char *ip, char *local_ip, int port, int local_port);

/// Those that are NULL stay unset.
struct outbound_curl_callbacks {
    void *context;
    outbound_curl_bytes header;
    outbound_curl_bytes write;
    outbound_curl_prerequest prerequest;
};

CURLcode outbound_curl_set_callbacks(CURL *handle, struct outbound_curl_callbacks callbacks);

/// The value, or 0 when there is none.
long outbound_curl_get_long(CURL *handle, CURLINFO info);

/// Of a connection made with CURLOPT_CONNECT_ONLY; CURL_SOCKET_BAD when there is none.
curl_socket_t outbound_curl_get_socket(CURL *handle);

CURLMcode outbound_curl_multi_set_long(CURLM *handle, CURLMoption option, long value);

/// The handle and the result of the next finished transfer; NULL when there is none.
CURL *outbound_curl_multi_next_finished(CURLM *handle, CURLcode *result);

/// Keeps SIGPIPE from this thread and those it starts: OpenSSL raises it when a peer has gone, and libcurl leaves
/// it to us where signals are off (CURLOPT_NOSIGNAL), as they must be in a process with threads.
void outbound_block_sigpipe(void);
