#include "server/policy_file.h"

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "server/default_policy.h"

enum tg_err tg_policy_file(const char *path, struct tg_policy **ret, char *why, size_t size)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault = {.line = 0};
    enum tg_err e = tg_file_read(path, &text);

    if (e != TG_OK) {
        (void)snprintf(why, size, "%s: %s", path, tg_err_en(e));
        return e;
    }
    if ((e = tg_policy_compile(tg_span_buf(&text), ret, &fault)) != TG_OK) {
        (void)snprintf(why, size, "%s:%u:%u: %s", path, fault.line, fault.column, fault.what);
    }
    return e;
}

struct tg_acts_conf tg_policy_acts(const struct tg_settings *s)
{
    return (struct tg_acts_conf){.folder = s->acts, .audience = s->issuer, .builtin = tg_default_policy()};
}
