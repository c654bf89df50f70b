#include "certs/base/clock.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_SECONDS 86400
#define DAY_USEC ((int64_t)DAY_SECONDS * 1000000)
#define TOKYO_SECONDS (9 * 3600)
#define YEAR_MIN 1868 /* Meiji 1: the oldest year in any paper contract */
#define YEAR_MAX 9999

struct date {
    int64_t year;
    int64_t month; /* 1..12 */
    int64_t day;   /* 1..31 */
};

static tg_usec read_clock(clockid_t which)
{
    struct timespec ts;

    /* Cannot fail for the two clocks below; a program without a clock must not decide anything. */
    if (clock_gettime(which, &ts) != 0)
        abort();
    return (tg_usec)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

tg_sec tg_now(void)
{
    return tg_now_us() / 1000000;
}

tg_usec tg_now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

tg_usec tg_mono_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a % b < 0 ? a % b + b : a % b;
}

tg_day tg_day_of(tg_sec t)
{
    int64_t d = floor_div(t, DAY_SECONDS);

    /* The rest decides whether Tokyo is already a day ahead; adding nine hours to t itself could overflow. */
    if (floor_mod(t, DAY_SECONDS) >= DAY_SECONDS - TOKYO_SECONDS)
        d++;
    if (d < TG_DAY_MIN)
        return TG_DAY_MIN;
    return d > TG_DAY_MAX ? TG_DAY_MAX : (tg_day)d;
}

static bool leap(int64_t y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int64_t month_days(int64_t y, int64_t m)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return m == 2 && leap(y) ? 29 : days[m - 1];
}

/* Years counted from March, in cycles of 400 years = 146097 days; day 719468 of that count is 1970-01-01. */
static int64_t to_days(struct date c)
{
    int64_t y = c.month <= 2 ? c.year - 1 : c.year;
    int64_t cycle = floor_div(y, 400);
    int64_t in_cycle = y - cycle * 400;
    int64_t in_year = (153 * (c.month > 2 ? c.month - 3 : c.month + 9) + 2) / 5 + c.day - 1;

    return cycle * 146097 + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 + in_year - 719468;
}

static struct date from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t cycle = floor_div(z, 146097);
    int64_t rest = z - cycle * 146097;
    int64_t y = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int64_t in_year = rest - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * in_year + 2) / 153;
    struct date c = {.month = m < 10 ? m + 3 : m - 9, .day = in_year - (153 * m + 2) / 5 + 1};

    c.year = y + cycle * 400 + (c.month <= 2);
    return c;
}

/* Exactly n digits; -1 otherwise. */
static int64_t number(const uint8_t *p, size_t n)
{
    int64_t v = 0;

    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

enum tg_err tg_time_parse(struct tg_span s, tg_usec *ret)
{
    static const char form[] = "          T  :  :  .      Z";
    int64_t hour, minute, second, usec;
    tg_day day;

    if (s.n != sizeof form - 1 || tg_day_parse(tg_span(s.p, 10), &day) != TG_OK)
        return TG_E_FORM;
    for (size_t i = 0; i < s.n; i++) {
        if (form[i] != ' ' && s.p[i] != form[i])
            return TG_E_FORM;
    }
    hour = number(s.p + 11, 2);
    minute = number(s.p + 14, 2);
    second = number(s.p + 17, 2);
    usec = number(s.p + 20, 6);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || usec < 0)
        return TG_E_FORM;
    *ret = (day * (int64_t)DAY_SECONDS + hour * 3600 + minute * 60 + second) * 1000000 + usec;
    return TG_OK;
}

enum tg_err tg_day_parse(struct tg_span s, tg_day *ret)
{
    struct date c;

    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
        return TG_E_FORM;
    c = (struct date){.year = number(s.p, 4), .month = number(s.p + 5, 2), .day = number(s.p + 8, 2)};
    if (c.year < YEAR_MIN || c.month < 1 || c.month > 12)
        return TG_E_FORM;
    if (c.day < 1 || c.day > month_days(c.year, c.month))
        return TG_E_FORM;
    *ret = (tg_day)to_days(c);
    return TG_OK;
}

static void put(char *out, size_t n, int64_t v)
{
    while (n > 0) {
        out[--n] = (char)('0' + v % 10);
        v /= 10;
    }
}

static bool put_date(char *out, int64_t days)
{
    struct date c = from_days(days);

    if (c.year < YEAR_MIN || c.year > YEAR_MAX)
        return false;
    put(out, 4, c.year);
    put(out + 5, 2, c.month);
    put(out + 8, 2, c.day);
    return true;
}

void tg_day_text(tg_day d, char out[11])
{
    memcpy(out, "----------", 11);
    (void)put_date(out, d);
}

void tg_time_text(tg_usec t, char out[28])
{
    int64_t us = floor_mod(t, DAY_USEC);
    int64_t s = us / 1000000;

    memcpy(out, "----------T--:--:--.------Z", 28);
    if (!put_date(out, floor_div(t, DAY_USEC)))
        return;
    put(out + 11, 2, s / 3600);
    put(out + 14, 2, s / 60 % 60);
    put(out + 17, 2, s % 60);
    put(out + 20, 6, us % 1000000);
}
