#include "server/app_acts.h"

#include <errno.h>
#include <sys/stat.h>

#include "certs/base/json.h"
#include "certs/base/text.h"
#include "server/acts/readings.h"
#include "server/audit/report.h"
#include "server/policy_file.h"

/* At least every so many records the journal says where we stand; a start looks back eight times as far
 * before it reads the whole journal.
 */
#define ANNOUNCE_RECORDS 8192u
#define LOOK_BACK (8u * ANNOUNCE_RECORDS)

static const char *const list_names[TG_STORED_LISTS] = {"companies", "staff", "cards", "consents"};

struct search {
    int64_t line, number;
    char hash[TG_SHA256_HEX], anchors[TG_SHA256_HEX];
    bool found, any;
    tg_usec last;
};

static bool see(void *ctx, const struct tg_frame *f)
{
    static const char mark[] = "\"act\":{\"line\":";
    struct search *s = ctx;
    TG_JSON_AUTO *entry = NULL;

    s->any = true;
    s->last = f->time;
    if (f->type != TG_FRAME_ENTRY || memmem(f->payload.p, f->payload.n, mark, sizeof mark - 1) == NULL ||
        tg_json_parse(f->payload, &entry) != TG_OK) {
        return true;
    }
    const json_t *act = json_object_get(entry, "act");
    const char *hash = tg_json_str(act, "hash");
    if (hash != NULL && tg_copy(s->hash, sizeof s->hash, tg_span_str(hash)) == TG_OK) {
        s->line = tg_json_int(act, "line", 0);
        s->found = true;
    }
    if (tg_sha256_is(tg_json_str(act, "anchors"))) {
        tg_ignore(tg_copy(s->anchors, sizeof s->anchors, tg_span_str(tg_json_str(act, "anchors"))));
    }
    return true;
}

static enum tg_err journal_search(const char *folder, struct search *s, char *why, size_t size)
{
    struct tg_fault fault = {0};
    enum tg_err e = tg_audit_tail(folder, LOOK_BACK, see, s, &fault);

    if (e == TG_OK && !s->found && s->any) {
        e = tg_audit_walk(folder, 1, see, s, &fault);
    }
    if (e == TG_E_NOT_FOUND) {
        e = TG_OK;
    }
    if (e != TG_OK) {
        (void)snprintf(why, size, "the journal cannot be searched: %s",
                       e == TG_E_AUDIT_BROKEN ? fault.what : tg_err_en(e));
    }
    return e;
}

enum tg_err tg_app_acts_open(struct tg_app_acts *a, const struct tg_settings *s, struct tg_audit *audit,
                             char *why, size_t size)
{
    struct search found = {.line = 0};
    enum tg_err e;

    memset(a, 0, sizeof *a);
    a->conf = tg_policy_acts(s);
    a->orders = s->orders;
    a->audit = audit;
    if (mkdir(a->conf.folder, 0700) != 0 && errno != EEXIST) {
        (void)snprintf(why, size, "%s: it cannot be made", a->conf.folder);
        return TG_E_IO;
    }
    for (size_t i = 0; i < TG_STORED_LISTS; i++) {
        (void)snprintf(a->stored[i].what, sizeof a->stored[i].what, "%s", list_names[i]);
    }
    if ((e = journal_search(s->audit, &found, why, size)) != TG_OK) {
        return e;
    }
    a->line = found.line;
    memcpy(a->hash, found.hash, sizeof a->hash);
    memcpy(a->anchors, found.anchors, sizeof a->anchors);
    a->begun = found.found;
    a->recorded = found.last / 1000000;
    return tg_scribe_open(audit, &a->scribe);
}

void tg_app_acts_close(struct tg_app_acts *a)
{
    tg_scribe_close(&a->scribe);
}

enum tg_err tg_app_acts_announce(struct tg_app_acts *a)
{
    char act[320], detail[96];
    struct tg_entry e = {.kind = TG_KIND_ADMIN, .time = tg_now_us(), .policy = a->policy, .detail = detail};

    (void)snprintf(act, sizeof act,
                   "{\"line\":%lld,\"hash\":\"%s\",\"number\":%lld,\"orders\":\"%s\",\"anchors\":\"%s\"}",
                   (long long)a->line, a->hash, (long long)a->number, a->orders ? "required" : "off",
                   a->anchors);
    (void)snprintf(detail, sizeof detail, "policy in force: activation %lld%s", (long long)a->number,
                   a->orders ? "" : "; orders are off");
    e.act = tg_span_str(act);
    a->announced = tg_audit_durable(a->audit);
    enum tg_err err = tg_scribe_write(a->scribe, &e);
    a->begun = a->begun || err == TG_OK;
    return err;
}

static enum tg_err reading_write(void *ctx, const struct tg_reading *r)
{
    const struct tg_app_acts *a = ctx;
    TG_BUF_AUTO act = TG_BUF_INIT(1024);
    char detail[64];
    struct tg_entry e = {.kind = TG_KIND_ADMIN, .time = tg_now_us(), .policy = a->policy, .detail = detail};
    struct tg_jout j;
    char time[28];
    enum tg_err err;

    tg_time_text(r->time, time);
    tg_jout_init(&j, &act);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "act", "audit");
    tg_jout_member(&j, "what", r->what);
    tg_jout_member(&j, "user", r->user);
    tg_jout_member(&j, "digest", r->digest);
    tg_jout_member(&j, "time", time);
    tg_jout_close(&j, '}');
    if ((err = tg_jout_end(&j)) != TG_OK) {
        return err;
    }
    (void)snprintf(detail, sizeof detail, "the journal was read: %s", r->what);
    e.act = tg_span_buf(&act);
    return tg_scribe_write(a->scribe, &e);
}

static void readings_take(struct tg_app_acts *a)
{
    char why[512] = "";
    enum tg_err e = tg_readings_take(a->conf.folder, reading_write, a, why, sizeof why);

    if (e == TG_E_FORM) {
        tg_app_acts_refused(a, e, why);
    }
}

void tg_app_acts_look(struct tg_app_acts *a)
{
    if (tg_audit_state(a->audit) == TG_OK) {
        readings_take(a); /* what does not succeed is tried again at the next look */
    }
    if (tg_audit_durable(a->audit) - a->announced >= ANNOUNCE_RECORDS && tg_audit_state(a->audit) == TG_OK) {
        tg_ignore(tg_app_acts_announce(a)); /* tried again at the next look */
    }
}

enum tg_err tg_app_acts_anchors(struct tg_app_acts *a, const char *card_trust)
{
    char now[TG_SHA256_HEX] = "", act[384];
    char *path = tg_path_join(card_trust, "anchors.pem");
    enum tg_err e = path != NULL ? tg_sha256_file(path, now) : TG_E_NOMEM;

    free(path);
    if (e == TG_OK && a->anchors[0] != '\0' && strcmp(a->anchors, now) != 0) {
        struct tg_entry n = {.kind = TG_KIND_ADMIN,
                             .time = tg_now_us(),
                             .policy = a->policy,
                             .detail = "the authorities of employee cards have changed"};

        /* with line and hash, so that the last word on the anchors is the last word on the acts, too */
        (void)snprintf(act, sizeof act,
                       "{\"line\":%lld,\"hash\":\"%s\",\"number\":%lld,\"anchors\":\"%s\",\"before\":\"%s\"}",
                       (long long)a->line, a->hash, (long long)a->number, now, a->anchors);
        n.act = tg_span_str(act);
        e = tg_scribe_write(a->scribe, &n);
    }
    if (e == TG_OK) {
        memcpy(a->anchors, now, sizeof a->anchors);
    }
    return e;
}

void tg_app_acts_refused(struct tg_app_acts *a, enum tg_err e, const char *why)
{
    struct tg_entry n = {
        .kind = TG_KIND_ADMIN, .time = tg_now_us(), .decision = e, .policy = a->policy, .detail = why};

    if (a->scribe != NULL) {
        tg_ignore(tg_scribe_write(a->scribe, &n)); /* nothing takes effect, so nothing hangs on it */
    }
}

static const char *stored_of(const struct tg_app_acts *a, const char *what)
{
    for (size_t i = 0; i < TG_STORED_LISTS; i++) {
        if (strcmp(a->stored[i].what, what) == 0 && a->stored[i].digest[0] != '\0') {
            return a->stored[i].digest;
        }
    }
    return NULL;
}

static enum tg_err list_check(const char *folder, const char *what, const char *wanted, char *why,
                              size_t size)
{
    char name[32], found[TG_SHA256_HEX] = "";
    char *path;
    enum tg_err e = TG_E_NOMEM;

    (void)snprintf(name, sizeof name, "%s.csv", what);
    if ((path = tg_path_join(folder, name)) != NULL && (e = tg_sha256_file(path, found)) == TG_E_NOT_FOUND) {
        e = TG_OK; /* and then it is not what it should be */
    }
    if (e == TG_OK && strcmp(found, wanted) != 0) {
        (void)snprintf(why, size,
                       "%s was changed without an order: import it again with one (tegata-admin import %s)",
                       path, what);
        e = TG_E_ORDER_MISSING;
    }
    free(path);
    return e;
}

enum tg_err tg_app_acts_lists(const struct tg_app_acts *a, const char *folder, const struct tg_taking *t,
                              char *why, size_t size)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; a->orders && i < TG_STORED_LISTS && e == TG_OK; i++) {
        const char *wanted = t != NULL ? tg_taking_stored(t, list_names[i]) : stored_of(a, list_names[i]);

        if (wanted != NULL) {
            e = list_check(folder, list_names[i], wanted, why, size);
        }
    }
    return e;
}
