#include <openssl/rand.h>

#include "certs/base/text.h"
#include "certs/ca_args.h"

#define UUID_CHARS 36u
#define JAPAN (9 * 3600) /* a tg_day begins at midnight there */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool uuid_char(size_t i, char c)
{
    if (i == 8 || i == 13 || i == 18 || i == 23)
        return c == '-';
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

enum tg_err ca_uuid_read(const char *text, char out[37])
{
    bool ok = strlen(text) == UUID_CHARS;

    for (size_t i = 0; ok && i < UUID_CHARS; i++) {
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] + ('a' - 'A') : text[i]);
        ok = uuid_char(i, out[i]);
    }
    if (!ok)
        return ca_say(TG_E_USAGE, "--card wants a UUID like 01234567-89ab-4cde-8f01-23456789abcd");
    out[UUID_CHARS] = '\0';
    return TG_OK;
}

/* RFC 9562 section 5.4, version 4. Without randomness there is no authority, so no error is returned. */
void ca_uuid_make(char out[37])
{
    static const size_t group[] = {4, 2, 2, 2, 6};
    uint8_t b[16];
    size_t from = 0, at = 0;

    if (RAND_bytes(b, sizeof(b)) != 1)
        abort();
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof(group) / sizeof(group[0]); i++) {
        if (i > 0)
            out[at++] = '-';
        tg_hex(b + from, group[i], out + at);
        from += group[i];
        at += 2 * group[i];
    }
}

enum tg_err ca_person_check(const char *text)
{
    size_t n = strlen(text);
    bool ok = n > 0 && n < TG_PERSON_BYTES;

    for (size_t i = 0; ok && i < n; i++) {
        char c = text[i];
        ok = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
             c == '-';
    }
    return ok ? TG_OK
              : ca_say(TG_E_USAGE, "--person is the employee number: 1 to %u letters, digits or . _ -",
                       TG_PERSON_BYTES - 1);
}

enum tg_err ca_text_check(const char *what, const char *text, size_t max)
{
    struct tg_span s = tg_span_str(text);

    if (s.n == 0 || !tg_text_clean(s) || tg_utf8_count(s) > max)
        return ca_say(TG_E_USAGE, "%s wants 1 to %zu characters of UTF-8 without control characters", what,
                      max);
    return TG_OK;
}

static enum tg_err day_read(const char *what, const char *text, tg_sec *ret)
{
    tg_day d = 0;

    /* Before 1970 no clock of ours was right, and X.509 changes its form of time in 1950. */
    if (tg_day_parse(tg_span_str(text), &d) != TG_OK || d < 1)
        return ca_say(TG_E_USAGE, "%s wants a date like 2026-04-01, from 1970 on", what);
    *ret = (tg_sec)d * CA_DAY - JAPAN;
    return TG_OK;
}

enum tg_err ca_span_read(const struct ca_args *a, tg_sec now, tg_sec *from, tg_sec *to)
{
    const char *first = a->value[CA_NOT_BEFORE], *last = a->value[CA_NOT_AFTER];
    uint64_t days = CA_LEAF_DAYS;
    enum tg_err e;

    if (last != NULL && a->value[CA_DAYS] != NULL)
        return ca_say(TG_E_USAGE, "give --days or --not-after, not both");
    if ((e = ca_args_number(a, CA_DAYS, 36500, &days)) != TG_OK)
        return e;
    if (days == 0)
        return ca_say(TG_E_USAGE, "--days is at least 1");
    *from = now - CA_BACKDATE;
    if (first != NULL && (e = day_read("--not-before", first, from)) != TG_OK)
        return e;
    *to = (first != NULL ? *from : now) + (tg_sec)days * CA_DAY;
    if (last != NULL) {
        if ((e = day_read("--not-after", last, to)) != TG_OK)
            return e;
        *to += CA_DAY - 1;
    }
    return *from < *to ? TG_OK : ca_say(TG_E_USAGE, "the certificate would end before it begins");
}

void ca_time_text(tg_sec t, char out[21])
{
    char whole[28];

    tg_time_text(t * 1000000, whole);
    memcpy(out, whole, 19);
    out[19] = 'Z';
    out[20] = '\0';
}

static bool two(const uint8_t *p, int max, tg_sec *ret)
{
    if (!is_digit((char)p[0]) || !is_digit((char)p[1]))
        return false;
    *ret = (p[0] - '0') * 10 + (p[1] - '0');
    return *ret <= max;
}

enum tg_err ca_time_read(struct tg_span s, tg_sec *ret)
{
    tg_day d = 0;
    tg_sec h, m, sec;

    if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != 'Z' ||
        tg_day_parse(tg_span(s.p, 10), &d) != TG_OK || !two(s.p + 11, 23, &h) || !two(s.p + 14, 59, &m) ||
        !two(s.p + 17, 59, &sec))
        return TG_E_FORM;
    *ret = (tg_sec)d * CA_DAY + h * 3600 + m * 60 + sec;
    return TG_OK;
}
