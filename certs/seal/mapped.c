#include "certs/seal/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/limits.h"

static enum tg_err map(int fd, size_t max, struct tg_mapped *ret)
{
    struct stat st;
    void *p;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0)
        return TG_E_IO;
    if ((uint64_t)st.st_size > max)
        return TG_E_LIMIT;
    if (st.st_size == 0)
        return TG_OK;
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return TG_E_IO;
    ret->bytes = tg_span(p, (size_t)st.st_size);
    return TG_OK;
}

enum tg_err tg_mapped_open(const char *folder, const char *name, size_t max, struct tg_mapped *ret)
{
    char path[TG_PATH_BYTES];
    enum tg_err err;
    int fd, n = snprintf(path, sizeof path, "%s/%s", folder, name);

    ret->bytes = tg_span(NULL, 0);
    if (n < 0 || (size_t)n >= sizeof path)
        return TG_E_LIMIT;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? TG_E_NOT_FOUND : TG_E_IO;
    err = map(fd, max, ret);
    (void)close(fd);
    return err;
}

void tg_mapped_done(struct tg_mapped *m)
{
    /* munmap wants the pointer without const; the pages were ours to begin with. */
    if (m->bytes.n != 0)
        (void)munmap((void *)(uintptr_t)m->bytes.p, m->bytes.n);
    m->bytes = tg_span(NULL, 0);
}
