#include "server/acts/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

struct tg_ledger {
    char *path;
    int fd; /* TG_LEDGER_WRITE: open and locked; else -1 */
    struct tg_ledger_line *line;
    size_t n;
    size_t bytes; /* up to the last newline */
    bool torn;    /* something stands behind it */
};

void tg_ledger_close(struct tg_ledger **l)
{
    if (*l == NULL) {
        return;
    }
    for (size_t i = 0; i < (*l)->n; i++) {
        json_decref((*l)->line[i].doc);
    }
    if ((*l)->fd >= 0) {
        (void)close((*l)->fd);
    }
    free((*l)->line);
    free((*l)->path);
    free(*l);
    *l = NULL;
}

size_t tg_ledger_count(const struct tg_ledger *l)
{
    return l->n;
}

const struct tg_ledger_line *tg_ledger_line(const struct tg_ledger *l, size_t i)
{
    return i < l->n ? &l->line[i] : NULL;
}

/* "2026-11-20T01:02:03.000000Z", as tg_time_text writes it and in no other way. */
static bool time_read(const char *text, tg_usec *ret)
{
    char again[28];
    int h = 0, m = 0, s = 0, us = 0;
    tg_day day = 0;

    if (text == NULL || strlen(text) != 27 || tg_day_parse(tg_span(text, 10), &day) != TG_OK ||
        sscanf(text + 10, "T%2d:%2d:%2d.%6dZ", &h, &m, &s, &us) != 4) {
        return false;
    }
    *ret = ((((tg_usec)day * 24 + h) * 60 + m) * 60 + s) * 1000000 + us;
    tg_time_text(*ret, again);
    return strcmp(again, text) == 0;
}

static const char *line_check(const struct tg_ledger *l, const json_t *doc, struct tg_ledger_line *line)
{
    const char *prev = tg_json_str(doc, "prev");

    if (tg_json_int(doc, "line", 0) != (int64_t)l->n + 1) {
        return "its number does not follow the one before";
    }
    if (prev == NULL || strcmp(prev, l->n > 0 ? l->line[l->n - 1].hash : ZEROS) != 0) {
        return "it does not name the line before it: a line was changed, taken out or put in";
    }
    if (!time_read(tg_json_str(doc, "time"), &line->time)) {
        return "its time cannot be read";
    }
    return l->n > 0 && line->time < l->line[l->n - 1].time ? "its time lies before that of the line before"
                                                           : NULL;
}

static enum tg_err line_add(struct tg_ledger *l, struct tg_span text, const char **what)
{
    struct tg_ledger_line line = {.time = 0};
    struct tg_ledger_line *more = realloc(l->line, (l->n + 1) * sizeof *more);
    json_t *doc = NULL;
    enum tg_err e;

    if (more == NULL) {
        return TG_E_NOMEM;
    }
    l->line = more;
    *what = "it is no JSON object";
    if ((e = tg_json_parse(text, &doc)) != TG_OK) {
        return e == TG_E_NOMEM ? e : TG_E_FORM;
    }
    *what = line_check(l, doc, &line);
    e = *what == NULL ? tg_sha256_hex(text, line.hash) : TG_E_FORM;
    if (e != TG_OK) {
        json_decref(doc);
        return e;
    }
    line.doc = doc;
    l->line[l->n++] = line;
    return TG_OK;
}

static enum tg_err read_lines(struct tg_ledger *l, struct tg_span text, char *why, size_t size)
{
    const uint8_t *end;

    while ((end = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL) != NULL) {
        size_t n = (size_t)(end - text.p);
        const char *what = NULL;
        enum tg_err e = line_add(l, tg_span(text.p, n), &what);

        if (e != TG_OK) {
            (void)snprintf(why, size, "%s line %zu: %s", l->path, l->n + 1,
                           what != NULL ? what : tg_err_en(e));
            return e;
        }
        l->bytes += n + 1;
        text = tg_span(end + 1, text.n - n - 1);
    }
    l->torn = text.n > 0;
    return TG_OK;
}

/* It may have been taken away between the opening and the lock. */
static bool still_there(const struct tg_ledger *l)
{
    struct stat mine, named;

    return fstat(l->fd, &mine) == 0 && stat(l->path, &named) == 0 && mine.st_ino == named.st_ino &&
           mine.st_dev == named.st_dev;
}

static enum tg_err lock(struct tg_ledger *l, char *why, size_t size)
{
    l->fd = open(l->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->fd < 0) {
        (void)snprintf(why, size, "%s: %s", l->path, tg_err_en(TG_E_IO));
        return TG_E_IO;
    }
    if (flock(l->fd, LOCK_EX | LOCK_NB) != 0 || !still_there(l)) {
        (void)snprintf(why, size, "%s: somebody else is writing there", l->path);
        return TG_E_BUSY;
    }
    return TG_OK;
}

static enum tg_err open_and_read(struct tg_ledger *l, enum tg_ledger_use use, char *why, size_t size)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_LEDGER_BYTES);
    enum tg_err e = l->path == NULL ? TG_E_NOMEM : TG_OK;

    if (e == TG_OK && use == TG_LEDGER_WRITE) {
        e = lock(l, why, size);
    }
    if (e != TG_OK) {
        return e;
    }
    e = tg_file_read(l->path, &text);
    if (e == TG_E_NOT_FOUND) {
        return TG_OK;
    }
    if (e != TG_OK) {
        (void)snprintf(why, size, "%s: %s", l->path, tg_err_en(e));
        return e;
    }
    return read_lines(l, tg_span_buf(&text), why, size);
}

enum tg_err tg_ledger_open(const char *path, enum tg_ledger_use use, struct tg_ledger **ret, char *why,
                           size_t size)
{
    struct tg_ledger *l = calloc(1, sizeof *l);
    enum tg_err e;

    if (l == NULL) {
        return TG_E_NOMEM;
    }
    l->fd = -1;
    l->path = strdup(path);
    if ((e = open_and_read(l, use, why, size)) != TG_OK) {
        tg_ledger_close(&l);
        return e;
    }
    *ret = l;
    return TG_OK;
}

static enum tg_err sync_folder(const char *path)
{
    char *folder = tg_path_folder(path);
    int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        (void)close(fd);
    }
    free(folder);
    return ok ? TG_OK : TG_E_IO;
}

static bool write_all(int fd, struct tg_span s, size_t at)
{
    while (s.n > 0) {
        ssize_t n = pwrite(fd, s.p, s.n, (off_t)at);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        s = tg_span(s.p + n, s.n - (size_t)n);
        at += (size_t)n;
    }
    return true;
}

/* What did not become durable is taken back: the newline, which makes it a line, is the last byte. */
static enum tg_err put(struct tg_ledger *l, struct tg_span text)
{
    if (l->torn && ftruncate(l->fd, (off_t)l->bytes) != 0) {
        return TG_E_IO;
    }
    l->torn = true;
    if (!write_all(l->fd, text, l->bytes) || fsync(l->fd) != 0 || sync_folder(l->path) != TG_OK) {
        (void)!ftruncate(l->fd, (off_t)l->bytes);
        return TG_E_IO;
    }
    l->torn = false;
    l->bytes += text.n;
    return TG_OK;
}

enum tg_err tg_ledger_append(struct tg_ledger *l, struct tg_span members, tg_usec now)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_LEDGER_LINE_BYTES);
    const char *prev = l->n > 0 ? l->line[l->n - 1].hash : ZEROS, *what = NULL;
    char time[28];
    enum tg_err e;

    if (l->n > 0 && now < l->line[l->n - 1].time) {
        now = l->line[l->n - 1].time;
    }
    tg_time_text(now, time);
    if (l->fd < 0 || memchr(members.p, '\n', members.n) != NULL) {
        return TG_E_INTERNAL;
    }
    if ((e = tg_buf_addf(&text, "{\"line\":%zu,\"prev\":\"%s\",\"time\":\"%s\",", l->n + 1, prev, time)) !=
            TG_OK ||
        (e = tg_buf_add_span(&text, members)) != TG_OK || (e = tg_buf_add_str(&text, "}")) != TG_OK ||
        (e = line_add(l, tg_span_buf(&text), &what)) != TG_OK) {
        return e;
    }
    if (l->bytes + text.n + 1 > TG_LEDGER_BYTES) {
        e = TG_E_LIMIT;
    } else if ((e = tg_buf_add_str(&text, "\n")) == TG_OK) {
        e = put(l, tg_span_buf(&text));
    }
    if (e != TG_OK) {
        json_decref(l->line[--l->n].doc);
    }
    return e;
}
