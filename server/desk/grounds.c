#include "server/desk/grounds.h"

#include "certs/base/limits.h"
#include "server/audit/entry.h"

#define SLOTS 16u /* about as many as there are roles at work; the oldest makes room */
#define TEXT_BYTES 4096u

struct slot {
    size_t n;
    const char *rules[TG_CLAUSES]; /* the policy's own texts, told by their addresses */
    struct tg_buf text;            /* empty: a free slot */
};

struct tg_grounds {
    struct tg_policy *policy; /* held, so that the texts stay where they are */
    struct slot slot[SLOTS];
    size_t next;
};

static void forget(struct tg_grounds *g)
{
    for (size_t i = 0; i < SLOTS; i++) {
        tg_buf_done(&g->slot[i].text);
        g->slot[i] = (struct slot){.n = 0, .text = TG_BUF_INIT(TEXT_BYTES)};
    }
    g->next = 0;
    tg_policy_unref(&g->policy);
}

enum tg_err tg_grounds_new(struct tg_grounds **ret)
{
    struct tg_grounds *g = calloc(1, sizeof *g);

    if (g == NULL) {
        return TG_E_NOMEM;
    }
    forget(g);
    *ret = g;
    return TG_OK;
}

void tg_grounds_free(struct tg_grounds **g)
{
    if (*g != NULL) {
        forget(*g);
        free(*g);
        *g = NULL;
    }
}

static bool fits(const struct slot *s, const struct tg_scope *scope, size_t n)
{
    if (s->text.n == 0 || s->n != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (tg_scope_clause(scope, i)->rule != s->rules[i]) {
            return false;
        }
    }
    return true;
}

static enum tg_err fill(struct slot *s, const struct tg_policy *policy, const struct tg_scope *scope,
                        size_t n)
{
    struct tg_entry e = {.rules = s->rules, .n_rules = n, .policy = tg_policy_digest(policy)};

    tg_buf_reset(&s->text);
    for (s->n = 0; s->n < n; s->n++) {
        s->rules[s->n] = tg_scope_clause(scope, s->n)->rule;
    }
    return tg_entry_why(&e, &s->text);
}

enum tg_err tg_grounds_find(struct tg_grounds *g, struct tg_policy *policy, const struct tg_scope *scope,
                            struct tg_span *ret)
{
    size_t n = scope != NULL ? tg_scope_count(scope) : 0;
    enum tg_err e;

    if (n > TG_CLAUSES) {
        return TG_E_LIMIT;
    }
    if (g->policy != policy) {
        forget(g);
        g->policy = tg_policy_ref(policy);
    }
    for (size_t i = 0; i < SLOTS; i++) {
        if (fits(&g->slot[i], scope, n)) {
            *ret = tg_span_buf(&g->slot[i].text);
            return TG_OK;
        }
    }
    struct slot *s = &g->slot[g->next];
    g->next = (g->next + 1) % SLOTS;
    if ((e = fill(s, policy, scope, n)) != TG_OK) {
        tg_buf_reset(&s->text);
        return e;
    }
    *ret = tg_span_buf(&s->text);
    return TG_OK;
}
