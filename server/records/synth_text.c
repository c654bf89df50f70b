#include <string.h>

#include "server/records/synth_draw.h"

uint64_t tg_dice_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

unsigned tg_dice_below(struct tg_dice *d, unsigned below)
{
    d->s += 0x9e3779b97f4a7c15u; /* the golden ratio, as splitmix64 has it */
    return (unsigned)(((tg_dice_mix(d->s) >> 32) * below) >> 32);
}

bool tg_dice_hit(struct tg_dice *d, unsigned thousandth)
{
    return tg_dice_below(d, 1000) < thousandth;
}

static void put_bytes(struct tg_page *p, const char *s, size_t n)
{
    if (n > sizeof p->text - p->n) {
        p->full = true;
        return;
    }
    memcpy(p->text + p->n, s, n);
    p->n += n;
}

void tg_page_put(struct tg_page *p, const char *s)
{
    put_bytes(p, s, strlen(s));
}

void tg_page_number(struct tg_page *p, uint64_t v, unsigned width)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    while (sizeof digits - at < width && at > 0)
        digits[--at] = '0';
    put_bytes(p, digits + at, sizeof digits - at);
}

struct tg_span tg_page_since(const struct tg_page *p, size_t from)
{
    return tg_span(p->text + from, p->n - from);
}

void tg_wheel_fill(uint16_t *slot, size_t slots, size_t n, unsigned (*weight)(size_t i))
{
    uint64_t total = 0;
    uint64_t sum = 0;
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        total += weight(i);
    for (size_t i = 0; i < n; i++) {
        sum += weight(i);
        size_t end = i + 1 + (size_t)(sum * (slots - n) / total);
        while (at < end)
            slot[at++] = (uint16_t)i;
    }
}
