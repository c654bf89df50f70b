#include "ui/text/wareki.h"

#include <stdio.h>

#define NUMBERS 3u

/* The first days: 明治元年 by 改元の詔 (counted from the beginning of 1868), 大正, 昭和 and 平成 by their
 * edicts, 令和 by Cabinet Order 143 of 2019. An era begins where the one before it ends.
 */
static const struct era {
    const char *name, *letter;
    const char *first; /* day */
    int year;          /* of 元年 */
} eras[] = {
    {"令和", "R", "2019-05-01", 2019}, {"平成", "H", "1989-01-08", 1989}, {"昭和", "S", "1926-12-25", 1926},
    {"大正", "T", "1912-07-30", 1912}, {"明治", "M", "1868-01-01", 1868},
};
#define ERAS (sizeof eras / sizeof eras[0])

/* Numbers and the era in front of them; how many digits the first number has tells a year from a whole date.
 */
struct parts {
    const struct era *era;
    int number[NUMBERS];
    size_t n;
    size_t digits; /* of the first number */
};

static bool take(struct tg_span *s, const char *word)
{
    size_t n = strlen(word);

    if (s->n < n || memcmp(s->p, word, n) != 0)
        return false;
    *s = tg_span(s->p + n, s->n - n);
    return true;
}

static void skip_spaces(struct tg_span *s)
{
    while (take(s, " ")) {
    }
}

static const struct era *take_era(struct tg_span *s)
{
    for (size_t i = 0; i < ERAS; i++) {
        char small[2] = {(char)(eras[i].letter[0] + ('a' - 'A')), 0};

        if (take(s, eras[i].name) || take(s, eras[i].letter) || take(s, small))
            return &eras[i];
    }
    return NULL;
}

static bool take_number(struct tg_span *s, int *ret, size_t *digits)
{
    int value = 0;
    size_t n = 0;

    while (n < s->n && n < 8 && s->p[n] >= '0' && s->p[n] <= '9')
        value = value * 10 + (s->p[n++] - '0');
    *s = tg_span(s->p + n, s->n - n);
    *ret = value;
    *digits = n;
    return n > 0;
}

/* What stands between the numbers; behind the day, 日 or nothing. */
static bool take_gap(struct tg_span *s, size_t i)
{
    static const char *const word[NUMBERS] = {"年", "月", "日"};

    skip_spaces(s);
    bool got = take(s, word[i]) || (i + 1 < NUMBERS && (take(s, ".") || take(s, "/") || take(s, "-")));
    skip_spaces(s);
    return got;
}

static bool take_parts(struct tg_span s, struct parts *p)
{
    size_t digits = 0;

    *p = (struct parts){.n = 0};
    skip_spaces(&s);
    p->era = take_era(&s);
    skip_spaces(&s);
    if (p->era != NULL && take(&s, "元")) {
        p->number[p->n++] = 1;
        p->digits = 1;
    } else if (take_number(&s, &p->number[0], &p->digits)) {
        p->n = 1;
    }
    for (bool more = p->n > 0; more && take_gap(&s, p->n - 1);) {
        more = p->n < NUMBERS && take_number(&s, &p->number[p->n], &digits) && digits <= 2;
        p->n += more ? 1 : 0;
    }
    skip_spaces(&s);
    return s.n == 0 && p->n > 0;
}

static bool day_of(int year, int month, int day, tg_day *ret)
{
    char text[16];

    if (year < 1868 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return tg_day_parse(tg_span_str(text), ret) == TG_OK;
}

static tg_day first_day(size_t era)
{
    tg_day day = TG_DAY_MAX;

    return tg_day_parse(tg_span_str(eras[era].first), &day) == TG_OK ? day : TG_DAY_MAX;
}

static size_t era_of(tg_day day)
{
    size_t i = 0;

    while (i < ERAS && day < first_day(i))
        i++;
    return i;
}

/* Only a day on which that era was. */
static void add_era(struct tg_wareki *ret, const struct era *era, const int number[NUMBERS])
{
    tg_day day = 0;

    if (number[0] >= 1 && number[0] <= 99 && day_of(era->year + number[0] - 1, number[1], number[2], &day) &&
        era_of(day) == (size_t)(era - eras))
        ret->day[ret->n++] = day;
}

static void add_western(struct tg_wareki *ret, int year, const int number[NUMBERS])
{
    tg_day day = 0;

    if (day_of(year, number[1], number[2], &day))
        ret->day[ret->n++] = day;
}

/* Two digits without an era: the three eras of people who are alive, and this century. */
static void add_short(struct tg_wareki *ret, const int number[NUMBERS])
{
    for (size_t i = 0; i < 3; i++)
        add_era(ret, &eras[i], number);
    add_western(ret, 2000 + number[0], number);
}

/* 20230113, and R050113 */
static bool split_digits(struct parts *p)
{
    size_t whole = p->era != NULL ? 6 : 8;

    if (p->n != 1 || p->digits != whole)
        return p->n == NUMBERS;
    p->number[2] = p->number[0] % 100;
    p->number[1] = p->number[0] / 100 % 100;
    p->number[0] /= 10000;
    p->digits -= 4;
    p->n = NUMBERS;
    return true;
}

static void latest_first(struct tg_wareki *w)
{
    for (size_t i = 1; i < w->n; i++)
        for (size_t j = i; j > 0 && w->day[j] > w->day[j - 1]; j--) {
            tg_day swap = w->day[j];

            w->day[j] = w->day[j - 1];
            w->day[j - 1] = swap;
        }
}

static void drop_later(struct tg_wareki *w, tg_day latest)
{
    size_t kept = 0;

    for (size_t i = 0; i < w->n; i++)
        if (w->day[i] <= latest)
            w->day[kept++] = w->day[i];
    w->n = kept;
}

enum tg_err tg_wareki_read(struct tg_span text, tg_day latest, struct tg_wareki *ret)
{
    struct parts p;

    ret->n = 0;
    if (!take_parts(text, &p) || !split_digits(&p))
        return TG_E_FORM;
    if (p.era != NULL)
        add_era(ret, p.era, p.number);
    else if (p.digits == 4)
        add_western(ret, p.number[0], p.number);
    else if (p.digits <= 2)
        add_short(ret, p.number);
    if (ret->n > 1)
        drop_later(ret, latest);
    latest_first(ret);
    return ret->n > 0 ? TG_OK : TG_E_FORM;
}

static int digits(const char *s, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * 10 + (s[i] - '0');
    return value;
}

void tg_wareki_text(tg_day day, char out[TG_WAREKI_TEXT_BYTES])
{
    char western[11], year[12] = "元";
    size_t era = era_of(day);

    tg_day_text(day, western);
    (void)snprintf(out, TG_WAREKI_TEXT_BYTES, "%s", western);
    if (era == ERAS || western[0] == '-')
        return;
    int n = digits(western, 4) - eras[era].year + 1;
    if (n > 1)
        (void)snprintf(year, sizeof year, "%d", n);
    (void)snprintf(out, TG_WAREKI_TEXT_BYTES, "%s%s年%d月%d日（%s）", eras[era].name, year,
                   digits(western + 5, 2), digits(western + 8, 2), western);
}
