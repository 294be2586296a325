"""Numbers of the Linux system calls that the sandbox speaks of: `name x86-64 aarch64`, - where there is none."""

from __future__ import annotations

import platform

# What any program may do with what it already holds.
FREE = '''
  read 0 63, write 1 64, close 3 57, fstat 5 80, lseek 8 62, mmap 9 222, mprotect 10 226, munmap 11 215, brk 12 214,
  mremap 25 216, msync 26 227, mincore 27 232, madvise 28 233, rt_sigaction 13 134, rt_sigprocmask 14 135,
  rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigsuspend 130 133, rt_sigtimedwait 128 137, sigaltstack 131 132,
  pread64 17 67, pwrite64 18 68, readv 19 65, writev 20 66, preadv 295 69, pwritev 296 70,
  preadv2 327 286, pwritev2 328 287, sendfile 40 71, copy_file_range 326 285, fallocate 285 47, fadvise64 221 223,
  pipe2 293 59, dup 32 23, dup3 292 24, flock 73 32, fsync 74 82, fdatasync 75 83, ftruncate 77 46,
  truncate 76 45, getdents64 217 61, getcwd 79 17, chdir 80 49, fchdir 81 50, close_range 436 436, openat 257 56,
  mkdirat 258 34, unlinkat 263 35, renameat 264 38, renameat2 316 276, linkat 265 37, symlinkat 266 36,
  readlinkat 267 78, newfstatat 262 79, statx 332 291, faccessat 269 48, faccessat2 439 439, umask 95 166,
  statfs 137 43, fstatfs 138 44, pselect6 270 72, ppoll 271 73, epoll_create1 291 20, epoll_ctl 233 21,
  epoll_pwait 281 22, epoll_pwait2 441 441, eventfd2 290 19, signalfd4 289 74, timerfd_create 283 85,
  timerfd_settime 286 86, timerfd_gettime 287 87, nanosleep 35 101, clock_nanosleep 230 115, clock_gettime 228 113,
  clock_getres 229 114, gettimeofday 96 169, getitimer 36 102, setitimer 38 103, times 100 153, getrusage 98 165,
  getrlimit 97 163, sysinfo 99 179, uname 63 160, timer_create 222 107, timer_settime 223 110, timer_gettime 224 108,
  timer_delete 226 111, timer_getoverrun 225 109, getpid 39 172, getppid 110 173, gettid 186 178, getuid 102 174,
  geteuid 107 175, getgid 104 176, getegid 108 177, getpgid 121 155, getsid 124 156, getgroups 115 158,
  getresuid 118 148, getresgid 120 150, getpriority 140 141, getcpu 309 168, sched_yield 24 124,
  sched_getaffinity 204 123, sched_getparam 143 121, sched_getscheduler 145 120, sched_get_priority_max 146 125,
  sched_get_priority_min 147 126, sched_rr_get_interval 148 127, futex 202 98, futex_waitv 449 449,
  set_tid_address 218 96, set_robust_list 273 99, get_robust_list 274 100, rseq 334 293, membarrier 324 283,
  getrandom 318 278, restart_syscall 219 128, exit 60 93, exit_group 231 94, recvfrom 45 207, recvmsg 47 212,
  shutdown 48 210, getsockname 51 204, getpeername 52 205, getsockopt 55 209, setsockopt 54 208, wait4 61 260,
  waitid 247 95, open 2 -, stat 4 -, lstat 6 -, poll 7 -, select 23 -, access 21 -, pipe 22 -, dup2 33 -, alarm 37 -,
  pause 34 -, rename 82 -, mkdir 83 -, rmdir 84 -, creat 85 -, link 86 -, unlink 87 -, symlink 88 -, readlink 89 -,
  getpgrp 111 -, time 201 -, epoll_create 213 -, epoll_wait 232 -, eventfd 284 -, arch_prctl 158 -
'''

# Allowed to a program with the right arguments only.
CHECKED = '''
  clone 56 220, clone3 435 435, kill 62 129, tgkill 234 131, prctl 157 167, prlimit64 302 261, sendto 44 206,
  socketpair 53 199, fcntl 72 25, ioctl 16 29
'''

# What the process that forks programs needs and they must not have.
PARENT = 'fork 57 -, vfork 58 -, setrlimit 160 164'

# Owners, modes and times: no file-system rule of the kernel governs them, so for a program they succeed and do nothing.
METADATA = '''
  chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -,
  fchownat 260 54, utime 132 -, utimes 235 -, utimensat 280 88, futimesat 261 -
'''

# Calls of the set-up, made before the filter is on.
SETUP = '''
  mount 165 40, umount2 166 39, pivot_root 155 41, unshare 272 97, mount_setattr 442 442,
  landlock_create_ruleset 444 444, landlock_add_rule 445 445, landlock_restrict_self 446 446, capset 126 91
'''

# Calls that alter a file system by path; denied where the kernel offers no other protection of it.
CHANGES = (
  'mkdirat unlinkat renameat renameat2 linkat symlinkat truncate rename mkdir rmdir creat link unlink symlink'.split()
)
AUDIT = {'x86_64': 0xC000003E, 'aarch64': 0xC00000B7}  # how seccomp names an architecture
MACHINE = platform.machine()


def numbers(table: str) -> dict[str, int]:
  """Name to number on this machine, of the calls that it has."""
  column = 1 if MACHINE == 'x86_64' else 2
  rows = (row.split() for row in table.split(','))
  return {row[0]: int(row[column]) for row in rows if row[column] != '-'}
