#include "ui/desk/typed.h"

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "ui/text/romaji.h"
#include "ui/tr.h"

static const struct {
    const char *name, *text;
} kinds[TG_KIND_COUNT] = {
    [TG_KIND_AUTO] = {"auto", N_("as it looks")},    [TG_KIND_KANA] = {"kana", N_("kana")},
    [TG_KIND_NAME] = {"name", N_("name")},           [TG_KIND_PHONE] = {"phone", N_("telephone")},
    [TG_KIND_POINT] = {"point", N_("supply point")}, [TG_KIND_CUSTOMER] = {"customer", N_("customer number")},
    [TG_KIND_ADDRESS] = {"address", N_("address")},
};

const char *tg_kind_name(enum tg_kind k)
{
    return kinds[k].name;
}

const char *tg_kind_text(enum tg_kind k)
{
    return _(kinds[k].text);
}

/* Letters and blanks, at least two letters: C12 is a customer number, and a lone letter is still being typed.
 */
static bool may_be_romaji(struct tg_span text)
{
    size_t letters = 0;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        letters += letter;
        if (!letter && c != ' ' && c != '-' && c != '\'')
            return false;
    }
    return letters >= 2;
}

enum tg_err tg_typed_query(struct tg_span text, enum tg_kind k, struct tg_buf *out, bool *romaji)
{
    struct tg_span rest;
    size_t before = out->n;
    enum tg_err e;

    *romaji = false;
    if ((k == TG_KIND_AUTO || k == TG_KIND_KANA) && may_be_romaji(text)) {
        if ((e = tg_romaji_kana(text, out, &rest)) != TG_OK)
            return e;
        if (rest.n == 0) {
            *romaji = true;
            return TG_OK;
        }
        out->n = before;
    }
    return tg_buf_add_span(out, text);
}

static void put_common(struct tg_jout *j, const struct tg_search *s)
{
    tg_jout_member(j, "purpose", s->purpose);
    if (s->case_ref[0] != '\0')
        tg_jout_member(j, "case", s->case_ref);
}

enum tg_err tg_search_write(const struct tg_search *s, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "by", tg_kind_name(s->kind));
    tg_jout_member(&j, "query", s->query);
    put_common(&j, s);
    tg_jout_member_int(&j, "limit", TG_PAGE_ROWS);
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
