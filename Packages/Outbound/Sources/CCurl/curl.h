// The names, not the type-checking macros over them: Swift can't import those.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
