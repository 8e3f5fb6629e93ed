#define _GNU_SOURCE
#include "process_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only async-signal-safe functions are called: the parent has other threads.

static void leave_with(int report, int error) {
    ssize_t ignored = write(report, &error, sizeof error);
    (void)ignored;
    _exit(127);
}

static void reset_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Moves a descriptor above the standard ones, so that dup2 below can't overwrite it.
static int lift(int descriptor) {
    return descriptor > 2 ? descriptor : fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

static void run_child(const struct plumbline_spawn_request *request, int go, int report) {
    reset_signals();
    if (request->new_session) setsid();
    else setpgid(0, 0);

    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int output = request->output >= 0 ? request->output : null;
    if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) leave_with(report, errno);

    if (request->changes_user) {
        if (setgroups(1, &request->group) != 0 || setgid(request->group) != 0 || setuid(request->user) != 0) {
            leave_with(report, errno);
        }
    }
    if (request->directory && chdir(request->directory) != 0) leave_with(report, errno);
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);

    // Nothing runs before the guard stands; if the parent dies first, this reads the end of file.
    char word;
    ssize_t got;
    do { got = read(go, &word, 1); } while (got < 0 && errno == EINTR);
    if (got != 1) _exit(127);

    execve(request->path, request->arguments, request->environment);
    leave_with(report, errno);
}

static void run_guard(char *const *arguments, char *const *environment, int life) {
    reset_signals();
    setsid();
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (dup2(life, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) _exit(127);
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (chdir("/") != 0) _exit(127);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

int plumbline_spawn(const struct plumbline_spawn_request *request, struct plumbline_spawned *spawned) {
    int go[2] = {-1, -1}, report[2] = {-1, -1}, life[2] = {-1, -1};
    int error = 0;
    pid_t child = -1, guard = -1;
    spawned->pid = -1;
    spawned->guard_pid = -1;
    spawned->guard_pipe = -1;

    if (pipe2(go, O_CLOEXEC) || pipe2(report, O_CLOEXEC) || (request->guard && pipe2(life, O_CLOEXEC))) {
        error = errno;
        goto done;
    }
    for (int end = 0; end < 2; end++) {
        go[end] = lift(go[end]);
        report[end] = lift(report[end]);
    }

    child = fork();
    if (child < 0) {
        error = errno;
        goto done;
    }
    if (child == 0) {
        close(go[1]);
        close(report[0]);
        run_child(request, go[0], report[1]);
    }
    if (request->guard) {
        guard = fork();
        if (guard < 0) {
            error = errno;
            goto done;
        }
        if (guard == 0) run_guard(request->guard, request->environment, life[0]);
        dprintf(life[1], "%d\n", (int)child);
    }
    close(report[1]);
    report[1] = -1;
    if (write(go[1], "g", 1) != 1) error = errno;

    int failure = 0;
    ssize_t got;
    do { got = read(report[0], &failure, sizeof failure); } while (got < 0 && errno == EINTR);
    if (got == (ssize_t)sizeof failure) error = failure;

done:
    if (error && child > 0) {
        close(go[1]);
        go[1] = -1;
        waitpid(child, NULL, 0);
        child = -1;
    }
    if (error && life[1] >= 0) {
        close(life[1]);
        life[1] = -1;
        if (guard > 0) {
            kill(guard, SIGKILL);
            waitpid(guard, NULL, 0);
        }
    }
    for (int end = 0; end < 2; end++) {
        if (go[end] >= 0) close(go[end]);
        if (report[end] >= 0) close(report[end]);
    }
    if (life[0] >= 0) close(life[0]);
    if (!error) {
        spawned->pid = child;
        spawned->guard_pid = guard;
        spawned->guard_pipe = life[1];
    }
    return error;
}

int plumbline_open_process(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int plumbline_signal_process(int process, int signal) {
    return syscall(SYS_pidfd_send_signal, process, signal, NULL, 0) == 0 ? 0 : errno;
}

void plumbline_wait_process(int process) {
    struct pollfd watched = {.fd = process, .events = POLLIN};
    while (poll(&watched, 1, -1) < 0 && errno == EINTR) {}
}
