#pragma once

#include <errno.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Swift's Glibc module leaves epoll out, and `struct epoll_event` is packed on x86-64: these keep it on the C side.

static inline int plumbline_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int plumbline_eventfd_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline int plumbline_epoll_add(int epoll, int fd, uint32_t events, uint64_t id) {
    struct epoll_event event = {.events = events, .data = {.u64 = id}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static inline int plumbline_epoll_modify(int epoll, int fd, uint32_t events, uint64_t id) {
    struct epoll_event event = {.events = events, .data = {.u64 = id}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

static inline int plumbline_epoll_remove(int epoll, int fd) {
    struct epoll_event event = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event);
}

// Writes the ids of what is ready; returns how many, or -1 with errno set.
static inline int plumbline_epoll_wait(int epoll, uint64_t *ids, int capacity, int timeout_ms) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, timeout_ms);
    for (int i = 0; i < count; i++) ids[i] = events[i].data.u64;
    return count;
}

static const uint32_t plumbline_epoll_readable = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
static const uint32_t plumbline_epoll_writable = EPOLLOUT | EPOLLONESHOT;
static const uint32_t plumbline_epoll_level_readable = EPOLLIN;
