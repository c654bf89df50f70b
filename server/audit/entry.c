#include "server/audit/entry.h"

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"

/* Half as many bytes as clean text may have, since each becomes two digits. */
#define HEX_BYTES (TG_NAME_BYTES / 2)

/* The name, and what an allowed one says. */
#define KIND(word)                                           \
    {                                                        \
        word, "\"kind\":\"" word "\",\"decision\":\"allow\"" \
    }

static const struct {
    const char *name, *allowed;
} kinds[TG_KIND_COUNT] = {
    [TG_KIND_SIGN_IN] = KIND("sign-in"),
    [TG_KIND_SIGN_OUT] = KIND("sign-out"),
    [TG_KIND_RENEW] = KIND("renew"),
    [TG_KIND_SEARCH] = KIND("search"),
    [TG_KIND_SHOW] = KIND("show"),
    [TG_KIND_DENIED] = KIND("denied"),
    [TG_KIND_SESSION_END] = KIND("session-end"),
    [TG_KIND_ADMIN] = KIND("admin"),
    [TG_KIND_RELEASE] = KIND("release"),
    [TG_KIND_GRANT] = KIND("grant"),
    [TG_KIND_INQUIRY] = KIND("inquiry"),
    [TG_KIND_OWN_LOG] = KIND("own-log"),
};

const char *tg_kind_name(enum tg_kind k)
{
    return (unsigned)k < TG_KIND_COUNT ? kinds[k].name : NULL;
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

/* The writer looks at each byte anyway: only when it finds no UTF-8, or so many controls that their escapes
 * would swell the record, the text is written again, as hex.
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

/* Our own words, or what was checked when it was imported. key: TG_KEY. */
static void put(struct tg_jout *j, struct tg_span key, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    tg_jout_raw_key(j, key);
    put_text(j, text);
}

/* How long ago the consent began decides whether its rule still counts it. */
static void put_basis(struct tg_jout *j, const struct tg_entry *e)
{
    char from[11];

    if (e->basis == NULL)
        return;
    tg_day_text(e->consented, from);
    put(j, TG_KEY("basis"), e->basis);
    put(j, TG_KEY("consented"), from);
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
static void put_claim(struct tg_jout *j, struct tg_span key, const char *text)
{
    if (text == NULL || tg_text_clean(tg_span_str(text))) {
        put(j, key, text);
        return;
    }
    tg_jout_raw_key(j, key);
    put_hex(j, tg_span_str(text));
}

static void put_list(struct tg_jout *j, struct tg_span key, const char *const *list, size_t n)
{
    if (n == 0)
        return;
    tg_jout_raw_key(j, key);
    tg_jout_open(j, '[');
    for (size_t i = 0; i < n; i++)
        put_text(j, list[i]);
    tg_jout_close(j, ']');
}

static void put_mask(struct tg_jout *j, struct tg_span key, tg_mask m)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * sizeof m + 2] = "";
    size_t at = sizeof hex;

    hex[--at] = '"';
    do {
        hex[--at] = digits[m & 15];
        m >>= 4;
    } while (m != 0);
    hex[--at] = '"';
    tg_jout_raw_key(j, key);
    tg_jout_raw(j, tg_span(hex + at, sizeof hex - at));
}

static enum tg_err put_names(struct tg_jout *j)
{
    TG_BUF_AUTO names = TG_BUF_INIT(TG_CONF_BYTES);
    enum tg_err err = TG_OK;

    for (enum tg_field f = 0; f < TG_F_COUNT && err == TG_OK; f++)
        err = tg_buf_addf(&names, "%s%s", f > 0 ? " " : "", tg_field_name(f));
    if (err != TG_OK)
        return err;
    tg_jout_raw_key(j, TG_KEY("names"));
    tg_jout_span(j, tg_span_buf(&names));
    return TG_OK;
}

static enum tg_err put_rows(struct tg_jout *j, const struct tg_entry *e)
{
    if (e->n_rows == 0)
        return TG_OK;
    tg_jout_raw_key(j, TG_KEY("rows"));
    tg_jout_open(j, '[');
    for (size_t i = 0; i < e->n_rows; i++) {
        if (strlen(e->rows[i].id) >= TG_RECORD_ID_BYTES || strlen(e->rows[i].class) > TG_RECORD_ID_BYTES)
            return TG_E_LIMIT;
        tg_jout_open(j, '{');
        put(j, TG_KEY("id"), e->rows[i].id);
        put(j, TG_KEY("class"), e->rows[i].class);
        put_mask(j, TG_KEY("clear"), e->rows[i].clear);
        put_mask(j, TG_KEY("hidden"), e->rows[i].hidden);
        tg_jout_close(j, '}');
    }
    tg_jout_close(j, ']');
    return TG_OK;
}

static void put_head(struct tg_jout *j, const struct tg_entry *e)
{
    char time[28];

    tg_time_text(e->time, time);
    tg_jout_raw(j, tg_span_str("\"v\":" TG_ENTRY_VERSION));
    put(j, TG_KEY("id"), e->request);
    tg_jout_raw_key(j, TG_KEY("time"));
    tg_jout_str(j, time);
    if (e->decision == TG_OK) {
        tg_jout_raw(j, tg_span_str(kinds[e->kind].allowed));
        return;
    }
    put(j, TG_KEY("kind"), kinds[e->kind].name);
    tg_jout_raw(j, tg_span_str("\"decision\":\"deny\""));
    put(j, TG_KEY("problem"), tg_err_code(e->decision));
}

static void put_who(struct tg_jout *j, const struct tg_entry *e)
{
    bool own = e->employer != NULL && e->company != NULL && strcmp(e->employer, e->company) == 0;

    put(j, TG_KEY("person"), e->person);
    put(j, TG_KEY("card"), e->card);
    put(j, TG_KEY("employer"), own ? NULL : e->employer);
    put(j, TG_KEY("company"), e->company);
    put(j, TG_KEY("office"), e->office);
    put(j, TG_KEY("post"), e->post);
    put(j, TG_KEY("role"), e->role);
    put(j, TG_KEY("session"), e->session);
}

static void put_why(struct tg_jout *j, const struct tg_entry *e)
{
    put_list(j, TG_KEY("rules"), e->rules, e->n_rules);
    put(j, TG_KEY("policy"), e->policy);
}

enum tg_err tg_entry_who(const struct tg_entry *e, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    put_who(&j, e);
    return tg_jout_end(&j);
}

enum tg_err tg_entry_why(const struct tg_entry *e, struct tg_buf *out)
{
    struct tg_jout j;

    if (e->n_rules > TG_ENTRY_RULES)
        return TG_E_LIMIT;
    tg_jout_init(&j, out);
    put_why(&j, e);
    return tg_jout_end(&j);
}

static void put_question(struct tg_jout *j, const struct tg_entry *e)
{
    put(j, TG_KEY("cert"), e->cert_serial);
    put(j, TG_KEY("company_kind"), e->company_kind);
    put(j, TG_KEY("peer"), e->peer);
    put(j, TG_KEY("purpose"), e->purpose);
    put_claim(j, TG_KEY("terminal"), e->terminal);
    put_claim(j, TG_KEY("case"), e->case_ref);
    if (e->query_kind == NULL)
        return;
    tg_jout_raw_key(j, TG_KEY("query"));
    tg_jout_open(j, '{');
    put(j, TG_KEY("kind"), e->query_kind);
    put(j, TG_KEY("hash"), e->query_hash);
    tg_jout_close(j, '}');
}

static enum tg_err put_all(struct tg_jout *j, const struct tg_entry *e)
{
    enum tg_err err;

    tg_jout_open(j, '{');
    put_head(j, e);
    if (e->who.n > 0)
        tg_jout_raw(j, e->who);
    else
        put_who(j, e);
    put_question(j, e);
    if ((err = put_areas(j, e->areas)) != TG_OK)
        return err;
    if (e->names && (err = put_names(j)) != TG_OK)
        return err;
    if ((err = put_rows(j, e)) != TG_OK)
        return err;
    if (e->why.n > 0)
        tg_jout_raw(j, e->why);
    else
        put_why(j, e);
    put_basis(j, e);
    if (e->looks > 1) {
        tg_jout_raw_key(j, TG_KEY("looks"));
        tg_jout_int(j, e->looks);
    }
    put(j, TG_KEY("subject"), e->subject);
    put_list(j, TG_KEY("lifted"), e->lifted, e->n_lifted);
    put_list(j, TG_KEY("grants"), e->grants, e->n_grants);
    if (e->granted.n > 0) {
        tg_jout_raw_key(j, TG_KEY("granted"));
        tg_jout_raw(j, e->granted);
    }
    if (e->act.n > 0) {
        tg_jout_raw_key(j, TG_KEY("act"));
        tg_jout_raw(j, e->act);
    }
    put(j, TG_KEY("detail"), e->detail);
    tg_jout_close(j, '}');
    return TG_OK;
}

enum tg_err tg_entry_write(const struct tg_entry *e, struct tg_buf *out)
{
    struct tg_jout j;
    enum tg_err err;

    if (tg_kind_name(e->kind) == NULL)
        return TG_E_INTERNAL;
    if (e->n_rows > TG_PAGE_ROWS || e->n_rules > TG_ENTRY_RULES || e->n_grants > TG_ENTRY_GRANTS ||
        e->n_lifted > TG_ENTRY_LIFTED)
        return TG_E_LIMIT;
    tg_jout_init(&j, out);
    err = put_all(&j, e);
    return err == TG_OK ? tg_jout_end(&j) : err;
}
