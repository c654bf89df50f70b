/* The settings files of file.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"

struct tg_conf {
    char *dir;
    struct tg_buf text; /* the file; values are cut out of it in place */
    const struct tg_conf_key *keys;
    size_t n;
    const char *value[]; /* of each key: in text, or its fallback; NULL while not met */
};

/* Index of a key; n when the table does not have it. */
static size_t find(const struct tg_conf *c, struct tg_span name)
{
    size_t i = 0;

    while (i < c->n && !tg_span_is(name, c->keys[i].name))
        i++;
    return i;
}

static struct tg_conf *conf_new(const char *path, const struct tg_conf_key *keys, size_t n)
{
    struct tg_conf *c = calloc(1, sizeof *c + n * sizeof c->value[0]);

    if (c == NULL)
        return NULL;
    c->dir = tg_path_folder(path);
    c->text = TG_BUF_INIT(TG_CONF_BYTES);
    c->keys = keys;
    c->n = n;
    if (c->dir == NULL)
        tg_conf_free(&c);
    return c;
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

/* What a person mistyped, and nothing that could do something to the terminal it is shown on. */
static void name_key(struct tg_conf_fault *f, struct tg_span key)
{
    size_t n = key.n < sizeof f->key - 1 ? key.n : sizeof f->key - 1;

    for (size_t i = 0; i < n; i++)
        f->key[i] = key.p[i] > ' ' && key.p[i] < 0x7f ? (char)key.p[i] : '?';
    f->key[n] = '\0';
}

static enum tg_err refuse(struct tg_conf_fault *f, struct tg_span key, const char *what)
{
    name_key(f, key);
    f->what = what;
    return TG_E_CONFIG;
}

static enum tg_err take_line(struct tg_conf *c, struct tg_span line, struct tg_conf_fault *f)
{
    struct tg_span key;
    const uint8_t *equals;
    struct tg_span value;
    size_t i;

    line = trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return TG_OK;
    equals = memchr(line.p, '=', line.n);
    if (equals == NULL)
        return refuse(f, line, "no \"=\" behind it");
    key = trim(tg_span(line.p, (size_t)(equals - line.p)));
    i = find(c, key);
    value = trim(tg_span(equals + 1, line.n - (size_t)(equals - line.p) - 1));
    if (i == c->n)
        return refuse(f, key, "unknown key");
    if (c->value[i] != NULL)
        return refuse(f, key, "given twice");
    if (!tg_text_clean(value))
        return refuse(f, key, "not UTF-8, or a control character in it");
    /* What stands behind the value is a blank, the line feed, or the NUL of the whole text. */
    c->text.p[value.p - c->text.p + (ptrdiff_t)value.n] = 0;
    c->value[i] = (const char *)value.p;
    return TG_OK;
}

static enum tg_err take_text(struct tg_conf *c, struct tg_conf_fault *f)
{
    struct tg_span rest;
    enum tg_err err = tg_buf_cstr(&c->text) == NULL ? TG_E_NOMEM : TG_OK;

    rest = tg_span_buf(&c->text);
    for (f->line = 1; err == TG_OK && rest.n > 0; ++f->line) {
        const uint8_t *end = memchr(rest.p, '\n', rest.n);
        size_t n = end == NULL ? rest.n : (size_t)(end - rest.p);

        if (f->line > TG_CONF_LINES)
            return TG_E_LIMIT;
        err = take_line(c, tg_span(rest.p, n), f);
        if (err != TG_OK)
            return err;
        n += end != NULL;
        rest = tg_span(rest.p + n, rest.n - n);
    }
    f->line = 0;
    return err;
}

static enum tg_err fall_back(struct tg_conf *c, struct tg_conf_fault *f)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->value[i] == NULL)
            c->value[i] = c->keys[i].fallback;
        if (c->value[i] == NULL)
            return refuse(f, tg_span_str(c->keys[i].name), "missing");
    }
    return TG_OK;
}

enum tg_err tg_conf_load(const char *path, const struct tg_conf_key *keys, size_t n, struct tg_conf **ret,
                         struct tg_conf_fault *fault)
{
    struct tg_conf *c = conf_new(path, keys, n);
    enum tg_err err = c == NULL ? TG_E_NOMEM : TG_OK;

    *fault = (struct tg_conf_fault){.line = 0, .key = "", .what = NULL};
    if (err == TG_OK)
        err = tg_file_read(path, &c->text);
    if (err == TG_OK)
        err = take_text(c, fault);
    if (err == TG_OK)
        err = fall_back(c, fault);
    if (err == TG_OK)
        *ret = c;
    else
        tg_conf_free(&c);
    return err;
}

void tg_conf_explain(const char *path, const struct tg_conf_fault *fault, enum tg_err e, char *out,
                     size_t size)
{
    char line[24] = "";

    if (fault->line > 0)
        (void)snprintf(line, sizeof line, " line %u", fault->line);
    if (fault->what != NULL)
        (void)snprintf(out, size, "%s%s: %s: %s", path, line, fault->key, fault->what);
    else
        (void)snprintf(out, size, "%s%s: %s", path, line, tg_err_en(e));
}

static bool port_ok(const char *colon)
{
    uint64_t port = 0;

    return tg_u64_parse(tg_span_str(colon + 1), 65535, &port) == TG_OK && port > 0;
}

const char *tg_conf_origin_fault(const char *value)
{
    static const char scheme[] = "https://";
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    const char *host = value + sizeof scheme - 1;
    const char *end;

    if (strncmp(value, scheme, sizeof scheme - 1) != 0)
        return "must begin with https://";
    if (host[strcspn(host, "/?#")] != '\0')
        return "must be https://host:port, without a path or a slash at its end";
    end = host + strspn(host, letters);
    if (host[0] == '[') {
        end = host + 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
        end += *end == ']' ? 1 : 0;
    }
    if (end == host || (host[0] == '[' && end[-1] != ']') || (*end != ':' && *end != '\0'))
        return "must be https://host:port, and the host a name or an address";
    return *end == ':' && !port_ok(end) ? "must have a port from 1 to 65535" : NULL;
}

void tg_conf_free(struct tg_conf **c)
{
    if (*c == NULL)
        return;
    tg_buf_done(&(*c)->text);
    free((*c)->dir);
    free(*c);
    *c = NULL;
}

const char *tg_conf_str(const struct tg_conf *c, const char *key)
{
    size_t i = find(c, tg_span_str(key));

    return i == c->n ? NULL : c->value[i];
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
