#include "server/evidence/past.h"

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/evidence/sitting.h"

#define MASK_BITS 64u

struct tg_past_reader {
    tg_usec since;
    struct tg_sittings sittings;
    enum tg_field legend[MASK_BITS]; /* bit of the journal's masks -> field; TG_F_COUNT: none that we know */
    bool named;
    json_t *entry;
    struct tg_past past;
    bool acted;
    struct tg_past_act act;
    struct tg_buf by;
};

static const char *const gap_names[TG_GAP_COUNT] = {"none", "sign-in", "names", "word", "consent", "grant"};
static const char *const gap_texts[TG_GAP_COUNT] = {
    "なし / none",
    "サインインの記録に地域・会社の種別がない / its sign-in, with areas and kind of company, is not there",
    "項目名の記録がない / no entry names the fields of the masks",
    "知らない項目・区分がある / a field or class is unknown to this program",
    "同意の開始日の記録がない / the first day of the consent is not on record",
    "承認が開いた範囲の記録がない / what the grant opened is not on record"};

const char *tg_gap_name(enum tg_gap g)
{
    return (unsigned)g < TG_GAP_COUNT ? gap_names[g] : NULL;
}

const char *tg_gap_text(enum tg_gap g)
{
    return (unsigned)g < TG_GAP_COUNT ? gap_texts[g] : NULL;
}

enum tg_err tg_past_reader_new(tg_usec since, struct tg_past_reader **ret)
{
    struct tg_past_reader *r = calloc(1, sizeof *r);

    if (r == NULL)
        return TG_E_NOMEM;
    r->since = since;
    r->by = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    *ret = r;
    return TG_OK;
}

void tg_past_reader_free(struct tg_past_reader **r)
{
    if (*r == NULL)
        return;
    tg_json_done(&(*r)->entry);
    tg_buf_done(&(*r)->by);
    tg_sittings_done(&(*r)->sittings);
    free(*r);
    *r = NULL;
}

static const char *text_of(const json_t *entry, const char *name)
{
    const char *s = tg_json_str(entry, name);

    return s != NULL ? s : "";
}

/* "names": the fields in the order of the masks' bits. */
static enum tg_err read_names(struct tg_past_reader *r, const char *names)
{
    char name[TG_POLICY_WORD_BYTES + 1];
    size_t bit = 0;

    for (size_t n; *names != '\0'; names += n + (names[n] == ' '), bit++) {
        n = strcspn(names, " ");
        if (n == 0 || n >= sizeof name || bit == MASK_BITS)
            return TG_E_AUDIT_BROKEN;
        memcpy(name, names, n);
        name[n] = '\0';
        r->legend[bit] = tg_field_find(name);
    }
    for (; bit < MASK_BITS; bit++)
        r->legend[bit] = TG_F_COUNT;
    r->named = true;
    return TG_OK;
}

/* A sign-in that says what a decision needs; one that does not is as good as none. */
static enum tg_err read_sign_in(struct tg_past_reader *r, const struct tg_frame *f)
{
    const char *areas = tg_json_str(r->entry, "areas");
    struct tg_sitting s = {.session = text_of(r->entry, "session"),
                           .areas = areas,
                           .kind = tg_company_kind_find(text_of(r->entry, "company_kind")),
                           .since = f->time};

    if (s.session[0] == '\0' || areas == NULL || s.kind == TG_COMPANY_KINDS)
        return TG_OK;
    return tg_sittings_begin(&r->sittings, &s);
}

static void gap(struct tg_past *p, enum tg_gap g)
{
    if (p->gap == TG_GAP_NONE)
        p->gap = g;
}

/* Hex digits -> the fields that they mean. */
static enum tg_err read_mask(struct tg_past_reader *r, const char *hex, tg_mask *ret)
{
    char *end;
    uint64_t bits;

    if (hex[0] == '\0' || strlen(hex) > MASK_BITS / 4 || hex[strspn(hex, "0123456789abcdef")] != '\0')
        return TG_E_AUDIT_BROKEN;
    bits = strtoull(hex, &end, 16);
    *ret = 0;
    if (bits != 0 && !r->named)
        gap(&r->past, TG_GAP_NAMES);
    for (unsigned i = 0; i < MASK_BITS && r->named; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        if (r->legend[i] == TG_F_COUNT)
            gap(&r->past, TG_GAP_WORD);
        else
            *ret |= TG_BIT(r->legend[i]);
    }
    return TG_OK;
}

static enum tg_err read_row(struct tg_past_reader *r, const json_t *row)
{
    struct tg_past_row *to = &r->past.rows[r->past.n_rows];
    enum tg_err err = read_mask(r, text_of(row, "clear"), &to->clear);

    if (err == TG_OK)
        err = read_mask(r, text_of(row, "hidden"), &to->hidden);
    to->id = text_of(row, "id");
    to->class = tg_class_find(text_of(row, "class"));
    if (to->class == TG_C_COUNT)
        gap(&r->past, TG_GAP_WORD);
    if (to->id[0] == '\0')
        return TG_E_AUDIT_BROKEN;
    r->past.n_rows++;
    return err;
}

static enum tg_err read_rows(struct tg_past_reader *r)
{
    const json_t *rows = json_object_get(r->entry, "rows");
    enum tg_err err = json_array_size(rows) > TG_PAGE_ROWS ? TG_E_AUDIT_BROKEN : TG_OK;

    for (size_t i = 0; i < json_array_size(rows) && err == TG_OK; i++)
        err = read_row(r, json_array_get(rows, i));
    return err;
}

static enum tg_err read_rules(struct tg_past_reader *r)
{
    const json_t *rules = json_object_get(r->entry, "rules");
    struct tg_past *p = &r->past;

    if (json_array_size(rules) > TG_ENTRY_RULES)
        return TG_E_AUDIT_BROKEN;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        p->rules[i] = json_string_value(json_array_get(rules, i));
        if (p->rules[i] == NULL)
            return TG_E_AUDIT_BROKEN;
        p->n_rules = i + 1;
    }
    return TG_OK;
}

static bool read_grant(const json_t *ids, const json_t *opened, struct tg_grant *ret)
{
    *ret = (struct tg_grant){.n = json_array_size(ids),
                             .from = tg_json_int(opened, "from", 0),
                             .until = tg_json_int(opened, "until", 0),
                             .drill = json_is_true(json_object_get(opened, "drill"))};
    if (ret->n > TG_GRANTS_HELD)
        return false;
    for (size_t i = 0; i < ret->n; i++) {
        struct tg_span id = tg_span_str(json_string_value(json_array_get(ids, i)));

        if (id.n == 0 || tg_copy(ret->id[i], sizeof ret->id[i], id) != TG_OK)
            return false;
    }
    return tg_copy(ret->areas, sizeof ret->areas, tg_span_str(tg_json_str(opened, "areas"))) == TG_OK &&
           ret->areas[0] != '\0';
}

/* What a role that only grants open could see at that moment: the entry says it itself. */
static void read_granted(struct tg_past_reader *r)
{
    const json_t *ids = json_object_get(r->entry, "grants"), *opened = json_object_get(r->entry, "granted");
    struct tg_past *p = &r->past;

    if (ids == NULL && opened == NULL)
        return;
    if (!read_grant(ids, opened, &p->grant))
        gap(p, TG_GAP_GRANT);
    p->inputs.matter.grant = &p->grant;
}

/* What tg_policy_verdict wants. A basis means that the consent held for this company, purpose and day: what
 * it says of the supply point is the customer's and not in the journal, and no mask depends on it.
 */
static void read_inputs(struct tg_past_reader *r, enum tg_company_kind kind, const char *areas)
{
    struct tg_past *p = &r->past;
    tg_day day = tg_day_of(p->time / 1000000);

    p->inputs =
        (struct tg_inputs){.role = text_of(r->entry, "role"),
                           .company = text_of(r->entry, "company"),
                           .kind = kind,
                           .areas = areas,
                           .matter = {.purpose = text_of(r->entry, "purpose"), .now = p->time / 1000000}};
    read_granted(r);
    if (p->basis[0] == '\0')
        return;
    p->consent = (struct tg_consent){.point = "0000000000000000000000", .to = day};
    if (tg_day_parse(tg_span_str(text_of(r->entry, "consented")), &p->consent.from) != TG_OK)
        gap(p, TG_GAP_CONSENT);
    (void)snprintf(p->consent.ref, sizeof p->consent.ref, "%s", p->basis);
    (void)snprintf(p->consent.company, sizeof p->consent.company, "%s", p->inputs.company);
    (void)snprintf(p->consent.purpose, sizeof p->consent.purpose, "%s", p->inputs.matter.purpose);
    p->inputs.matter.consent = &p->consent;
}

static enum tg_settled settled(const struct tg_past *p)
{
    if (p->n_rules > 0 || p->problem == TG_OK)
        return TG_SETTLED_ALLOWED;
    return p->problem == TG_E_FORBIDDEN || p->problem == TG_E_PURPOSE ? TG_SETTLED_REFUSED : TG_SETTLED_NOT;
}

static void read_who(struct tg_past_reader *r)
{
    const json_t *e = r->entry;
    struct tg_past *p = &r->past;

    p->person = text_of(e, "person");
    p->card = text_of(e, "card");
    p->office = text_of(e, "office");
    p->post = text_of(e, "post");
    p->session = text_of(e, "session");
    p->terminal = text_of(e, "terminal");
    p->peer = text_of(e, "peer");
    p->basis = text_of(e, "basis");
    p->policy = text_of(e, "policy");
}

static enum tg_err read_decision(struct tg_past_reader *r, const struct tg_frame *f, enum tg_kind kind)
{
    struct tg_past *p = &r->past;
    const struct tg_sitting *sitting;
    enum tg_err err;

    if (tg_time_parse(tg_span_str(text_of(r->entry, "time")), &p->time) != TG_OK)
        return TG_E_AUDIT_BROKEN;
    p->seq = f->seq;
    p->kind = kind;
    p->gap = TG_GAP_NONE;
    p->n_rules = p->n_rows = 0;
    p->problem = strcmp(text_of(r->entry, "decision"), "allow") == 0
                     ? TG_OK
                     : tg_err_from_code(text_of(r->entry, "problem"));
    read_who(r);
    if ((err = read_rules(r)) != TG_OK || (err = read_rows(r)) != TG_OK)
        return err;
    p->settled = settled(p);
    sitting = tg_sittings_find(&r->sittings, p->session);
    if (sitting == NULL)
        gap(p, TG_GAP_SIGN_IN);
    read_inputs(r, sitting != NULL ? sitting->kind : TG_COMPANY_KINDS, sitting != NULL ? sitting->areas : "");
    return TG_OK;
}

/* {"act":{…}} of an entry that was allowed: server/app_taking.c and server/app_acts.c write it. */
static enum tg_err read_act(struct tg_past_reader *r, const struct tg_frame *f)
{
    const json_t *act = json_object_get(r->entry, "act"), *by = json_object_get(act, "by");
    bool policy = strcmp(text_of(act, "act"), "policy") == 0;
    enum tg_err err = TG_OK;

    if (!json_is_object(act) || strcmp(text_of(r->entry, "decision"), "allow") != 0)
        return TG_OK;
    tg_buf_reset(&r->by);
    for (size_t i = 0; i < json_array_size(by) && err == TG_OK; i++) {
        const char *person = json_string_value(json_array_get(by, i));

        err = person != NULL ? tg_buf_addf(&r->by, "%s%s", i > 0 ? " " : "", person) : TG_E_AUDIT_BROKEN;
    }
    if (err != TG_OK)
        return err;
    r->act = (struct tg_past_act){.seq = f->seq,
                                  .time = f->time,
                                  .digest = policy ? text_of(act, "digest") : "",
                                  .number = tg_json_int(act, "number", 0),
                                  .by = tg_buf_cstr(&r->by),
                                  .orders = text_of(act, "orders")};
    r->acted = r->act.by != NULL;
    return r->acted ? TG_OK : TG_E_NOMEM;
}

const struct tg_past_act *tg_past_reader_act(const struct tg_past_reader *r)
{
    return r->acted ? &r->act : NULL;
}

static enum tg_err read_entry(struct tg_past_reader *r, const struct tg_frame *f, const struct tg_past **ret)
{
    const char *kind = text_of(r->entry, "kind"), *names = tg_json_str(r->entry, "names");
    enum tg_err err = names != NULL ? read_names(r, names) : TG_OK;

    if (err != TG_OK)
        return err;
    if (strcmp(kind, tg_kind_name(TG_KIND_ADMIN)) == 0)
        return read_act(r, f);
    if (strcmp(kind, tg_kind_name(TG_KIND_SIGN_IN)) == 0)
        return read_sign_in(r, f);
    for (enum tg_kind k = TG_KIND_SEARCH; k <= TG_KIND_SHOW && f->time >= r->since; k++) {
        if (strcmp(kind, tg_kind_name(k)) == 0) {
            err = read_decision(r, f, k);
            *ret = err == TG_OK ? &r->past : NULL;
        }
    }
    return err;
}

/* Far before the period only the names and what administration did count. */
static bool matters(const struct tg_past_reader *r, const struct tg_frame *f)
{
    static const char names[] = "\"names\":", act[] = "\"act\":{";

    if (f->type != TG_FRAME_ENTRY)
        return false;
    return f->time >= r->since - TG_SITTING_USEC ||
           memmem(f->payload.p, f->payload.n, names, sizeof names - 1) != NULL ||
           memmem(f->payload.p, f->payload.n, act, sizeof act - 1) != NULL;
}

enum tg_err tg_past_read(struct tg_past_reader *r, const struct tg_frame *f, const struct tg_past **ret)
{
    enum tg_err err;

    *ret = NULL;
    r->acted = false;
    if (!matters(r, f))
        return TG_OK;
    tg_json_done(&r->entry);
    err = tg_json_parse(f->payload, &r->entry);
    if (err == TG_OK)
        err = read_entry(r, f, ret);
    return err == TG_OK || err == TG_E_NOMEM ? err : TG_E_AUDIT_BROKEN;
}
