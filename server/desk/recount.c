#include "server/desk/recount.h"

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/text.h"
#include "server/audit/gist.h"
#include "server/audit/report.h"
#include "server/desk/asking.h"
#include "server/desk/fold.h"
#include "server/desk/visit.h"

struct recount {
    const struct tg_recounting *what;
    tg_usec from; /* of the caps' hour */
    uint64_t seq;
    enum tg_err err;
};

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

/* What a search or show says, of which person, role and company are copies. */
struct look {
    char person[TG_PERSON_BYTES], role[TG_POLICY_WORD_BYTES], company[16];
    bool contractor, decided, stopped;
    uint64_t looks;
};

/* It counts when it was decided; it was stopped when the problem says so. */
static enum tg_err take_look(struct tg_caps *c, const struct look *l, tg_sec at)
{
    struct tg_looker who = {l->person, l->role, l->company, l->contractor};
    struct tg_recall r = {
        .what = l->stopped ? TG_RECALL_STOP : TG_RECALL_LOOKS, .looks = (unsigned)l->looks, .at = at};

    if (!l->decided) {
        return TG_OK;
    }
    if (l->person[0] == '\0' || l->role[0] == '\0' || l->company[0] == '\0' || l->looks < 1 ||
        l->looks > TG_PAGE_ROWS) {
        return TG_E_AUDIT_BROKEN;
    }
    return tg_caps_recall(c, &who, &r);
}

enum { KIND, PERSON, ROLE, COMPANY, EMPLOYER, PROBLEM, LOOKS, RULES, NAMES };
static const char *const names[NAMES] = {
    [KIND] = "kind",         [PERSON] = "person",   [ROLE] = "role",   [COMPANY] = "company",
    [EMPLOYER] = "employer", [PROBLEM] = "problem", [LOOKS] = "looks", [RULES] = "rules",
};

static struct tg_span unquoted(struct tg_span value)
{
    return value.n >= 2 && value.p[0] == '"' ? tg_span(value.p + 1, value.n - 2) : tg_span(NULL, 0);
}

static bool is_look(struct tg_span kind)
{
    return tg_span_is(kind, tg_kind_name(TG_KIND_SEARCH)) || tg_span_is(kind, tg_kind_name(TG_KIND_SHOW)) ||
           tg_span_is(kind, tg_kind_name(TG_KIND_INQUIRY));
}

/* Nearly every record is plain, and read without a tree. */
static enum tg_err take_plain(struct tg_caps *c, const struct tg_span *v, tg_sec at)
{
    struct look l = {.contractor = v[EMPLOYER].n > 0,
                     .decided = v[RULES].n > 2,
                     .stopped = tg_span_is(unquoted(v[PROBLEM]), tg_err_code(TG_E_VOLUME_CAP)),
                     .looks = 1};

    if (!is_look(unquoted(v[KIND]))) {
        return TG_OK;
    }
    if (tg_copy(l.person, sizeof l.person, unquoted(v[PERSON])) != TG_OK ||
        tg_copy(l.role, sizeof l.role, unquoted(v[ROLE])) != TG_OK ||
        tg_copy(l.company, sizeof l.company, unquoted(v[COMPANY])) != TG_OK ||
        (v[LOOKS].n > 0 && tg_u64_parse(v[LOOKS], TG_PAGE_ROWS, &l.looks) != TG_OK)) {
        return TG_E_AUDIT_BROKEN;
    }
    return take_look(c, &l, at);
}

/* Anything else, by the parser. */
static enum tg_err take_tree(struct tg_caps *c, struct tg_span record, tg_sec at)
{
    TG_JSON_AUTO *entry = NULL;
    struct look l = {.contractor = false};
    enum tg_err e = tg_json_parse(record, &entry);

    if (e != TG_OK) {
        return e == TG_E_NOMEM ? e : TG_E_AUDIT_BROKEN;
    }
    struct tg_span kind = tg_span_str(tg_json_str(entry, "kind"));
    if (tg_span_is(kind, tg_kind_name(TG_KIND_RELEASE))) {
        return allowed(entry) ? take_release(c, entry, at) : TG_OK;
    }
    l.contractor = tg_json_str(entry, "employer") != NULL;
    l.decided = json_array_size(json_object_get(entry, "rules")) > 0;
    l.stopped = tg_span_is(tg_span_str(tg_json_str(entry, "problem")), tg_err_code(TG_E_VOLUME_CAP));
    l.looks = (uint64_t)tg_json_int(entry, "looks", 1);
    if (tg_copy(l.person, sizeof l.person, tg_span_str(tg_json_str(entry, "person"))) != TG_OK ||
        tg_copy(l.role, sizeof l.role, tg_span_str(tg_json_str(entry, "role"))) != TG_OK ||
        tg_copy(l.company, sizeof l.company, tg_span_str(tg_json_str(entry, "company"))) != TG_OK) {
        return TG_E_AUDIT_BROKEN;
    }
    return is_look(kind) ? take_look(c, &l, at) : TG_OK;
}

static enum tg_err take(const struct recount *r, const struct tg_frame *f)
{
    struct tg_caps *caps = r->what->caps;
    struct tg_span values[NAMES];
    tg_sec at = (f->time < r->what->now ? f->time : r->what->now) / 1000000;

    if (f->type != TG_FRAME_ENTRY || f->time < r->from) {
        return TG_OK;
    }
    if (!tg_gist_pick(f->payload, names, NAMES, values) ||
        tg_span_is(unquoted(values[KIND]), tg_kind_name(TG_KIND_RELEASE))) {
        return take_tree(caps, f->payload, at);
    }
    return take_plain(caps, values, at);
}

static bool each(void *ctx, const struct tg_frame *f)
{
    struct recount *r = ctx;

    r->seq = f->seq;
    r->err = take(r, f);
    for (size_t i = 0; i < r->what->n_others && r->err == TG_OK; i++) {
        r->err = r->what->others[i].take(r->what->others[i].ctx, f);
    }
    return r->err == TG_OK;
}

enum tg_err tg_recount(const struct tg_recounting *what, const char *audit_folder, char *why, size_t size)
{
    struct recount r = {.what = what, .from = what->now - (tg_usec)(TG_CAP_SECONDS + 60) * 1000000};
    struct tg_fault fault = {.segment = 0};
    enum tg_err e = what->n_others > 0 ? tg_audit_walk(audit_folder, 0, each, &r, &fault)
                                       : tg_audit_since(audit_folder, r.from, each, &r, &fault);

    if (e == TG_OK && r.err != TG_OK) {
        e = r.err;
        (void)snprintf(why, size, "record %llu of the journal, to be remembered: %s",
                       (unsigned long long)r.seq, tg_err_en(e));
    } else if (e == TG_E_AUDIT_BROKEN) {
        (void)snprintf(why, size, "record %llu of the journal: %s", (unsigned long long)fault.seq,
                       fault.what);
    } else if (e != TG_OK) {
        (void)snprintf(why, size, "the journal cannot be read: %s", tg_err_en(e));
    }
    return e;
}

static enum tg_err fold_take(void *ctx, const struct tg_frame *frame)
{
    return tg_fold_take(ctx, frame);
}

enum tg_err tg_desk_recount(struct tg_desk *d, const struct tg_desk_past *past, char *why, size_t size)
{
    free(d->index_path);
    d->index_path = tg_path_join(past->audit_folder, "index.db");
    struct tg_policy *policy = tg_visit_policy(d, NULL);
    struct tg_people people = {.book = NULL};

    tg_admit_people(d->conf.admit, &people);
    struct tg_fold fold = {.grants = d->grants,
                           .world = {.book = people.book,
                                     .trust = people.trust,
                                     .policy = policy,
                                     .audience = d->issuer,
                                     .past = true},
                           .loud = past->loud,
                           .ctx = past->ctx};
    const struct tg_rememberer others[] = {{fold_take, &fold}, {tg_asking_recall, d}};
    const struct tg_recounting what = {.caps = d->caps,
                                       .now = d->began,
                                       .others = others,
                                       .n_others = sizeof others / sizeof *others};
    enum tg_err e = tg_recount(&what, past->audit_folder, why, size);
    if (e == TG_OK) {
        tg_fold_end(&fold, d->began / 1000000);
    }
    tg_admit_people_done(&people);
    tg_policy_unref(&policy);
    return e;
}
