#include "certs/base/secret.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/limits.h"

/* Locking works on whole pages, and a page of its own keeps neighbours out of the secret's fate. */
static size_t pages(size_t cap)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return cap == 0 ? page : (cap + page - 1) / page * page;
}

/* Not swapped (mlock), not in a core file, not in a child. */
static bool shut_in(void *p, size_t n)
{
    return mlock(p, n) == 0 && madvise(p, n, MADV_DONTDUMP) == 0 && madvise(p, n, MADV_WIPEONFORK) == 0;
}

enum tg_err tg_secret_init(struct tg_secret *s, size_t cap)
{
    size_t size;
    void *p;

    *s = TG_SECRET_INIT;
    if (cap > TG_SECRET_BYTES)
        return TG_E_LIMIT;
    size = pages(cap);
    p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return TG_E_NOMEM;
    if (!shut_in(p, size)) {
        (void)munmap(p, size);
        return TG_E_NOMEM;
    }
    s->p = p;
    s->cap = cap;
    return TG_OK;
}

enum tg_err tg_secret_add(struct tg_secret *s, const void *p, size_t n)
{
    if (s->p == NULL || n > s->cap - s->n)
        return TG_E_LIMIT;
    if (n > 0)
        memcpy(s->p + s->n, p, n);
    s->n += n;
    return TG_OK;
}

void tg_secret_wipe(struct tg_secret *s)
{
    /* The whole pages, not just n bytes: a caller may have written behind n before it set n. */
    if (s->p != NULL)
        tg_wipe(s->p, pages(s->cap));
    s->n = 0;
}

void tg_secret_done(struct tg_secret *s)
{
    tg_secret_wipe(s);
    if (s->p != NULL)
        (void)munmap(s->p, pages(s->cap)); /* unlocks too */
    *s = TG_SECRET_INIT;
}

bool tg_secret_eq(struct tg_span a, struct tg_span b)
{
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

struct tg_span tg_secret_span(const struct tg_secret *s)
{
    return tg_span(s->p, s->n);
}

void tg_wipe(void *p, size_t n)
{
    if (n > 0)
        explicit_bzero(p, n);
}

void tg_process_harden(void)
{
    struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};

    /* None of these can fail on a sane kernel; on another one we would rather not run. */
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        abort();
    (void)umask(077);
}
