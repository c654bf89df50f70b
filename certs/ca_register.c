/* The register: a CSV file that an auditor can open. Rewritten as a whole, atomically, at each change. */
#include <stdint.h>

#include "certs/base/csv_file.h"
#include "certs/base/file.h"
#include "certs/base/text.h"
#include "certs/ca.h"

#define COLUMNS 9
#define HEADER "serial,profile,card,person,names,not_before,not_after,revoked,reason\n"
#define LINE_BYTES 1600u /* the longest line: the names and about 250 bytes of everything else */

static const char *const profiles[] = {
    [CA_AUTH] = "9A", [CA_SIGN] = "9A-sign", [CA_CARD_AUTH] = "9E", [CA_SERVER] = "server"};

/* certificateHold is not offered: nothing here could lift it. */
static const struct {
    const char *word;
    int code;
} reasons[] = {{"unspecified", 0}, {"keyCompromise", 1},        {"affiliationChanged", 3},
               {"superseded", 4},  {"cessationOfOperation", 5}, {"privilegeWithdrawn", 9}};
const char ca_reason_words[] =
    "unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn";

int ca_reason_code(const char *word)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strcmp(reasons[i].word, word) == 0)
            return reasons[i].code;
    return -1;
}

const char *ca_profile_name(enum ca_profile p)
{
    return profiles[p];
}

void ca_register_done(struct ca_register *r)
{
    free(r->at);
    *r = (struct ca_register){NULL, 0, 0};
}

enum tg_err ca_register_add(struct ca_register *r, const struct ca_entry *e)
{
    if (r->n == TG_CA_ENTRIES)
        return TG_E_LIMIT;
    if (r->n == r->cap) {
        size_t cap = r->cap == 0 ? 64 : r->cap * 2;
        struct ca_entry *more = reallocarray(r->at, cap, sizeof(*more));

        if (more == NULL)
            return TG_E_NOMEM;
        r->at = more;
        r->cap = cap;
    }
    r->at[r->n++] = *e;
    return TG_OK;
}

static enum tg_err profile_read(struct tg_span s, enum ca_profile *ret)
{
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
        if (tg_span_is(s, profiles[i])) {
            *ret = (enum ca_profile)i;
            return TG_OK;
        }
    return TG_E_FORM;
}

static enum tg_err serial_read(struct tg_span s, char out[33])
{
    uint8_t bytes[16];

    if (tg_unhex(s, bytes, sizeof(bytes)) != TG_OK)
        return TG_E_FORM;
    return tg_copy(out, 33, s);
}

static enum tg_err revoked_read(struct tg_span when, struct tg_span why, struct ca_entry *e)
{
    if (when.n == 0)
        return why.n == 0 ? TG_OK : TG_E_FORM;
    if (tg_copy(e->reason, sizeof(e->reason), why) != TG_OK || ca_reason_code(e->reason) < 0)
        return TG_E_FORM;
    return ca_time_read(when, &e->revoked);
}

static enum tg_err row(void *ctx, const struct tg_csv_record *r)
{
    struct ca_entry e = {.revoked = 0};
    const struct tg_span *f = r->field;
    enum tg_err err;

    if (r->n != COLUMNS)
        return TG_E_FORM;
    if (r->line == 1)
        return tg_span_is(f[0], "serial") ? TG_OK : TG_E_FORM;
    if ((err = serial_read(f[0], e.serial)) != TG_OK || (err = profile_read(f[1], &e.profile)) != TG_OK ||
        (err = tg_copy(e.card, sizeof(e.card), f[2])) != TG_OK ||
        (err = tg_copy(e.person, sizeof(e.person), f[3])) != TG_OK ||
        (err = tg_copy(e.names, sizeof(e.names), f[4])) != TG_OK ||
        (err = ca_time_read(f[5], &e.from)) != TG_OK || (err = ca_time_read(f[6], &e.to)) != TG_OK ||
        (err = revoked_read(f[7], f[8], &e)) != TG_OK)
        return err;
    return ca_register_add(ctx, &e);
}

enum tg_err ca_register_load(const char *path, struct ca_register *ret)
{
    struct tg_csv_info info = {.fault = {.what = ""}};
    enum tg_err e = tg_csv_file(path, row, ret, &info);

    if (e == TG_OK)
        return TG_OK;
    ca_register_done(ret);
    if (e == TG_E_NOT_FOUND)
        return ca_say(e, "%s is not there: without its register the authority issues nothing", path);
    return ca_say(e, "%s, line %llu: %s; restore it from a backup", path, (unsigned long long)info.fault.line,
                  tg_err_en(e));
}

static enum tg_err line_add(const struct ca_entry *e, struct tg_buf *to)
{
    char from[21], until[21], revoked[21] = "";

    ca_time_text(e->from, from);
    ca_time_text(e->to, until);
    if (e->revoked != 0)
        ca_time_text(e->revoked, revoked);
    return tg_buf_addf(to, "%s,%s,%s,%s,%s,%s,%s,%s,%s\n", e->serial, profiles[e->profile], e->card,
                       e->person, e->names, from, until, revoked, e->reason);
}

enum tg_err ca_register_save(const char *path, const struct ca_register *r)
{
    TG_BUF_AUTO text = TG_BUF_INIT((r->n + 1) * LINE_BYTES);
    enum tg_err e = tg_buf_add_str(&text, HEADER);

    for (size_t i = 0; i < r->n && e == TG_OK; i++)
        e = line_add(&r->at[i], &text);
    if (e == TG_OK)
        e = tg_file_write(path, tg_span_buf(&text), 0600);
    return e == TG_OK ? TG_OK : ca_say(e, "%s cannot be written: %s", path, tg_err_en(e));
}
