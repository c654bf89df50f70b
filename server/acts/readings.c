#include "server/acts/readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"

#define NAME "readings"
#define TRIES 50u
#define PAUSE_NS 20000000L

static const struct tg_json_member members[] = {
    {"line", TG_JSON_INTEGER, true, 1, INT32_MAX}, {"prev", TG_JSON_STRING, true, 64, 64},
    {"time", TG_JSON_STRING, true, 27, 27},        {"what", TG_JSON_STRING, true, 1, 15},
    {"user", TG_JSON_STRING, true, 1, 31},         {"digest", TG_JSON_STRING, true, 64, 64},
};

static enum tg_err open_for_writing(const char *path, struct tg_ledger **ret, char *why, size_t size)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    enum tg_err e = TG_E_BUSY;

    for (unsigned i = 0; i < TRIES && e == TG_E_BUSY; i++) {
        if (i > 0) {
            (void)nanosleep(&pause, NULL);
        }
        e = tg_ledger_open(path, TG_LEDGER_WRITE, ret, why, size);
    }
    return e;
}

static enum tg_err write_one(const struct tg_reading *r, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "what", r->what);
    tg_jout_member(&j, "user", r->user);
    tg_jout_member(&j, "digest", r->digest);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_readings_note(const char *folder, const struct tg_reading *r, char *why, size_t size)
{
    TG_BUF_AUTO text = TG_BUF_INIT(1024);
    struct tg_ledger *l = NULL;
    char *path = tg_path_join(folder, NAME);
    enum tg_err e = path != NULL ? write_one(r, &text) : TG_E_NOMEM;

    if (e == TG_OK) {
        e = open_for_writing(path, &l, why, size);
    }
    if (e == TG_OK && (e = tg_ledger_append(l, tg_span(text.p + 1, text.n - 2), r->time)) != TG_OK) {
        (void)snprintf(why, size, "%s: %s", path, tg_err_en(e));
    }
    tg_ledger_close(&l);
    free(path);
    return e;
}

static bool read_one(const struct tg_ledger_line *line, struct tg_reading *r)
{
    if (tg_json_check(line->doc, members, sizeof members / sizeof *members, NULL) != TG_OK ||
        !tg_sha256_is(tg_json_str(line->doc, "digest"))) {
        return false;
    }
    r->time = line->time;
    return tg_copy(r->what, sizeof r->what, tg_span_str(tg_json_str(line->doc, "what"))) == TG_OK &&
           tg_copy(r->user, sizeof r->user, tg_span_str(tg_json_str(line->doc, "user"))) == TG_OK &&
           tg_copy(r->digest, sizeof r->digest, tg_span_str(tg_json_str(line->doc, "digest"))) == TG_OK;
}

static enum tg_err hand_out(const struct tg_ledger *l, tg_readings_each *each, void *ctx, char *why,
                            size_t size)
{
    struct tg_reading r;
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < tg_ledger_count(l) && e == TG_OK; i++) {
        if (!read_one(tg_ledger_line(l, i), &r)) {
            (void)snprintf(why, size, NAME " line %zu: it is no reading", i + 1);
            return TG_E_FORM;
        }
        e = each(ctx, &r);
    }
    return e;
}

static void put_aside(const char *path)
{
    char *aside = NULL;

    if (asprintf(&aside, "%s.damaged", path) >= 0) {
        (void)rename(path, aside);
        free(aside);
    }
}

enum tg_err tg_readings_take(const char *folder, tg_readings_each *each, void *ctx, char *why, size_t size)
{
    struct tg_ledger *l = NULL;
    char *path = tg_path_join(folder, NAME);
    enum tg_err e = TG_OK;

    if (path == NULL) {
        return TG_E_NOMEM;
    }
    if (access(path, F_OK) == 0) {
        e = tg_ledger_open(path, TG_LEDGER_WRITE, &l, why, size);
        if (e == TG_OK && (e = hand_out(l, each, ctx, why, size)) == TG_OK && unlink(path) != 0) {
            e = TG_E_IO;
        }
        if (e == TG_E_FORM) {
            put_aside(path);
        }
        e = e == TG_E_BUSY ? TG_OK : e;
    }
    tg_ledger_close(&l);
    free(path);
    return e;
}
