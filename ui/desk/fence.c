#include "ui/desk/fence.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "certs/base/limits.h"

#ifdef SYS_landlock_create_ruleset
/* Later than the headers of Debian 12: the number of the ABI that has it stands behind. */
#define FS_TRUNCATE (UINT64_C(1) << 14) /* 3 */
#define NET_BIND_TCP UINT64_C(1)        /* 4 */
#define SCOPE_SIGNAL (UINT64_C(1) << 1) /* 6 */

/* struct landlock_ruleset_attr as of ABI 6; a kernel that knows less of it takes zeros for the rest. */
struct ruleset {
    uint64_t fs, net, scoped;
};

#define ON_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define ON_FOLDERS                                                                                   \
    (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |      \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static struct ruleset rules_of(long abi)
{
    struct ruleset r = {.fs = LANDLOCK_ACCESS_FS_EXECUTE | ON_FILES | ON_FOLDERS};

    if (abi >= 2)
        r.fs |= LANDLOCK_ACCESS_FS_REFER;
    if (abi < 3)
        r.fs &= ~FS_TRUNCATE;
    if (abi >= 4)
        r.net = NET_BIND_TCP;
    if (abi >= 6)
        r.scoped = SCOPE_SIGNAL;
    return r;
}

/* A place that is not there needs no leave. */
static enum tg_err leave_for(int rules, const struct ruleset *r, const char *path)
{
    const uint64_t in_folder = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
    struct landlock_path_beneath_attr at = {.parent_fd = open(path, O_PATH | O_CLOEXEC)};
    struct stat st;
    long rc;

    if (at.parent_fd < 0)
        return TG_OK;
    at.allowed_access = r->fs & ON_FILES;
    if (fstat(at.parent_fd, &st) == 0 && S_ISDIR(st.st_mode))
        at.allowed_access |= in_folder;
    rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &at, 0);
    (void)close(at.parent_fd);
    return rc == 0 ? TG_OK : TG_E_NOT_IMPLEMENTED;
}

static enum tg_err leaves(int rules, const struct ruleset *r)
{
    static const char *const places[] = {"/dev/null", "/dev/shm", "/dev/dri"};
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char dconf[TG_PATH_BYTES];
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < sizeof places / sizeof *places && e == TG_OK; i++)
        e = leave_for(rules, r, places[i]);
    if (e != TG_OK || runtime == NULL || runtime[0] != '/')
        return e;
    (void)snprintf(dconf, sizeof dconf, "%s/dconf", runtime);
    return leave_for(rules, r, dconf);
}

enum tg_err tg_fence(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset r = rules_of(abi);
    int rules = abi < 1 ? -1 : (int)syscall(SYS_landlock_create_ruleset, &r, sizeof r, 0);
    enum tg_err e = rules < 0 ? TG_E_NOT_IMPLEMENTED : leaves(rules, &r);

    if (e == TG_OK &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, rules, 0) != 0))
        e = TG_E_NOT_IMPLEMENTED;
    if (rules >= 0)
        (void)close(rules);
    return e;
}
#else
enum tg_err tg_fence(void)
{
    return TG_E_NOT_IMPLEMENTED;
}
#endif
