#include "server/staff/grant.h"

#include <string.h>

#define CODE 5u /* digits of a municipality: JIS X 0402 with the prefecture's two */

static const char *const kinds[TG_EVENT_KINDS] = {"outage", "fault", "transition", "drill"};
static const char *const voices[TG_VOICES] = {"", "network", "retail"};

const char *tg_event_kind_name(enum tg_event_kind k)
{
    return k < TG_EVENT_KINDS ? kinds[k] : NULL;
}

enum tg_event_kind tg_event_kind_find(const char *name)
{
    unsigned i = 0;

    while (name != NULL && i < TG_EVENT_KINDS && strcmp(kinds[i], name) != 0) {
        i++;
    }
    return name != NULL ? (enum tg_event_kind)i : TG_EVENT_KINDS;
}

const char *tg_voice_name(enum tg_voice v)
{
    return v < TG_VOICES ? voices[v] : NULL;
}

static bool is_code(const char *s)
{
    return strspn(s, "0123456789") >= CODE && (s[CODE] == ' ' || s[CODE] == '\0');
}

static bool has_code(const char *areas, const char *code)
{
    for (const char *at = areas; *at != '\0'; at += CODE + (at[CODE] == ' ')) {
        if (memcmp(at, code, CODE) == 0) {
            return true;
        }
    }
    return false;
}

/* Codes and single spaces, up to the end. */
static bool has_form(const char *areas)
{
    while (*areas != '\0') {
        if (!is_code(areas) || (areas[CODE] == ' ' && areas[CODE + 1] == '\0')) {
            return false;
        }
        areas += CODE + (areas[CODE] == ' ');
    }
    return true;
}

bool tg_areas_ok(const char *areas)
{
    if (!has_form(areas)) { /* what has not the form is not looked into */
        return false;
    }
    for (const char *at = areas; *at != '\0' && at[CODE] == ' '; at += CODE + 1) {
        if (has_code(at + CODE + 1, at)) {
            return false;
        }
    }
    return true;
}

bool tg_areas_sorted(const char *areas)
{
    for (const char *at = areas; *at != '\0'; at += CODE + 1) {
        if (!is_code(at) || (at[CODE] == ' ' && !(is_code(at + CODE + 1) && memcmp(at, at + CODE + 1, CODE) < 0))) {
            return false;
        }
        if (at[CODE] == '\0') {
            return true;
        }
    }
    return true;
}

static enum tg_err add_code(char areas[TG_SCOPE_AREAS_BYTES], const char *code)
{
    size_t n = strlen(areas), at = 0;

    while (at < n && memcmp(areas + at, code, CODE) < 0) {
        at += CODE + 1;
    }
    if (at < n && memcmp(areas + at, code, CODE) == 0) {
        return TG_OK;
    }
    if (n + CODE + 2 > TG_SCOPE_AREAS_BYTES) {
        return TG_E_LIMIT;
    }
    if (at < n) {
        memmove(areas + at + CODE + 1, areas + at, n - at + 1);
        areas[at + CODE] = ' ';
    } else {
        if (n > 0) {
            areas[n++] = ' ';
        }
        areas[n + CODE] = '\0';
        at = n;
    }
    memcpy(areas + at, code, CODE);
    return TG_OK;
}

enum tg_err tg_areas_add(char areas[TG_SCOPE_AREAS_BYTES], const char *more)
{
    char was[TG_SCOPE_AREAS_BYTES] TG_UNSET;
    enum tg_err e = tg_areas_ok(more) ? TG_OK : TG_E_BAD_MEMBER;

    if (e != TG_OK) {
        return e;
    }
    memcpy(was, areas, strlen(areas) + 1);
    for (const char *at = more; *at != '\0' && e == TG_OK; at += CODE + (at[CODE] == ' ')) {
        e = add_code(areas, at);
    }
    if (e != TG_OK) {
        memcpy(areas, was, strlen(was) + 1);
    }
    return e;
}

bool tg_areas_within(const char *part, const char *whole)
{
    for (const char *at = part; *at != '\0'; at += CODE + (at[CODE] == ' ')) {
        if (!has_code(whole, at)) {
            return false;
        }
    }
    return true;
}
