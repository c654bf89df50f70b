/* One table, written by the list itself: a value without status, code or texts cannot exist. */
#include "certs/base/err.h"

#include <string.h>

struct entry {
    int status;
    const char *code;
    const char *ja;
    const char *en;
};

static const struct entry table[TG_ERR_COUNT] = {
    [TG_OK] = {200, "ok", "できました。", "Done."},
#define TG_ERR(name, status, code, ja, en) [TG_E_##name] = {status, code, ja, en},
#include "certs/base/err_list.h"
#undef TG_ERR
};

static const struct entry *find(enum tg_err e)
{
    size_t i = (size_t)e;

    return &table[i < TG_ERR_COUNT ? i : TG_E_INTERNAL];
}

int tg_err_status(enum tg_err e)
{
    return find(e)->status;
}

const char *tg_err_code(enum tg_err e)
{
    return find(e)->code;
}

const char *tg_err_ja(enum tg_err e)
{
    return find(e)->ja;
}

const char *tg_err_en(enum tg_err e)
{
    return find(e)->en;
}

enum tg_err tg_err_from_code(const char *code)
{
    static const char prefix[] = TG_PROBLEM_PREFIX;

    if (code == NULL)
        return TG_E_INTERNAL;
    if (strncmp(code, prefix, sizeof prefix - 1) == 0)
        code += sizeof prefix - 1;
    for (size_t i = 0; i < TG_ERR_COUNT; i++) {
        if (strcmp(table[i].code, code) == 0)
            return (enum tg_err)i;
    }
    return TG_E_INTERNAL;
}
