#include "server/acts/before.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/text.h"

#define PREFIX "before-"

static const char *const lists[] = {"companies", "staff", "cards"};
#define LISTS (sizeof lists / sizeof *lists)

static char *folder_of(const struct tg_acts_conf *conf, int64_t line)
{
    char name[40];

    (void)snprintf(name, sizeof name, PREFIX "%" PRId64, line);
    return tg_path_join(conf->folder, name);
}

static char *file_of(const char *folder, const char *list)
{
    char name[32];

    (void)snprintf(name, sizeof name, "%s.csv", list);
    return tg_path_join(folder, name);
}

static void remove_folder(const char *folder)
{
    for (size_t i = 0; i < LISTS; i++) {
        char *path = file_of(folder, lists[i]);

        if (path != NULL) {
            (void)unlink(path);
        }
        free(path);
    }
    (void)rmdir(folder);
}

static enum tg_err link_lists(const char *from, const char *to)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < LISTS && e == TG_OK; i++) {
        char *old = file_of(from, lists[i]), *new = file_of(to, lists[i]);

        if (old == NULL || new == NULL) {
            e = TG_E_NOMEM;
        } else if (link(old, new) != 0) {
            e = TG_E_IO;
        }
        free(old);
        free(new);
    }
    return e;
}

enum tg_err tg_before_keep(const struct tg_acts_conf *conf, const char *staff, int64_t line)
{
    char *folder = folder_of(conf, line);
    enum tg_err e = TG_E_NOMEM;

    if (folder != NULL) {
        remove_folder(folder); /* of an import that was not finished */
        e = mkdir(folder, 0700) == 0 ? link_lists(staff, folder) : TG_E_IO;
    }
    if (e != TG_OK && folder != NULL) {
        remove_folder(folder);
    }
    free(folder);
    return e;
}

static bool line_of(const char *name, int64_t *ret)
{
    uint64_t n = 0;

    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 ||
        tg_u64_parse(tg_span_str(name + sizeof PREFIX - 1), INT32_MAX, &n) != TG_OK) {
        return false;
    }
    *ret = (int64_t)n;
    return true;
}

/* The smallest of the folders at or after the line; 0: none. */
static int64_t folder_after(const char *acts, int64_t line)
{
    DIR *d = opendir(acts);
    const struct dirent *entry;
    int64_t found = 0, n = 0;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        if (line_of(entry->d_name, &n) && n >= line && (found == 0 || n < found)) {
            found = n;
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    return found;
}

static enum tg_err lists_check(const struct tg_acts *acts, const char *folder, int64_t line, char *why,
                               size_t size)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < LISTS && e == TG_OK; i++) {
        const struct tg_act *last = tg_acts_last(acts, TG_ACT_CARDS, lists[i], (size_t)line - 1);
        char *path = file_of(folder, lists[i]);
        char found[TG_SHA256_HEX] = "";

        e = path == NULL ? TG_E_NOMEM : last != NULL ? tg_sha256_file(path, found) : TG_OK;
        if (e == TG_OK && last != NULL && strcmp(found, last->stored) != 0) {
            (void)snprintf(why, size, "%s is not what line %" PRId64 " left", path, last->line);
            e = TG_E_ORDER_MISSING;
        }
        free(path);
    }
    return e;
}

enum tg_err tg_before_book(const struct tg_acts *acts, int64_t line, struct tg_staff_book **ret, char *why,
                           size_t size)
{
    const struct tg_acts_conf *conf = tg_acts_where(acts);
    int64_t at = folder_after(conf->folder, line);
    char *folder = at > 0 && at <= (int64_t)tg_acts_count(acts) ? folder_of(conf, at) : NULL;
    enum tg_err e = TG_E_NOT_FOUND;

    if (folder != NULL && (e = lists_check(acts, folder, at, why, size)) == TG_OK) {
        e = tg_book_load(folder, ret, why, size);
        e = e == TG_E_NOT_FOUND ? TG_E_IO : e; /* the folder was there */
    }
    free(folder);
    return e;
}

void tg_before_drop(const struct tg_acts_conf *conf, int64_t line)
{
    int64_t at;

    while ((at = folder_after(conf->folder, 0)) > 0 && at <= line) {
        char *folder = folder_of(conf, at);

        if (folder == NULL) {
            return;
        }
        remove_folder(folder);
        bool gone = access(folder, F_OK) != 0;
        free(folder);
        if (!gone) { /* something else lies in it: not ours to throw away */
            return;
        }
    }
}
