#include "ui/desk/rights.h"

#include <stdio.h>

#include "certs/base/text.h"

static bool take(const json_t *doc, const char *name, char *to, size_t size)
{
    const char *text = tg_json_str(doc, name);

    return text != NULL && text[0] != '\0' && tg_copy(to, size, tg_span_str(text)) == TG_OK;
}

/* A list of words, or of one. */
static bool flags_take(const json_t *flags, struct tg_right *r)
{
    for (size_t i = 0; i < json_array_size(flags); i++) {
        const char *flag = json_string_value(json_array_get(flags, i));

        if (flag == NULL)
            return false;
        r->drill = r->drill || strcmp(flag, "drill") == 0;
        r->skipped = r->skipped || strcmp(flag, "break-glass") == 0 || strcmp(flag, "one-approver") == 0;
    }
    return json_is_array(flags);
}

static bool right_take(const json_t *doc, struct tg_right *r)
{
    const json_t *acknowledged = json_object_get(doc, "acknowledged"),
                 *usable = json_object_get(doc, "usable");

    *r = (struct tg_right){.until = tg_json_int(doc, "until", -1)};
    if (!take(doc, "id", r->id, sizeof r->id) || !take(doc, "kind", r->kind, sizeof r->kind) ||
        !take(doc, "areas", r->areas, sizeof r->areas) || !flags_take(json_object_get(doc, "flags"), r) ||
        !json_is_boolean(acknowledged) || !json_is_boolean(usable) || r->until < 0)
        return false;
    r->acknowledged = json_is_true(acknowledged);
    r->usable = json_is_true(usable);
    return true;
}

static bool rights_take(const json_t *list, struct tg_rights *ret)
{
    size_t n = json_array_size(list);

    if (!json_is_array(list) || n > TG_RIGHTS)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!right_take(json_array_get(list, i), &ret->right[i]))
            return false;
    }
    ret->n = n;
    return true;
}

enum tg_err tg_rights_read(struct tg_span json, struct tg_rights *ret)
{
    TG_JSON_AUTO *doc = NULL;

    *ret = (struct tg_rights){.n = 0};
    if (tg_json_parse(json, &doc) == TG_OK && rights_take(json_object_get(doc, "grants"), ret))
        return TG_OK;
    *ret = (struct tg_rights){.n = 0};
    return TG_E_SERVER_REPLY;
}

bool tg_right_open(const struct tg_right *r, tg_sec now)
{
    return r->usable && r->acknowledged && now < r->until;
}

static bool still_open(const struct tg_right *was, const struct tg_rights *is, tg_sec now)
{
    for (size_t i = 0; i < is->n; i++) {
        const struct tg_right *r = &is->right[i];

        if (strcmp(r->id, was->id) == 0)
            return tg_right_open(r, now) && strcmp(r->areas, was->areas) == 0 && r->drill == was->drill;
    }
    return false;
}

bool tg_rights_lost(const struct tg_rights *was, tg_sec then, const struct tg_rights *is, tg_sec now)
{
    for (size_t i = 0; i < was->n; i++) {
        if (tg_right_open(&was->right[i], then) && !still_open(&was->right[i], is, now))
            return true;
    }
    return false;
}

int64_t tg_rights_left(const struct tg_rights *r, tg_sec now)
{
    int64_t left = -1;

    for (size_t i = 0; i < r->n; i++) {
        if (tg_right_open(&r->right[i], now) && (left < 0 || r->right[i].until - now < left))
            left = r->right[i].until - now;
    }
    return left;
}

void tg_rights_clock(int64_t seconds, char out[24])
{
    if (seconds < 0)
        seconds = 0;
    if (seconds > 999 * 3600)
        seconds = 999 * 3600;
    (void)snprintf(out, 24, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                   (int)(seconds % 60));
}
