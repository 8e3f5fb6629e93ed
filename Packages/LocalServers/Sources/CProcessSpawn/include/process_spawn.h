#ifndef PLUMBLINE_PROCESS_SPAWN_H
#define PLUMBLINE_PROCESS_SPAWN_H

#include <sys/types.h>

/// What to start, and as whom. Every pointer must stay valid during the call only.
struct plumbline_spawn_request {
    const char *path;
    char *const *arguments;    // NULL-terminated, argv[0] included
    char *const *environment;  // NULL-terminated, KEY=value
    const char *directory;     // working directory, or NULL
    int output;                // stdout and stderr; -1 for /dev/null
    int changes_user;          // non-zero: become user and group first (only root can)
    uid_t user;
    gid_t group;
    int new_session;           // non-zero: setsid, else a process group of its own
    char *const *guard;        // NULL, or argv of a guard that reads "<pid>\n" and then the end of file on stdin
};

struct plumbline_spawned {
    pid_t pid;
    pid_t guard_pid;  // -1 without a guard
    int guard_pipe;   // -1 without a guard; closing it (or dying) tells the guard
};

/// Starts a process and, when asked, the guard that outlives us and ends it. Blocks until exec succeeded or failed.
/// Answers 0 or an errno. There is no moment at which our death leaves the process running unguarded.
int plumbline_spawn(const struct plumbline_spawn_request *request, struct plumbline_spawned *spawned);

/// A descriptor that stands for exactly this process, whoever gets its number later; -1 and errno when it is gone.
int plumbline_open_process(pid_t pid);
/// 0 or an errno.
int plumbline_signal_process(int process, int signal);
/// Blocks until the process of the descriptor has ended.
void plumbline_wait_process(int process);

#endif
