"""Forbidden: the calls of the kernel that no decoder has use for, by what each would let an intruder do."""

NETWORK = ("socket", "connect", "bind", "listen", "accept", "accept4", "socketpair")
"""And any new channel."""

PROGRAMS = ("execve", "execveat", "fork", "vfork", "setsid", "setpgid")
"""New programs and processes (threads are let through in sandbox.py). An installed program, which may be a script that
starts others, may do these."""

CALLS = (
    *NETWORK,
    # other processes: to read them, to signal them, to change their limits and their turn
    *("ptrace", "process_vm_readv", "process_vm_writev", "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kcmp", "process_madvise", "process_mrelease"),
    *("setpriority", "ioprio_set", "sched_setscheduler", "sched_setparam", "sched_setattr", "migrate_pages"),
    *("move_pages", "get_robust_list"),
    # files, where Landlock is missing or does not look; what is open is only read
    *("creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat"),
    *("symlink", "symlinkat", "mknod", "mknodat", "truncate", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown"),
    *("fchown", "lchown", "fchownat", "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr"),
    *("fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "setxattrat", "removexattrat"),
    *("name_to_handle_at", "open_by_handle_at", "ftruncate", "fallocate", "flock"),
    # pages of the cache handed from file to pipe: by these a file that was only readable has been written before now
    *("splice", "tee", "vmsplice", "sendfile", "copy_file_range"),
    # the machine
    *("mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "fsopen", "fspick", "fsconfig", "fsmount"),
    *("move_mount", "open_tree", "open_tree_attr", "mount_setattr", "statmount", "listmount"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("io_setup", "io_submit", "keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module"),
    *("kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "quotactl", "quotactl_fd", "acct", "syslog"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "vhangup"),
    *("personality", "iopl", "ioperm", "modify_ldt", "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs"),
    *("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid"),
    *("capset", "memfd_create", "memfd_secret", "shmget", "msgget", "semget", "mq_open"),
    *("inotify_init", "inotify_init1", "fanotify_init"),
)

HIDDEN = ("clone3", "openat2")
"""They hide what they ask for in memory, where no filter sees it; as unknown calls, libc falls back to older ones."""

FILE_COMMANDS = (8, 10, 15, 1024, 1026)
"""Of fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY. By the first, an open channel signals its parent."""

DEVICE_COMMANDS = (0x5412, 0x541C, 0x8901, 0x8902)
"""Of ioctl: TIOCSTI, TIOCLINUX (typing into the terminal of the server), FIOSETOWN, SIOCSPGRP (as F_SETOWN)."""

OWN_COMMANDS = (1, 4)
"""Of prctl: PR_SET_PDEATHSIG (to outlive the parent), PR_SET_DUMPABLE."""
