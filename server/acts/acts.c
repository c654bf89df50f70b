#include "server/acts/acts.h"

#include <stdio.h>
#include <stdlib.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/text.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

struct tg_acts {
    const struct tg_acts_conf *conf;
    struct tg_ledger *ledger;
    struct tg_act *act;
    size_t n;
    char builtin[TG_SHA256_HEX];
};

static const char *const kind_names[TG_ACT_KINDS] = {"policy", "cards", "data"};
static const char *const basis_names[TG_BASIS_COUNT] = {"approvals", "set-up", "off"};

const char *tg_act_name(enum tg_act_kind k)
{
    return (unsigned)k < TG_ACT_KINDS ? kind_names[k] : NULL;
}

/* What a line holds besides line, prev and time. */
static const struct tg_json_member members[] = {
    {"line", TG_JSON_INTEGER, true, 1, INT32_MAX},
    {"prev", TG_JSON_STRING, true, 64, 64},
    {"time", TG_JSON_STRING, true, 27, 27},
    {"act", TG_JSON_STRING, true, 1, 15},
    {"outcome", TG_JSON_STRING, true, 1, 63},
    {"basis", TG_JSON_STRING, true, 1, 15},
    {"what", TG_JSON_STRING, false, 1, 15},

    {"digest", TG_JSON_STRING, true, 64, 64},
    {"prior", TG_JSON_STRING, false, 64, 64},
    {"number", TG_JSON_INTEGER, false, 1, INT32_MAX},
    {"stored", TG_JSON_STRING, false, 64, 64},
    {"approvals", TG_JSON_ARRAY, true, 0, TG_APPROVALS},
};

static bool word_find(const char *const *list, size_t n, const char *word, size_t *ret)
{
    for (*ret = 0; *ret < n && strcmp(list[*ret], word) != 0; (*ret)++) {
    }
    return *ret < n;
}

static bool digest_take(const json_t *doc, const char *name, char out[TG_SHA256_HEX])
{
    const char *text = tg_json_str(doc, name);

    out[0] = '\0';
    return text == NULL || (tg_sha256_is(text) && tg_copy(out, TG_SHA256_HEX, tg_span_str(text)) == TG_OK);
}

static bool approvals_take(const json_t *doc, struct tg_act *a)
{
    const json_t *list = json_object_get(doc, "approvals");

    a->n_approvals = json_array_size(list);
    for (size_t i = 0; i < a->n_approvals; i++) {
        if ((a->approval[i] = json_string_value(json_array_get(list, i))) == NULL) {
            return false;
        }
        tg_approval_claimed(tg_span_str(a->approval[i]), &a->claim[i]);
    }
    return true;
}

static bool outcome_take(const json_t *doc, struct tg_act *a)
{
    const char *code = tg_json_str(doc, "outcome");

    a->outcome = strcmp(code, "done") == 0 ? TG_OK : tg_err_from_code(code);
    return a->outcome == TG_OK || a->outcome != TG_E_INTERNAL || strcmp(code, "internal") == 0;
}

/* Of a kind: which members go with it. */
static bool shape_ok(const struct tg_act *a)
{
    bool policy = a->kind == TG_ACT_POLICY;

    if (policy != (a->what[0] == '\0') || (policy && a->stored[0] != '\0')) {
        return false;
    }
    if ((a->prior[0] != '\0') != (a->number != 0) || (!policy && a->number != 0)) {
        return false;
    }
    if (a->outcome != TG_OK) {
        return true;
    }
    return policy ? a->number != 0 && a->basis == TG_BASIS_APPROVALS
                  : (a->basis == TG_BASIS_APPROVALS) == (a->n_approvals > 0);
}

static bool word_take(const json_t *doc, const char *name, char *out, size_t size)
{
    const char *text = tg_json_str(doc, name);

    return text == NULL || tg_copy(out, size, tg_span_str(text)) == TG_OK;
}

static bool act_take(const struct tg_ledger_line *line, struct tg_act *a)
{
    size_t kind = 0, basis = 0;

    memset(a, 0, sizeof *a);
    if (tg_json_check(line->doc, members, sizeof members / sizeof *members, NULL) != TG_OK ||
        !word_find(kind_names, TG_ACT_KINDS, tg_json_str(line->doc, "act"), &kind) ||
        !word_find(basis_names, TG_BASIS_COUNT, tg_json_str(line->doc, "basis"), &basis) ||
        !outcome_take(line->doc, a) || !digest_take(line->doc, "digest", a->digest) ||
        !digest_take(line->doc, "prior", a->prior) || !digest_take(line->doc, "stored", a->stored) ||
        !word_take(line->doc, "what", a->what, sizeof a->what) || !approvals_take(line->doc, a)) {
        return false;
    }
    a->kind = (enum tg_act_kind)kind;
    a->basis = (enum tg_act_basis)basis;
    a->line = tg_json_int(line->doc, "line", 0);
    a->number = tg_json_int(line->doc, "number", 0);
    a->time = line->time / 1000000;
    memcpy(a->hash, line->hash, sizeof a->hash);
    return shape_ok(a);
}

/* An activation follows the one before it: the next number, on top of its digest. */
static bool follows(const struct tg_acts *acts, const struct tg_act *a)
{
    const struct tg_act *last;

    if (a->kind != TG_ACT_POLICY || a->outcome != TG_OK) {
        return true;
    }
    last = tg_acts_last(acts, TG_ACT_POLICY, NULL, acts->n);
    return last == NULL ? a->number == 1
                        : a->number == last->number + 1 && strcmp(a->prior, last->digest) == 0;
}

static enum tg_err acts_take(struct tg_acts *a, char *why, size_t size)
{
    size_t n = tg_ledger_count(a->ledger);

    if (n == 0) {
        return TG_OK;
    }
    if ((a->act = calloc(n, sizeof *a->act)) == NULL) {
        return TG_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        if (!act_take(tg_ledger_line(a->ledger, i), &a->act[i]) || !follows(a, &a->act[i])) {
            (void)snprintf(why, size, "%s/log line %zu: it is no act, or does not follow the acts before it",
                           a->conf->folder, i + 1);
            return TG_E_FORM;
        }
        a->n = i + 1;
    }
    return TG_OK;
}

enum tg_err tg_acts_open(const struct tg_acts_conf *conf, enum tg_ledger_use use, struct tg_acts **ret,
                         char *why, size_t size)
{
    struct tg_acts *a = calloc(1, sizeof *a);
    char *path = tg_path_join(conf->folder, "log");
    enum tg_err e = a == NULL || path == NULL ? TG_E_NOMEM : TG_OK;

    (void)snprintf(why, size, "%s", tg_err_en(TG_E_NOMEM));
    if (e == TG_OK) {
        a->conf = conf;
        e = tg_sha256_hex(conf->builtin, a->builtin);
    }
    if (e == TG_OK && (e = tg_ledger_open(path, use, &a->ledger, why, size)) == TG_OK) {
        e = acts_take(a, why, size);
    }
    free(path);
    if (e != TG_OK) {
        tg_acts_close(&a);
        return e;
    }
    *ret = a;
    return TG_OK;
}

void tg_acts_close(struct tg_acts **a)
{
    if (*a == NULL) {
        return;
    }
    tg_ledger_close(&(*a)->ledger);
    free((*a)->act);
    free(*a);
    *a = NULL;
}

const struct tg_acts_conf *tg_acts_where(const struct tg_acts *a)
{
    return a->conf;
}

size_t tg_acts_count(const struct tg_acts *a)
{
    return a->n;
}

const struct tg_act *tg_acts_at(const struct tg_acts *a, size_t i)
{
    return i < a->n ? &a->act[i] : NULL;
}

const struct tg_act *tg_acts_last(const struct tg_acts *a, enum tg_act_kind kind, const char *what, size_t n)
{
    for (size_t i = n < a->n ? n : a->n; i > 0; i--) {
        const struct tg_act *one = &a->act[i - 1];

        if (one->kind == kind && one->outcome == TG_OK && (what == NULL || strcmp(one->what, what) == 0)) {
            return one;
        }
    }
    return NULL;
}

const char *tg_acts_builtin(const struct tg_acts *a)
{
    return a->builtin;
}

static void put_digest(struct tg_jout *j, const char *name, const char *digest)
{
    if (digest[0] != '\0') {
        tg_jout_member(j, name, digest);
    }
}

static enum tg_err act_write(const struct tg_act *act, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "act", tg_act_name(act->kind));
    tg_jout_member(&j, "outcome", act->outcome == TG_OK ? "done" : tg_err_code(act->outcome));
    tg_jout_member(&j, "basis", basis_names[act->basis]);
    if (act->what[0] != '\0') {
        tg_jout_member(&j, "what", act->what);
    }
    tg_jout_member(&j, "digest", act->digest);
    put_digest(&j, "prior", act->prior);
    if (act->number != 0) {
        tg_jout_member_int(&j, "number", act->number);
    }
    put_digest(&j, "stored", act->stored);
    tg_jout_key(&j, "approvals");
    tg_jout_open(&j, '[');
    for (size_t i = 0; i < act->n_approvals; i++) {
        tg_jout_str(&j, act->approval[i]);
    }
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

/* A line is for ever: what could not be read back must not be written. */
static enum tg_err would_read(const struct tg_acts *a, struct tg_span text)
{
    static const char head[] = "{\"line\":1,\"prev\":\"" ZEROS "\",\"time\":\"2000-01-01T00:00:00.000000Z\",";
    TG_BUF_AUTO whole = TG_BUF_INIT(TG_LEDGER_LINE_BYTES);
    struct tg_ledger_line line = {.time = 0};
    struct tg_act act;
    json_t *doc = NULL;
    enum tg_err e;

    if ((e = tg_buf_add_str(&whole, head)) != TG_OK ||
        (e = tg_buf_add(&whole, text.p + 1, text.n - 1)) != TG_OK ||
        (e = tg_json_parse(tg_span_buf(&whole), &doc)) != TG_OK) {
        return e;
    }
    line.doc = doc;
    e = act_take(&line, &act) && follows(a, &act) ? TG_OK : TG_E_INTERNAL;
    json_decref(doc);
    return e;
}

enum tg_err tg_acts_add(struct tg_acts *a, const struct tg_act *act, tg_usec now)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_LEDGER_LINE_BYTES);
    struct tg_act *more = realloc(a->act, (a->n + 1) * sizeof *more);
    enum tg_err e;

    if (more == NULL) {
        return TG_E_NOMEM;
    }
    a->act = more;
    if ((e = act_write(act, &text)) != TG_OK || (e = would_read(a, tg_span_buf(&text))) != TG_OK ||
        (e = tg_ledger_append(a->ledger, tg_span(text.p + 1, text.n - 2), now)) != TG_OK) {
        return e;
    }
    if (!act_take(tg_ledger_line(a->ledger, a->n), &a->act[a->n])) {
        return TG_E_INTERNAL;
    }
    a->n++;
    return TG_OK;
}
