#include "ui/desk/aloud.h"

#include "certs/base/text.h"
#include "ui/desk/labels.h"

/* 03 and 06 have two digits of area code, mobile and IP telephones three, the others are said in threes. */
static const unsigned *phone_groups(const char *phone)
{
    static const unsigned mobile[] = {3, 4, 4, 0}, city[] = {2, 4, 4, 0}, other[] = {3, 3, 4, 0};

    if (strlen(phone) == 11)
        return mobile;
    return strncmp(phone, "03", 2) == 0 || strncmp(phone, "06", 2) == 0 ? city : other;
}

enum tg_err tg_aloud_phone(const char *phone, struct tg_readback **ret)
{
    return tg_readback_digits(tg_span_str(phone), phone_groups(phone), ret);
}

static enum tg_err pieces_make(const char *name, const char *value, struct tg_readback **ret)
{
    if (strcmp(name, "kana") == 0)
        return tg_readback_kana(tg_span_str(value), ret);
    if (strcmp(name, "phone") == 0)
        return tg_aloud_phone(value, ret);
    if (strcmp(name, "customer_no") == 0)
        return tg_readback_digits(tg_span_str(value), NULL, ret);
    return tg_readback_digits(tg_span_str(value), tg_readback_point, ret);
}

void tg_aloud_make(const json_t *row, struct tg_aloud *ret)
{
    static const char *const fields[TG_ALOUD_LINES] = {"kana", "phone", "point", "customer_no", "gen_point"};

    *ret = (struct tg_aloud){.n = 0};
    for (size_t i = 0; i < TG_ALOUD_LINES; i++) {
        const char *value = tg_row_field(row, fields[i]);

        if (value != NULL && pieces_make(fields[i], value, &ret->line[ret->n].pieces) == TG_OK)
            ret->line[ret->n++].label = tg_field_text(fields[i]);
    }
}

void tg_aloud_done(struct tg_aloud *a)
{
    for (size_t i = 0; i < a->n; i++)
        tg_readback_free(&a->line[i].pieces);
    a->n = 0;
}
