#include "server/desk/recount.h"

#include "certs/base/json.h"
#include "server/audit/report.h"

struct recount {
    struct tg_caps *caps;
    tg_usec now;
    uint64_t seq;
    enum tg_err err;
};

/* Of the three kinds that matter? Quotes inside a text are escaped, so these letters stand where they say. */
static bool matters(struct tg_span record)
{
    static const char *const kinds[] = {"\"kind\":\"search\"", "\"kind\":\"show\"", "\"kind\":\"release\""};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (memmem(record.p, record.n, kinds[i], strlen(kinds[i])) != NULL) {
            return true;
        }
    }
    return false;
}

static bool allowed(const json_t *entry)
{
    const char *decision = tg_json_str(entry, "decision");

    return decision != NULL && strcmp(decision, "allow") == 0;
}

static enum tg_err take_release(struct tg_caps *c, const json_t *entry, tg_sec at)
{
    const json_t *lifted = json_object_get(entry, "lifted");
    struct tg_looker who = {.person = tg_json_str(entry, "subject")};
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < json_array_size(lifted) && e == TG_OK; i++) {
        who.role = json_string_value(json_array_get(lifted, i));
        if (who.person == NULL || who.role == NULL) {
            return TG_E_AUDIT_BROKEN;
        }
        e = tg_caps_recall(c, &who, &(struct tg_recall){.what = TG_RECALL_RELEASE, .at = at});
    }
    return e;
}

/* It counts when it was decided; it was stopped when the problem says so. */
static enum tg_err take_look(struct tg_caps *c, const json_t *entry, tg_sec at)
{
    struct tg_looker who = {.person = tg_json_str(entry, "person"),
                            .role = tg_json_str(entry, "role"),
                            .company = tg_json_str(entry, "company"),
                            .contractor = tg_json_str(entry, "employer") != NULL};
    const char *problem = tg_json_str(entry, "problem");
    int64_t looks = tg_json_int(entry, "looks", 1);
    bool stopped = problem != NULL && strcmp(problem, tg_err_code(TG_E_VOLUME_CAP)) == 0;

    if (json_array_size(json_object_get(entry, "rules")) == 0) {
        return TG_OK;
    }
    if (who.person == NULL || who.role == NULL || who.company == NULL || looks < 1 || looks > TG_PAGE_ROWS) {
        return TG_E_AUDIT_BROKEN;
    }
    return tg_caps_recall(c, &who,
                          &(struct tg_recall){.what = stopped ? TG_RECALL_STOP : TG_RECALL_LOOKS,
                                              .looks = (unsigned)looks,
                                              .at = at});
}

static enum tg_err take(struct recount *r, const struct tg_frame *f)
{
    TG_JSON_AUTO *entry = NULL;
    tg_sec at = (f->time < r->now ? f->time : r->now) / 1000000;
    const char *kind;
    enum tg_err e;

    if (f->type != TG_FRAME_ENTRY || !matters(f->payload)) {
        return TG_OK;
    }
    if ((e = tg_json_parse(f->payload, &entry)) != TG_OK) {
        return e == TG_E_NOMEM ? e : TG_E_AUDIT_BROKEN;
    }
    kind = tg_json_str(entry, "kind");
    if (kind != NULL && strcmp(kind, tg_kind_name(TG_KIND_RELEASE)) == 0) {
        return allowed(entry) ? take_release(r->caps, entry, at) : TG_OK;
    }
    return take_look(r->caps, entry, at);
}

static bool each(void *ctx, const struct tg_frame *f)
{
    struct recount *r = ctx;

    r->seq = f->seq;
    r->err = take(r, f);
    return r->err == TG_OK;
}

enum tg_err tg_recount(struct tg_caps *c, const char *audit_folder, tg_usec now, char *why, size_t size)
{
    struct recount r = {.caps = c, .now = now};
    struct tg_fault fault = {.segment = 0};
    tg_usec from = now - (tg_usec)(TG_CAP_SECONDS + 60) * 1000000;
    enum tg_err e = tg_audit_since(audit_folder, from, each, &r, &fault);

    if (e == TG_OK && r.err != TG_OK) {
        e = r.err;
        (void)snprintf(why, size, "record %llu of the journal, for the limits of look-ups: %s",
                       (unsigned long long)r.seq, tg_err_en(e));
    } else if (e == TG_E_AUDIT_BROKEN) {
        (void)snprintf(why, size, "record %llu of the journal: %s", (unsigned long long)fault.seq, fault.what);
    } else if (e != TG_OK) {
        (void)snprintf(why, size, "the journal cannot be read: %s", tg_err_en(e));
    }
    return e;
}
