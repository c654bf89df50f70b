/* The settings files of file.h. */
#include <stdlib.h>
#include <string.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"

struct pair {
    char *name;
    char *value;
    bool seen; /* stood in the file, so a second one is a duplicate */
};

struct tg_conf {
    char *dir;
    struct pair *pairs;
    size_t n;
};

static struct pair *find(const struct tg_conf *c, struct tg_span name)
{
    for (size_t i = 0; i < c->n; i++) {
        if (tg_span_is(name, c->pairs[i].name))
            return &c->pairs[i];
    }
    return NULL;
}

static enum tg_err conf_new(const char *path, const struct tg_conf_key *keys, size_t n, struct tg_conf **ret)
{
    struct tg_conf *c = calloc(1, sizeof *c);

    if (c == NULL)
        return TG_E_NOMEM;
    c->dir = tg_path_folder(path);
    c->pairs = calloc(n + 1, sizeof *c->pairs); /* + 1: an empty table is not a failed allocation */
    if (c->dir == NULL || c->pairs == NULL) {
        tg_conf_free(&c);
        return TG_E_NOMEM;
    }
    for (c->n = 0; c->n < n; c->n++) {
        c->pairs[c->n].name = strdup(keys[c->n].name);
        if (c->pairs[c->n].name == NULL) {
            tg_conf_free(&c);
            return TG_E_NOMEM;
        }
    }
    *ret = c;
    return TG_OK;
}

static bool blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static struct tg_span trim(struct tg_span s)
{
    while (s.n > 0 && blank(s.p[0]))
        s = tg_span(s.p + 1, s.n - 1);
    while (s.n > 0 && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

static enum tg_err take_line(struct tg_conf *c, struct tg_span line)
{
    const uint8_t *equals;
    struct tg_span name, value;
    struct pair *pair;

    line = trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return TG_OK;
    equals = memchr(line.p, '=', line.n);
    if (equals == NULL)
        return TG_E_CONFIG;
    name = trim(tg_span(line.p, (size_t)(equals - line.p)));
    value = trim(tg_span(equals + 1, line.n - (size_t)(equals - line.p) - 1));
    pair = find(c, name);
    if (pair == NULL || pair->seen || !tg_text_clean(value))
        return TG_E_CONFIG;
    pair->value = strndup((const char *)value.p, value.n);
    if (pair->value == NULL)
        return TG_E_NOMEM;
    pair->seen = true;
    return TG_OK;
}

static enum tg_err take_text(struct tg_conf *c, struct tg_span text, unsigned *line)
{
    enum tg_err err = TG_OK;

    for (*line = 1; err == TG_OK && text.n > 0; ++*line) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end == NULL ? text.n : (size_t)(end - text.p);

        if (*line > TG_CONF_LINES)
            return TG_E_LIMIT;
        err = take_line(c, tg_span(text.p, n));
        if (err != TG_OK)
            return err;
        n += end != NULL;
        text = tg_span(text.p + n, text.n - n);
    }
    *line = 0;
    return err;
}

static enum tg_err fall_back(struct tg_conf *c, const struct tg_conf_key *keys)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->pairs[i].seen)
            continue;
        if (keys[i].fallback == NULL)
            return TG_E_CONFIG;
        c->pairs[i].value = strdup(keys[i].fallback);
        if (c->pairs[i].value == NULL)
            return TG_E_NOMEM;
    }
    return TG_OK;
}

enum tg_err tg_conf_load(const char *path, const struct tg_conf_key *keys, size_t n, struct tg_conf **ret,
                         unsigned *line)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_CONF_BYTES);
    struct tg_conf *c = NULL;
    enum tg_err err;

    *line = 0;
    err = tg_file_read(path, &text);
    if (err == TG_OK)
        err = conf_new(path, keys, n, &c);
    if (err == TG_OK)
        err = take_text(c, tg_span_buf(&text), line);
    if (err == TG_OK)
        err = fall_back(c, keys);
    if (err == TG_OK)
        *ret = c;
    else
        tg_conf_free(&c);
    return err;
}

void tg_conf_free(struct tg_conf **c)
{
    if (*c == NULL)
        return;
    for (size_t i = 0; i < (*c)->n; i++) {
        free((*c)->pairs[i].name);
        free((*c)->pairs[i].value);
    }
    free((*c)->pairs);
    free((*c)->dir);
    free(*c);
    *c = NULL;
}

const char *tg_conf_str(const struct tg_conf *c, const char *key)
{
    const struct pair *pair = find(c, tg_span_str(key));

    return pair == NULL ? NULL : pair->value;
}

char *tg_conf_path(const struct tg_conf *c, const char *key)
{
    const char *value = tg_conf_str(c, key);

    return value == NULL ? NULL : tg_path_join(c->dir, value);
}

enum tg_err tg_conf_int(const struct tg_conf *c, const char *key, int64_t min, int64_t max, int64_t *ret)
{
    struct tg_span s = tg_span_str(tg_conf_str(c, key));
    bool negative = s.n > 0 && s.p[0] == '-';
    uint64_t v = 0;
    int64_t found;

    if (negative)
        s = tg_span(s.p + 1, s.n - 1);
    if (tg_u64_parse(s, INT64_MAX, &v) != TG_OK)
        return TG_E_CONFIG;
    found = negative ? -(int64_t)v : (int64_t)v;
    if (found < min || found > max)
        return TG_E_CONFIG;
    *ret = found;
    return TG_OK;
}
