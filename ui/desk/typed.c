#include "ui/desk/typed.h"

#include <stdio.h>

#include "certs/base/json.h"
#include "certs/base/text.h"
#include "ui/text/romaji.h"
#include "ui/tr.h"

#define PHONE_MIN 10u
#define PHONE_MAX 11u

static const struct {
    const char *name, *text;
} kinds[TG_KIND_COUNT] = {
    [TG_KIND_AUTO] = {"auto", N_("as it looks")},    [TG_KIND_KANA] = {"kana", N_("kana")},
    [TG_KIND_NAME] = {"name", N_("name")},           [TG_KIND_PHONE] = {"phone", N_("telephone")},
    [TG_KIND_POINT] = {"point", N_("supply point")}, [TG_KIND_CUSTOMER] = {"customer", N_("customer number")},
    [TG_KIND_ADDRESS] = {"address", N_("address")},  [TG_KIND_DATE] = {NULL, N_("date")},
};

const char *tg_kind_name(enum tg_kind k)
{
    return kinds[k].name;
}

const char *tg_kind_text(enum tg_kind k)
{
    return _(kinds[k].text);
}

/* ---- reading ---- */

static void read_phone(struct tg_span plain, const char *digits, struct tg_typed *t)
{
    bool abroad = plain.p[0] == '+' || strncmp(digits, "0081", 4) == 0;

    if (abroad)
        return; /* the server knows the forms of +81 */
    if (t->digits < PHONE_MIN)
        t->note = TG_TYPED_SHORT;
    else if (t->digits > PHONE_MAX)
        t->note = TG_TYPED_LONG;
}

static void read_point(const char *digits, struct tg_typed *t)
{
    tg_point_group(digits, t->point);
    if (t->digits == TG_GAS_TYPED)
        t->note = TG_TYPED_GAS;
    else if (t->digits >= 2 && !tg_point_area(digits))
        t->note = TG_TYPED_AREA;
    else if (t->digits < TG_POINT_TYPED)
        t->note = TG_TYPED_SHORT;
    else if (t->digits > TG_POINT_TYPED)
        t->note = TG_TYPED_LONG;
}

static void read_date(struct tg_span plain, tg_day latest, struct tg_typed *t)
{
    if (tg_wareki_read(plain, latest, &t->days) != TG_OK)
        t->days.n = 0;
    t->note = t->days.n > 1 ? TG_TYPED_WHICH : TG_TYPED_DATE;
}

static enum tg_err read_letters(struct tg_span plain, struct tg_typed *t)
{
    TG_BUF_AUTO kana = TG_BUF_INIT(sizeof t->query - 1);
    struct tg_span rest;
    enum tg_err e;

    if (t->kind != TG_KIND_KANA || !tg_kind_romaji(plain))
        return tg_copy(t->query, sizeof t->query, plain);
    t->note = TG_TYPED_ROMAJI;
    e = tg_romaji_kana(plain, &kana, &rest);
    return e == TG_OK ? tg_copy(t->query, sizeof t->query, tg_span_buf(&kana)) : e;
}

/* Nothing but a date is ready with a note that something is wrong with it. */
static bool is_ready(const struct tg_typed *t)
{
    return t->note == TG_TYPED_NOTHING || t->note == TG_TYPED_ROMAJI || t->note == TG_TYPED_DATE;
}

enum tg_err tg_typed_read(struct tg_span text, enum tg_kind chosen, tg_day latest, struct tg_typed *ret)
{
    TG_BUF_AUTO plain = TG_BUF_INIT(TG_QUERY_BYTES);
    char digits[TG_DIGITS_TYPED];
    enum tg_err e;

    *ret = (struct tg_typed){.kind = TG_KIND_AUTO};
    if ((e = tg_plain(text, &plain)) != TG_OK || plain.n == 0)
        return e;
    struct tg_span s = tg_span_buf(&plain);
    struct tg_typed t = {.kind = tg_kind_may(chosen, s) ? chosen : tg_kind_guess(s)};
    t.digits = tg_plain_digits(s, digits);
    if ((e = read_letters(s, &t)) != TG_OK)
        return e;
    if (t.kind == TG_KIND_PHONE)
        read_phone(s, digits, &t);
    else if (t.kind == TG_KIND_POINT)
        read_point(digits, &t);
    else if (t.kind == TG_KIND_DATE)
        read_date(s, latest, &t);
    t.ready = is_ready(&t);
    *ret = t;
    return TG_OK;
}

enum tg_kind tg_typed_other(struct tg_span text, enum tg_kind now)
{
    TG_BUF_AUTO plain = TG_BUF_INIT(TG_QUERY_BYTES);

    if (tg_plain(text, &plain) != TG_OK)
        return now;
    for (unsigned i = 1; i <= TG_KIND_COUNT; i++) {
        enum tg_kind k = (enum tg_kind)((now + i) % TG_KIND_COUNT);

        if (tg_kind_may(k, tg_span_buf(&plain)))
            return k;
    }
    return now;
}

/* ---- what is said of it ---- */

static void say_which(const struct tg_typed *t, char out[TG_TYPED_SAY_BYTES])
{
    TG_BUF_AUTO days = TG_BUF_INIT(TG_TYPED_SAY_BYTES / 2);
    char day[TG_WAREKI_TEXT_BYTES];

    for (size_t i = 0; i < t->days.n; i++) {
        tg_wareki_text(t->days.day[i], day);
        tg_ignore(tg_buf_addf(&days, i > 0 ? " / %s" : "%s", day)); /* four always fit */
    }
    (void)snprintf(out, TG_TYPED_SAY_BYTES, _("Which day? F2 chooses: %s"), tg_buf_cstr(&days));
}

static void say_number(const struct tg_typed *t, char out[TG_TYPED_SAY_BYTES])
{
    bool point = t->kind == TG_KIND_POINT;

    if (t->note == TG_TYPED_SHORT && point)
        (void)snprintf(out, TG_TYPED_SAY_BYTES, _("%zu of 22 digits"), t->digits);
    else if (t->note == TG_TYPED_SHORT)
        (void)snprintf(out, TG_TYPED_SAY_BYTES, _("%zu digits; a telephone number has 10 or 11"), t->digits);
    else if (point)
        (void)snprintf(out, TG_TYPED_SAY_BYTES, _("%zu digits; a supply point number has 22"), t->digits);
    else
        (void)snprintf(out, TG_TYPED_SAY_BYTES, _("%zu digits; a telephone number has 10 or 11"), t->digits);
}

void tg_typed_say(const struct tg_typed *t, size_t of, char out[TG_TYPED_SAY_BYTES])
{
    out[0] = '\0';
    switch (t->note) {
    case TG_TYPED_ROMAJI:
        (void)snprintf(out, TG_TYPED_SAY_BYTES, "%.*s", (int)TG_TYPED_SAY_BYTES - 1, t->query);
        break;
    case TG_TYPED_SHORT:
    case TG_TYPED_LONG:
        say_number(t, out);
        break;
    case TG_TYPED_GAS:
        (void)snprintf(
            out, TG_TYPED_SAY_BYTES, "%s",
            _("17 digits: this is a gas number. Ask for the 22 digits of the electricity supply point."));
        break;
    case TG_TYPED_AREA:
        (void)snprintf(out, TG_TYPED_SAY_BYTES, "%s",
                       _("No supply area begins like that: the first two digits are 01 to 10."));
        break;
    case TG_TYPED_DATE:
        tg_wareki_text(t->days.day[0], out);
        break;
    case TG_TYPED_WHICH:
        if (of > 0 && of <= t->days.n)
            tg_wareki_text(t->days.day[of - 1], out);
        else
            say_which(t, out);
        break;
    case TG_TYPED_NOTHING:
    default:
        break;
    }
}

/* ---- requests ---- */

static void put_common(struct tg_jout *j, const struct tg_search *s)
{
    tg_jout_member(j, "purpose", s->purpose);
    if (s->case_ref[0] != '\0')
        tg_jout_member(j, "case", s->case_ref);
}

/* A number has few customers. A window shows some 20 rows; what is on a page beyond the usual ones counts as
 * further look-ups, and takes time to paint.
 */
#define NAMES_ROWS 40

static long rows_of(enum tg_kind k)
{
    bool number = k == TG_KIND_PHONE || k == TG_KIND_POINT || k == TG_KIND_CUSTOMER;

    return number ? TG_PAGE_ROWS_DEFAULT : NAMES_ROWS;
}

enum tg_err tg_search_write(const struct tg_search *s, struct tg_buf *out)
{
    const char *by = tg_kind_name(s->kind);
    struct tg_jout j;

    if (by == NULL)
        return TG_E_QUERY;
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "by", by);
    tg_jout_member(&j, "query", s->query);
    put_common(&j, s);
    tg_jout_member_int(&j, "limit", rows_of(s->kind));
    if (s->cursor != NULL)
        tg_jout_member(&j, "cursor", s->cursor);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_show_write(const char *id, const struct tg_search *s, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "id", id);
    put_common(&j, s);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
