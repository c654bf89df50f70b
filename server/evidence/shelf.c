#include "server/evidence/shelf.h"

#define NOT_KEPT "この要約値の規則は保管されていない / no policy with this digest is kept"
#define WRONG "保管された規則の要約値が違う / the policy that is kept has another digest"
#define NO_POLICY \
    "保管された規則をこのプログラムは読めない / this program cannot compile the policy that is kept"
#define NO_MEMORY "メモリ不足 / out of memory"

struct slot {
    char digest[65];
    struct tg_policy *policy; /* NULL: why */
    const char *why;
};

struct tg_shelf {
    tg_shelf_read *read;
    void *ctx;
    struct slot *slots;
    size_t n, last; /* last: the one that was asked for before; decisions come in runs of one policy */
};

enum tg_err tg_shelf_new(tg_shelf_read *read, void *ctx, struct tg_shelf **ret)
{
    struct tg_shelf *s = calloc(1, sizeof *s);

    if (s == NULL)
        return TG_E_NOMEM;
    s->read = read;
    s->ctx = ctx;
    *ret = s;
    return TG_OK;
}

void tg_shelf_free(struct tg_shelf **s)
{
    if (*s == NULL)
        return;
    for (size_t i = 0; i < (*s)->n; i++)
        tg_policy_unref(&(*s)->slots[i].policy);
    free((*s)->slots);
    free(*s);
    *s = NULL;
}

static void fetch(const struct tg_shelf *s, struct slot *slot)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;

    enum tg_err err = s->read(s->ctx, slot->digest, &text);

    slot->why = err == TG_E_POLICY ? WRONG : NOT_KEPT;
    if (err != TG_OK)
        return;
    slot->why = NO_POLICY;
    if (tg_policy_compile(tg_span_buf(&text), &slot->policy, &fault) != TG_OK)
        return;
    slot->why = NULL;
    if (strcmp(tg_policy_digest(slot->policy), slot->digest) != 0) {
        tg_policy_unref(&slot->policy);
        slot->why = WRONG;
    }
}

/* NULL: out of memory, or no digest at all. */
static struct slot *add(struct tg_shelf *s, const char *digest)
{
    struct slot *more =
        strlen(digest) < sizeof more->digest ? realloc(s->slots, (s->n + 1) * sizeof *more) : NULL;

    if (more == NULL)
        return NULL;
    s->slots = more;
    more = &s->slots[s->n];
    *more = (struct slot){.policy = NULL};
    (void)snprintf(more->digest, sizeof more->digest, "%s", digest);
    s->last = s->n++;
    fetch(s, more);
    return more;
}

static struct slot *find(struct tg_shelf *s, const char *digest)
{
    if (s->n > 0 && strcmp(s->slots[s->last].digest, digest) == 0)
        return &s->slots[s->last];
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->slots[i].digest, digest) == 0) {
            s->last = i;
            return &s->slots[i];
        }
    }
    return add(s, digest);
}

const struct tg_policy *tg_shelf_policy(struct tg_shelf *s, const char *digest, const char **why)
{
    const struct slot *slot = find(s, digest);

    *why = slot != NULL ? slot->why : NO_MEMORY;
    return slot != NULL ? slot->policy : NULL;
}

const char *tg_shelf_digest(const struct tg_shelf *s, size_t i)
{
    return i < s->n ? s->slots[i].digest : NULL;
}
