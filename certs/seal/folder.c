/* What can be said about a log folder without reading its records. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/seal/mapped.h"
#include "certs/seal/walk.h"

enum tg_err tg_walk_count(const char *folder, uint64_t *ret, struct tg_fault *fault)
{
    uint64_t count = 0, last = 0;
    const struct dirent *e;
    DIR *dir = opendir(folder);

    *fault = (struct tg_fault){0};
    if (dir == NULL)
        return errno == ENOENT ? TG_E_NOT_FOUND : TG_E_IO;
    for (errno = 0; (e = readdir(dir)) != NULL; errno = 0) {
        uint64_t n = tg_segment_number(e->d_name);

        count += n != 0;
        last = n > last ? n : last;
    }
    if (errno != 0)
        last = UINT64_MAX;
    (void)closedir(dir);
    if (last == UINT64_MAX)
        return TG_E_IO;
    if (count == 0)
        return TG_E_NOT_FOUND;
    *ret = last;
    return TG_OK;
}

enum tg_err tg_walk_mark_segment(const char *folder, uint64_t number, struct tg_mark *ret,
                                 struct tg_fault *fault)
{
    char name[TG_SEGMENT_NAME_BYTES];
    struct tg_segment_head head;
    struct tg_mapped file;
    enum tg_err err;

    tg_segment_name(number, name);
    *fault = (struct tg_fault){.segment = number};
    err = tg_mapped_open(folder, name, TG_SEAL_SEGMENT_MAX, &file);
    if (err == TG_OK)
        err = tg_segment_head_get(file.bytes, &head);
    tg_mapped_done(&file);
    if (err == TG_OK) {
        *ret = (struct tg_mark){.segment = number, .seq = head.first_seq - 1, .last = number - 1};
        memcpy(ret->head, head.prev, TG_HASH_BYTES);
        return TG_OK;
    }
    if (err == TG_E_IO || err == TG_E_INTERNAL)
        return err;
    (void)snprintf(fault->what, sizeof fault->what,
                   "the head of the segment, or its length, is wrong, or it is missing");
    return TG_E_AUDIT_BROKEN;
}

bool tg_walk_live(const char *folder)
{
    char path[TG_PATH_BYTES];
    int fd, n = snprintf(path, sizeof path, "%s/%s", folder, "lock");
    bool live;

    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    live = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(fd);
    return live;
}
