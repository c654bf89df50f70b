#include "server/inquiry/bulk.h"

#include "certs/base/text.h"

static const char *const names[] = {
    [TG_BULK_BEGUN] = "bulk-begun", [TG_BULK_ROWS] = "bulk-rows", [TG_BULK_ENDED] = "bulk-ended"};

const char *tg_outcome_name(enum tg_outcome o)
{
    static const char *const outcomes[TG_OUTCOMES] = {
        [TG_OUT_ANSWERED] = "answered", [TG_OUT_MISMATCH] = "mismatch", [TG_OUT_CONSENT] = "consent",
        [TG_OUT_OWN] = "own",           [TG_OUT_TRIES] = "tries",       [TG_OUT_FORM] = "form"};

    return (unsigned)o < TG_OUTCOMES ? outcomes[o] : NULL;
}

static void put(struct tg_jout *j, const char *name, const char *text)
{
    if (text[0] != '\0') {
        tg_jout_member(j, name, text);
    }
}

static void put_list(struct tg_jout *j, const char *name, const struct tg_buf *list)
{
    if (list->n > 0) {
        tg_jout_key(j, name);
        tg_jout_span(j, tg_span_buf(list));
    }
}

static void put_counts(struct tg_jout *j, const char *name, const unsigned *counts, size_t n)
{
    char text[16 * 11 + 1] = "";

    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(text);

        (void)snprintf(text + at, sizeof text - at, "%s%u", i > 0 ? " " : "", counts[i]);
    }
    tg_jout_member(j, name, text);
}

enum tg_err tg_bulk_step_write(const struct tg_bulk_step *s, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    put(&j, "do", names[s->what]);
    put(&j, "job", s->job);
    tg_jout_member_int(&j, "at", s->at);
    put(&j, "subject", s->subject);
    if (s->what != TG_BULK_ENDED) {
        tg_jout_member_int(&j, "from", s->from);
        tg_jout_member_int(&j, "rows", s->rows);
    }
    put(&j, "chain", s->chain);
    if (s->what == TG_BULK_ROWS) {
        put_counts(&j, "counts", s->counts, TG_OUTCOMES);
        put_counts(&j, "classes", s->classes, TG_C_COUNT);
        put_list(&j, "consents", &s->consents);
        put_list(&j, "tries", &s->tries);
    }
    if (s->again) {
        tg_jout_key(&j, "again");
        tg_jout_bool(&j, true);
    }
    put(&j, "result", s->result);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

static bool take(const json_t *act, const char *name, char *to, size_t size)
{
    const char *text = tg_json_str(act, name);

    return text == NULL || tg_copy(to, size, tg_span_str(text)) == TG_OK;
}

static bool take_counts(const json_t *act, const char *name, unsigned *counts, size_t n)
{
    const char *at = tg_json_str(act, name);

    for (size_t i = 0; at != NULL && i < n; i++) {
        size_t digits = strcspn(at, " ");
        uint64_t value = 0;

        if (tg_u64_parse(tg_span(at, digits), TG_INQUIRY_BULK_ROWS, &value) != TG_OK) {
            return false;
        }
        counts[i] = (unsigned)value;
        at += digits + (at[digits] != '\0' ? 1 : 0);
    }
    return at != NULL && *at == '\0';
}

static bool find_do(const char *name, enum tg_bulk_do *ret)
{
    for (unsigned i = 0; name != NULL && i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum tg_bulk_do)i;
            return true;
        }
    }
    return false;
}

bool tg_bulk_step_is(const json_t *act)
{
    enum tg_bulk_do what;

    return find_do(tg_json_str(act, "do"), &what);
}

static bool whole(const struct tg_bulk_step *s)
{
    size_t chain = strlen(s->chain), result = strlen(s->result);

    if (strlen(s->job) != strlen("BK-20261120-000001") || s->at <= 0) {
        return false;
    }
    return s->what == TG_BULK_ENDED ? result == 64
                                    : chain == 64 && s->rows > 0 && s->rows <= TG_INQUIRY_BULK_ROWS;
}

enum tg_err tg_bulk_step_read(const json_t *act, struct tg_bulk_step *ret)
{
    struct tg_bulk_step s = {.at = tg_json_int(act, "at", 0),
                             .again = json_is_true(json_object_get(act, "again"))};
    int64_t from = tg_json_int(act, "from", 0), rows = tg_json_int(act, "rows", 0);

    if (!find_do(tg_json_str(act, "do"), &s.what) || from < 0 || from > TG_INQUIRY_BULK_ROWS || rows < 0 ||
        rows > TG_INQUIRY_BULK_ROWS || !take(act, "job", s.job, sizeof s.job) ||
        !take(act, "subject", s.subject, sizeof s.subject) || !take(act, "chain", s.chain, sizeof s.chain) ||
        !take(act, "result", s.result, sizeof s.result) ||
        (s.what == TG_BULK_ROWS && (!take_counts(act, "counts", s.counts, TG_OUTCOMES) ||
                                    !take_counts(act, "classes", s.classes, TG_C_COUNT)))) {
        return TG_E_FORM;
    }
    s.from = (unsigned)from;
    s.rows = (unsigned)rows;
    if (!whole(&s)) {
        return TG_E_FORM;
    }
    *ret = s;
    return TG_OK;
}
