#include "server/audit/entry.h"

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"

/* Half as many bytes as clean text may have, since each becomes two digits. */
#define HEX_BYTES (TG_NAME_BYTES / 2)

static const char *const kinds[TG_KIND_COUNT] = {
    [TG_KIND_SIGN_IN] = "sign-in",         [TG_KIND_SIGN_OUT] = "sign-out", [TG_KIND_RENEW] = "renew",
    [TG_KIND_SEARCH] = "search",           [TG_KIND_SHOW] = "show",         [TG_KIND_DENIED] = "denied",
    [TG_KIND_SESSION_END] = "session-end", [TG_KIND_ADMIN] = "admin",
};

const char *tg_kind_name(enum tg_kind k)
{
    return (unsigned)k < TG_KIND_COUNT ? kinds[k] : NULL;
}

/* The longest beginning of well-formed text that ends with a whole character. */
static struct tg_span cut(struct tg_span s, size_t max)
{
    if (s.n <= max)
        return s;
    for (s.n = max; s.n != 0 && (s.p[s.n] & 0xc0) == 0x80;)
        s.n--;
    return s;
}

static void put_hex(struct tg_jout *j, struct tg_span s)
{
    char hex[4 + 2 * HEX_BYTES + 1] = "hex:";

    tg_hex(s.p, s.n < HEX_BYTES ? s.n : HEX_BYTES, hex + 4);
    tg_jout_str(j, hex);
}

/* The writer looks at each byte anyway: only when it finds no UTF-8, or so many controls that their escapes would swell the
 * record, the text is written again, as hex.
 */
static void put_text(struct tg_jout *j, const char *text)
{
    const struct tg_jout before = *j;
    struct tg_span s = cut(tg_span_str(text), TG_NAME_BYTES);
    size_t n = j->to->n;

    tg_jout_span(j, s);
    if (before.err == TG_OK && (j->err != TG_OK || j->to->n - n > 2 * s.n + 3)) {
        *j = before;
        j->to->n = n;
        put_hex(j, tg_span_str(text));
    }
}

/* Our own words, or what was checked when it was imported. */
static void put(struct tg_jout *j, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    tg_jout_key(j, name);
    put_text(j, text);
}

/* An input of decisions: cut, it would be another one. What was imported is clean, and shorter than a CSV
 * field. */
static enum tg_err put_areas(struct tg_jout *j, const char *areas)
{
    if (areas == NULL)
        return TG_OK;
    if (strlen(areas) > TG_CSV_FIELD_BYTES)
        return TG_E_LIMIT;
    tg_jout_member(j, "areas", areas);
    return TG_OK;
}

/* What the other side says of itself. */
static void put_claim(struct tg_jout *j, const char *name, const char *text)
{
    if (text == NULL || tg_text_clean(tg_span_str(text))) {
        put(j, name, text);
        return;
    }
    tg_jout_key(j, name);
    put_hex(j, tg_span_str(text));
}

static void put_list(struct tg_jout *j, const char *name, const char *const *list, size_t n)
{
    if (n == 0)
        return;
    tg_jout_key(j, name);
    tg_jout_open(j, '[');
    for (size_t i = 0; i < n; i++)
        put_text(j, list[i]);
    tg_jout_close(j, ']');
}

static void put_mask(struct tg_jout *j, const char *name, tg_mask m)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * sizeof m];
    size_t at = sizeof hex;

    do {
        hex[--at] = digits[m & 15];
        m >>= 4;
    } while (m != 0);
    tg_jout_key(j, name);
    tg_jout_span(j, tg_span(hex + at, sizeof hex - at));
}

static enum tg_err put_names(struct tg_jout *j)
{
    TG_BUF_AUTO names = TG_BUF_INIT(TG_CONF_BYTES);
    enum tg_err err = TG_OK;

    for (enum tg_field f = 0; f < TG_F_COUNT && err == TG_OK; f++)
        err = tg_buf_addf(&names, "%s%s", f > 0 ? " " : "", tg_field_name(f));
    if (err != TG_OK)
        return err;
    tg_jout_key(j, "names");
    tg_jout_span(j, tg_span_buf(&names));
    return TG_OK;
}

static enum tg_err put_rows(struct tg_jout *j, const struct tg_entry *e)
{
    if (e->n_rows == 0)
        return TG_OK;
    tg_jout_key(j, "rows");
    tg_jout_open(j, '[');
    for (size_t i = 0; i < e->n_rows; i++) {
        if (strlen(e->rows[i].id) >= TG_RECORD_ID_BYTES || strlen(e->rows[i].class) > TG_RECORD_ID_BYTES)
            return TG_E_LIMIT;
        tg_jout_open(j, '{');
        put(j, "id", e->rows[i].id);
        put(j, "class", e->rows[i].class);
        put_mask(j, "clear", e->rows[i].clear);
        put_mask(j, "hidden", e->rows[i].hidden);
        tg_jout_close(j, '}');
    }
    tg_jout_close(j, ']');
    return TG_OK;
}

static void put_head(struct tg_jout *j, const struct tg_entry *e)
{
    char time[28];

    tg_time_text(e->time, time);
    tg_jout_member_int(j, "v", TG_ENTRY_VERSION);
    put(j, "id", e->request);
    tg_jout_member(j, "time", time);
    tg_jout_member(j, "kind", tg_kind_name(e->kind));
    tg_jout_member(j, "decision", e->decision == TG_OK ? "allow" : "deny");
    if (e->decision != TG_OK)
        tg_jout_member(j, "problem", tg_err_code(e->decision));
}

static void put_who_and_why(struct tg_jout *j, const struct tg_entry *e)
{
    const char *const member[][2] = {
        {"person", e->person},
        {"card", e->card},
        {"cert", e->cert_serial},
        {"employer", e->employer},
        {"company", e->company},
        {"office", e->office},
        {"post", e->post},
        {"role", e->role},
        {"session", e->session},
        {"peer", e->peer},
        {"purpose", e->purpose},
        {"basis", e->basis},
        {"company_kind", e->company_kind},
    };

    for (size_t i = 0; i < sizeof member / sizeof member[0]; i++)
        put(j, member[i][0], member[i][1]);
    put_claim(j, "terminal", e->terminal);
    put_claim(j, "case", e->case_ref);
    if (e->query_kind == NULL)
        return;
    tg_jout_key(j, "query");
    tg_jout_open(j, '{');
    put(j, "kind", e->query_kind);
    put(j, "hash", e->query_hash);
    tg_jout_close(j, '}');
}

enum tg_err tg_entry_write(const struct tg_entry *e, struct tg_buf *out)
{
    struct tg_jout j;
    enum tg_err err;

    if (tg_kind_name(e->kind) == NULL)
        return TG_E_INTERNAL;
    if (e->n_rows > TG_PAGE_ROWS || e->n_rules > TG_ENTRY_RULES || e->n_grants > TG_ENTRY_GRANTS)
        return TG_E_LIMIT;
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    put_head(&j, e);
    put_who_and_why(&j, e);
    if ((err = put_areas(&j, e->areas)) != TG_OK)
        return err;
    if (e->names && (err = put_names(&j)) != TG_OK)
        return err;
    if ((err = put_rows(&j, e)) != TG_OK)
        return err;
    put_list(&j, "rules", e->rules, e->n_rules);
    put(&j, "policy", e->policy);
    put_list(&j, "grants", e->grants, e->n_grants);
    put(&j, "detail", e->detail);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
