#include "certs/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/secret.h"

static void close_auto(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static void free_auto(char **s)
{
    free(*s);
}

#define FD_AUTO __attribute__((cleanup(close_auto))) int
#define STR_AUTO __attribute__((cleanup(free_auto))) char *

static enum tg_err read_all(int fd, struct tg_buf *to)
{
    uint8_t chunk[16384];
    enum tg_err err = TG_OK;
    ssize_t n = 1;

    while (err == TG_OK && n != 0) {
        n = read(fd, chunk, sizeof chunk);
        if (n > 0)
            err = tg_buf_add(to, chunk, (size_t)n);
        else if (n < 0 && errno != EINTR)
            err = TG_E_IO;
    }
    tg_wipe(chunk, sizeof chunk); /* key files are read this way too */
    return err;
}

enum tg_err tg_file_read(const char *path, struct tg_buf *to)
{
    FD_AUTO fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    size_t before = to->n;
    enum tg_err err;

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? TG_E_NOT_FOUND : TG_E_IO;
    err = read_all(fd, to);
    if (err != TG_OK)
        to->n = before;
    return err;
}

static enum tg_err write_all(int fd, struct tg_span s)
{
    while (s.n > 0) {
        ssize_t n = write(fd, s.p, s.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return TG_E_IO;
        s.p += n;
        s.n -= (size_t)n;
    }
    return TG_OK;
}

static enum tg_err write_temp(char *temp, struct tg_span bytes, unsigned mode)
{
    /* mkostemp makes it 0600, so it is never wider than the mode asked for. */
    FD_AUTO fd = mkostemp(temp, O_CLOEXEC);
    enum tg_err err;

    if (fd < 0)
        return TG_E_IO;
    err = write_all(fd, bytes);
    if (err == TG_OK && (fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0))
        err = TG_E_IO;
    if (err != TG_OK)
        (void)unlink(temp);
    return err;
}

static enum tg_err sync_folder(const char *path)
{
    STR_AUTO dir = tg_path_folder(path);
    FD_AUTO fd = dir == NULL ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 && fsync(fd) == 0 ? TG_OK : TG_E_IO;
}

enum tg_err tg_file_write(const char *path, struct tg_span bytes, unsigned mode)
{
    STR_AUTO temp = NULL;
    enum tg_err err;

    if (asprintf(&temp, "%s.XXXXXX", path) < 0) {
        temp = NULL;
        return TG_E_NOMEM;
    }
    err = write_temp(temp, bytes, mode);
    if (err != TG_OK)
        return err;
    if (rename(temp, path) != 0) {
        (void)unlink(temp);
        return TG_E_IO;
    }
    return sync_folder(path);
}

char *tg_path_join(const char *dir, const char *name)
{
    char *path = NULL;

    if (name[0] == '/')
        return strdup(name);
    return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

char *tg_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}
