#include "tests/unit/audit/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void image_load(struct image *i, const struct tool *t, const char *name)
{
    struct stat st;
    int fd;

    (void)snprintf(i->path, sizeof i->path, "%s", tool_path(t, name));
    fd = open(i->path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    i->n = (size_t)st.st_size;
    i->p = malloc(i->n + 1);
    assert_non_null(i->p);
    assert_true(read(fd, i->p, i->n) == st.st_size);
    (void)close(fd);
}

void image_store(const struct image *i)
{
    int fd = open(i->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_true(pwrite(fd, i->p, i->n, 0) == (ssize_t)i->n);
    assert_int_equal(ftruncate(fd, (off_t)i->n), 0);
    (void)close(fd);
}

void image_poke(const struct image *i, size_t at, uint8_t byte)
{
    int fd = open(i->path, O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
    (void)close(fd);
}

void image_free(struct image *i)
{
    free(i->p);
    *i = (struct image){.p = NULL};
}

size_t image_frames(const struct image *i, struct tg_frame *f, size_t max)
{
    size_t n = 0;

    for (uint64_t at = TG_SEGMENT_HEAD_BYTES;
         n < max && tg_frame_get(tg_span(i->p, i->n), at, &f[n]) == TG_OK; n++)
        at += f[n].size;
    return n;
}
