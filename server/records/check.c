#include "server/records/check.h"

#include "certs/base/clock.h"
#include "certs/base/text.h"

static enum tg_err refuse(struct tg_fault *fault, const char *column, const char *what)
{
    fault->column = column;
    fault->what = what;
    return TG_E_IMPORT;
}

/* 2023-01-13, 2023/1/13, 20230113 -> 2023-01-13, and the day. */
static bool read_date(struct tg_span s, char out[11], tg_day *day)
{
    unsigned part[3] = {0, 0, 0};
    size_t n = 0;
    if (s.n == 8 && memchr(s.p, '-', 8) == NULL && memchr(s.p, '/', 8) == NULL) {
        char text[11];
        (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2s", (const char *)s.p, (const char *)s.p + 4,
                       (const char *)s.p + 6);
        return read_date(tg_span_str(text), out, day);
    }
    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] == '-' || s.p[i] == '/') && n < 2 && i > 0)
            n++;
        else if (s.p[i] >= '0' && s.p[i] <= '9' && part[n] < 1000)
            part[n] = part[n] * 10 + (unsigned)(s.p[i] - '0');
        else
            return false;
    }
    if (n != 2 || part[1] > 12 || part[2] > 31)
        return false;
    char text[24];
    (void)snprintf(text, sizeof text, "%04u-%02u-%02u", part[0], part[1], part[2]);
    if (tg_day_parse(tg_span_str(text), day) != TG_OK)
        return false;
    tg_day_text(*day, out);
    return true;
}

static enum tg_err check_dates(struct tg_checked *r, struct tg_fault *fault)
{
    static const enum tg_field field[2] = {TG_F_CONTRACT_START, TG_F_CONTRACT_END};
    for (int i = 0; i < 2; i++) {
        struct tg_span *v = &r->value[field[i]];
        r->day[i] = TG_DAY_MIN;
        if (v->n == 0)
            continue;
        if (!read_date(*v, r->date[i], &r->day[i]))
            return refuse(fault, tg_field_name(field[i]), "日付ではありません / not a date (YYYY-MM-DD)");
        *v = tg_span_str(r->date[i]);
    }
    if (r->value[field[0]].n > 0 && r->value[field[1]].n > 0 && r->day[0] > r->day[1])
        return refuse(fault, "contract_end", "開始日より前です / lies before contract_start");
    return TG_OK;
}

static enum tg_err check_point(struct tg_span *v, struct tg_digits *d, const char *column,
                               struct tg_fault *fault)
{
    if (v->n == 0)
        return TG_OK;
    struct tg_glyphs g TG_UNSET;
    enum tg_err err = tg_glyphs_read(*v, &g);
    if (err == TG_OK)
        err = tg_point_read(&g, d);
    if (err == TG_E_QUERY_GAS)
        return refuse(fault, column,
                      "17 桁はガスの番号です / 17 digits are a gas number; electricity has 22");
    if (err != TG_OK)
        return refuse(
            fault, column,
            "22 桁で 01〜10 に始まる番号が必要です / 22 digits that begin with 01 to 10 are needed");
    *v = tg_span(d->s, d->n);
    return TG_OK;
}

static enum tg_err check_phone(struct tg_checked *r, struct tg_fault *fault)
{
    struct tg_span *v = &r->value[TG_F_PHONE];
    if (v->n == 0)
        return TG_OK;
    struct tg_glyphs g TG_UNSET;
    enum tg_err err = tg_glyphs_read(*v, &g);
    if (err == TG_OK)
        err = tg_phone_read(&g, &r->phone);
    if (err != TG_OK)
        return refuse(fault, "phone", "電話番号ではありません / not a phone number (10 or 11 digits from 0)");
    *v = tg_span(r->phone.s, r->phone.n);
    return TG_OK;
}

static enum tg_err check_postcode(struct tg_checked *r, struct tg_fault *fault)
{
    struct tg_span *v = &r->value[TG_F_POSTCODE];
    if (v->n == 0)
        return TG_OK;
    struct tg_glyphs g TG_UNSET;
    struct tg_digits d;
    enum tg_err err = tg_glyphs_read(*v, &g);
    if (err == TG_OK && g.n > 0 && g.cp[0] == 0x3012) /* 〒 */
        tg_glyphs_cut(&g, 0, 1);
    if (err == TG_OK)
        err = tg_digits_read(&g, &d);
    if (err != TG_OK || d.n != 7)
        return refuse(fault, "postcode", "7 桁ではありません / not 7 digits");
    (void)snprintf(r->postcode, sizeof r->postcode, "%.3s-%.4s", d.s, d.s + 3);
    *v = tg_span_str(r->postcode);
    return TG_OK;
}

static enum tg_err check_text(struct tg_span v, const char *column, struct tg_fault *fault)
{
    if (v.n > TG_CSV_FIELD_BYTES)
        return refuse(fault, column, "長すぎます / too long");
    if (!tg_utf8_ok(v))
        return refuse(fault, column, "文字コードが正しくありません / not well-formed text");
    if (!tg_text_clean(v))
        return refuse(fault, column,
                      "改行などの制御文字があります / a line end or another control character in it");
    return TG_OK;
}

static enum tg_err check_texts(const struct tg_customer *c, struct tg_checked *r, struct tg_fault *fault)
{
    for (int f = 0; f < TG_F_COUNT; f++) {
        enum tg_err err = check_text(c->value[f], tg_field_name((enum tg_field)f), fault);
        if (err != TG_OK)
            return err;
        r->value[f] = c->value[f];
    }
    return TG_OK;
}

static bool is_id_char(uint8_t b)
{
    return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '-' ||
           b == '_' || b == '.';
}

static enum tg_err check_id(const struct tg_customer *c, struct tg_checked *r, struct tg_fault *fault)
{
    for (size_t i = 0; i < c->id.n; i++)
        if (!is_id_char(c->id.p[i]))
            return refuse(fault, "id", "英数字と - _ . だけです / letters, digits, - _ . only");
    if (tg_copy(r->id, sizeof r->id, c->id) != TG_OK)
        return refuse(fault, "id", "31 文字までです / at most 31 characters");
    return TG_OK;
}

static enum tg_err check_area(const struct tg_customer *c, struct tg_checked *r, struct tg_fault *fault)
{
    bool ok = c->area.n == 0 || c->area.n == 5;
    for (size_t i = 0; ok && i < c->area.n; i++)
        ok = c->area.p[i] >= '0' && c->area.p[i] <= '9';
    if (!ok || tg_copy(r->area, sizeof r->area, c->area) != TG_OK)
        return refuse(fault, "area", "市区町村コードは 5 桁です / a municipality code has 5 digits");
    return TG_OK;
}

static enum tg_record_kind kind_of(enum tg_class c)
{
    switch (c) {
    case TG_C_FORMER:
        return TG_RECORD_FORMER;
    case TG_C_LAST_RESORT:
        return TG_RECORD_LAST_RESORT;
    case TG_C_GENERATOR_OWN:
    case TG_C_GENERATOR_OTHER:
        return TG_RECORD_GENERATOR;
    case TG_C_VACANT:
        return TG_RECORD_VACANT;
    case TG_C_OWN:
    case TG_C_OTHER:
    case TG_C_COUNT:
    default:
        return TG_RECORD_SUPPLY;
    }
}

static enum tg_err check_class(const struct tg_customer *c, struct tg_checked *r, struct tg_fault *fault)
{
    char name[24];
    if (c->class.n == 0)
        return refuse(fault, "class", "区分がありません / the record class is missing");
    if (tg_copy(name, sizeof name, c->class) != TG_OK || tg_class_find(name) == TG_C_COUNT)
        return refuse(
            fault, "class",
            "知らない区分です / unknown: own former other last-resort generator-own generator-other vacant");
    r->class = tg_class_find(name);
    r->kind = kind_of(r->class);
    return TG_OK;
}

/* May a record of the class belong to the home retailer, and must it? */
static enum tg_err check_relation(enum tg_class class, bool home, struct tg_fault *fault)
{
    bool must = class == TG_C_OWN || class == TG_C_FORMER || class == TG_C_GENERATOR_OWN;
    bool may = must || class == TG_C_VACANT;
    if (must && !home)
        return refuse(
            fault, "retailer",
            "区分は自社ですが、小売電気事業者が自社ではありません / class says own, retailer does not");
    if (home && !may)
        return refuse(fault, "retailer",
                      "区分は他社ですが、小売電気事業者が自社です / class says not own, retailer is own");
    return TG_OK;
}

static enum tg_err check_retailer(struct tg_checked *r, const struct tg_companies *companies,
                                  struct tg_fault *fault)
{
    struct tg_span code = r->value[TG_F_RETAILER];
    r->retailer = TG_RETAILER_NONE;
    if (code.n == 0 && r->class == TG_C_VACANT)
        return TG_OK;
    if (code.n == 0)
        return refuse(fault, "retailer", "小売電気事業者がありません / the retailer is missing");
    const struct tg_company *found = tg_companies_find(companies, code);
    if (found == NULL)
        return refuse(fault, "retailer", "知らない小売電気事業者です / unknown retailer");
    if (found->kind == TG_COMPANY_CONTRACTOR)
        return refuse(fault, "retailer", "委託先は供給しません / a contractor supplies nobody");
    /* companies live in one array, so a place in it is a number */
    r->retailer = TG_RETAILER_FIRST + (unsigned)(found - tg_companies_at(companies, 0));
    return check_relation(r->class, found->home, fault);
}

/* Nobody lives at a vacant point: who stands there is a class that was mistaken, and would be shown as one.
 */
static enum tg_err check_vacant(const struct tg_checked *r, struct tg_fault *fault)
{
    static const enum tg_field person[] = {TG_F_NAME, TG_F_KANA, TG_F_PHONE, TG_F_CUSTOMER_NO};
    for (size_t i = 0; i < sizeof person / sizeof person[0]; i++)
        if (r->class == TG_C_VACANT && r->value[person[i]].n > 0)
            return refuse(fault, tg_field_name(person[i]),
                          "空き地点にはお客さまがいません / a vacant point has no customer");
    return TG_OK;
}

static enum tg_err check_presence(const struct tg_checked *r, struct tg_fault *fault)
{
    if (r->value[TG_F_NAME].n == 0 && r->class != TG_C_VACANT)
        return refuse(fault, "name", "契約名義がありません / the name is missing");
    if (r->value[TG_F_POINT].n == 0 && r->value[TG_F_GEN_POINT].n == 0)
        return refuse(fault, "point", "地点特定番号がありません / neither point nor gen_point");
    if (r->class == TG_C_FORMER && r->value[TG_F_CONTRACT_END].n == 0)
        return refuse(fault, "contract_end",
                      "旧自社には契約終了日が必要です / class former needs the day the contract ended");
    return TG_OK;
}

enum tg_err tg_check_customer(const struct tg_customer *c, const struct tg_companies *companies,
                              struct tg_checked *ret, struct tg_fault *fault)
{
    enum tg_err err = check_class(c, ret, fault);
    if (err == TG_OK)
        err = check_texts(c, ret, fault);
    if (err == TG_OK)
        err = check_id(c, ret, fault);
    if (err == TG_OK)
        err = check_area(c, ret, fault);
    if (err == TG_OK)
        err = check_retailer(ret, companies, fault);
    if (err == TG_OK)
        err = check_phone(ret, fault);
    if (err == TG_OK)
        err = check_postcode(ret, fault);
    if (err == TG_OK)
        err = check_point(&ret->value[TG_F_POINT], &ret->point, "point", fault);
    if (err == TG_OK)
        err = check_point(&ret->value[TG_F_GEN_POINT], &ret->gen_point, "gen_point", fault);
    if (err == TG_OK)
        err = check_dates(ret, fault);
    if (err == TG_OK)
        err = check_vacant(ret, fault);
    return err == TG_OK ? check_presence(ret, fault) : err;
}
