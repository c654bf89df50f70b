#include "ui/desk/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE
#define REFUSE SECCOMP_RET_ERRNO | EPERM
#define ABSENT SECCOMP_RET_ERRNO | ENOSYS
#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
#define X32_BIT 0x40000000u /* the other way to call x86-64: its numbers are not ours */

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
/* A call that is refused whatever its arguments. */
#define CALL(number, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), RETURN(what)
/* Refused when one of bits stands (4 steps behind the jump) in the lower half of an argument. */
#define CALL_WITH(number, argument, bits)                              \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), LOAD(argument), \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), RETURN(REFUSE), RETURN(SECCOMP_RET_ALLOW)
#define CALL_WITHOUT(number, argument, bits)                           \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), LOAD(argument), \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0), RETURN(REFUSE), RETURN(SECCOMP_RET_ALLOW)

static struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    /* programs and processes; threads may come (clone3 hides its flags: glibc then uses clone) */
    CALL(SYS_execve, REFUSE),
    CALL(SYS_execveat, REFUSE),
    CALL(SYS_clone3, ABSENT),
    CALL_WITHOUT(SYS_clone, args[0], CLONE_THREAD),
    /* other processes */
    CALL(SYS_ptrace, REFUSE),
    CALL(SYS_process_vm_readv, REFUSE),
    CALL(SYS_process_vm_writev, REFUSE),
    CALL(SYS_pidfd_getfd, REFUSE),
    /* files (openat2 and io_uring hide what they are asked) */
    CALL_WITH(SYS_openat, args[2], WRITING),
    CALL(SYS_openat2, ABSENT),
    CALL(SYS_io_uring_setup, ABSENT),
    CALL(SYS_open_by_handle_at, REFUSE),
    CALL(SYS_mkdirat, REFUSE),
    CALL(SYS_mknodat, REFUSE),
    CALL(SYS_renameat2, REFUSE),
    CALL(SYS_linkat, REFUSE),
    CALL(SYS_symlinkat, REFUSE),
    CALL(SYS_unlinkat, REFUSE),
    CALL(SYS_truncate, REFUSE),
    CALL(SYS_mount, REFUSE),
#ifdef __x86_64__ /* the older forms */
    CALL(SYS_fork, REFUSE),
    CALL(SYS_vfork, REFUSE),
    CALL_WITH(SYS_open, args[1], WRITING),
    CALL(SYS_creat, REFUSE),
    CALL(SYS_mkdir, REFUSE),
    CALL(SYS_mknod, REFUSE),
    CALL(SYS_rename, REFUSE),
    CALL(SYS_renameat, REFUSE),
    CALL(SYS_link, REFUSE),
    CALL(SYS_symlink, REFUSE),
    CALL(SYS_unlink, REFUSE),
    CALL(SYS_rmdir, REFUSE),
#endif
    RETURN(SECCOMP_RET_ALLOW),
};

enum tg_err tg_confine(void)
{
    const struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        return TG_E_NOT_IMPLEMENTED;
    return TG_OK;
}
#else
enum tg_err tg_confine(void)
{
    return TG_E_NOT_IMPLEMENTED;
}
#endif
