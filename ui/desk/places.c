#include "ui/desk/places.h"

#include <stdio.h>
#include <string.h>

#include "certs/base/blob.h"
#include "ui/text/areas.h"
#include "ui/tr.h"

#define FEW 4u /* codes that are still read one by one */

/* In the order of their numbers, 1 to 47. */
static const char *const prefectures[] = {
    N_("Hokkaido"),  N_("Aomori"),   N_("Iwate"),    N_("Miyagi"),    N_("Akita"),     N_("Yamagata"),
    N_("Fukushima"), N_("Ibaraki"),  N_("Tochigi"),  N_("Gunma"),     N_("Saitama"),   N_("Chiba"),
    N_("Tokyo"),     N_("Kanagawa"), N_("Niigata"),  N_("Toyama"),    N_("Ishikawa"),  N_("Fukui"),
    N_("Yamanashi"), N_("Nagano"),   N_("Gifu"),     N_("Shizuoka"),  N_("Aichi"),     N_("Mie"),
    N_("Shiga"),     N_("Kyoto"),    N_("Osaka"),    N_("Hyogo"),     N_("Nara"),      N_("Wakayama"),
    N_("Tottori"),   N_("Shimane"),  N_("Okayama"),  N_("Hiroshima"), N_("Yamaguchi"), N_("Tokushima"),
    N_("Kagawa"),    N_("Ehime"),    N_("Kochi"),    N_("Fukuoka"),   N_("Saga"),      N_("Nagasaki"),
    N_("Kumamoto"),  N_("Oita"),     N_("Miyazaki"), N_("Kagoshima"), N_("Okinawa"),
};
#define PREFECTURES (sizeof prefectures / sizeof *prefectures)

const char *tg_prefecture_text(unsigned number)
{
    return number >= 1 && number <= PREFECTURES ? _(prefectures[number - 1]) : NULL;
}

struct writing {
    char *out;
    size_t size, at;
};

static void put(struct writing *w, const char *before, const char *text)
{
    int n = snprintf(w->out + w->at, w->size - w->at, "%s%s", before, text);

    w->at = n < 0 || (size_t)n >= w->size - w->at ? w->size - 1 : w->at + (size_t)n;
}

static bool is_code(const char *s, size_t n)
{
    return n == 5 && strspn(s, "0123456789") >= 5 &&
           tg_prefecture_text((unsigned)((s[0] - '0') * 10 + s[1] - '0')) != NULL;
}

/* How many of each; false: something is none. */
static bool count(const char *areas, unsigned of[PREFECTURES + 1], size_t *all)
{
    bool codes = true;

    for (const char *s = areas; *s != '\0'; s += *s == ' ' ? 1 : 0) {
        size_t n = strcspn(s, " ");

        codes = codes && is_code(s, n);
        if (codes)
            of[(s[0] - '0') * 10 + s[1] - '0']++;
        *all += 1;
        s += n;
    }
    return codes;
}

/* The names of those that are built in; the others go under their codes. */
static void put_names(struct writing *w, const char *areas)
{
    TG_BUF_AUTO names = TG_BUF_INIT(FEW * 256);

    if (tg_areas_text(tg_span_str(areas), &names) != TG_OK || tg_buf_cstr(&names) == NULL)
        return;
    put(w, ": ", tg_buf_cstr(&names));
}

void tg_places_text(const char *areas, char *out, size_t size)
{
    unsigned of[PREFECTURES + 1] = {0};
    struct writing w = {.out = out, .size = size};
    size_t all = 0;
    char number[64];

    if (!count(areas, of, &all)) {
        put(&w, "", areas);
        return;
    }
    out[0] = '\0';
    for (unsigned i = 1; i <= PREFECTURES; i++) {
        if (of[i] == 0)
            continue;
        (void)snprintf(number, sizeof number, _("%s: %u of its municipalities"), tg_prefecture_text(i),
                       of[i]);
        put(&w, w.at > 0 ? ", " : "", number);
    }
    if (all > 0 && all <= FEW)
        put_names(&w, areas);
}
