#include "server/desk/reasons.h"

#define SLOTS 64u /* a policy has a few dozen sentences; one that finds no slot is written anew each time */
#define TEXT_BYTES 4096u

struct slot {
    const char *rule; /* the policy's own text, told by its address; NULL: a free slot */
    bool english;
    struct tg_buf json;
};

struct tg_reasons {
    struct tg_policy *policy; /* held, so that the texts stay where they are */
    struct slot slot[SLOTS];
};

static void forget(struct tg_reasons *r)
{
    for (size_t i = 0; i < SLOTS; i++) {
        tg_buf_done(&r->slot[i].json);
        r->slot[i] = (struct slot){.rule = NULL, .json = TG_BUF_INIT(TEXT_BYTES)};
    }
    tg_policy_unref(&r->policy);
}

enum tg_err tg_reasons_new(struct tg_reasons **ret)
{
    struct tg_reasons *r = calloc(1, sizeof *r);

    if (r == NULL) {
        return TG_E_NOMEM;
    }
    forget(r);
    *ret = r;
    return TG_OK;
}

void tg_reasons_free(struct tg_reasons **r)
{
    if (*r != NULL) {
        forget(*r);
        free(*r);
        *r = NULL;
    }
}

static void write_why(struct tg_jout *j, const struct tg_why *why, bool english)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "rule", why->rule);
    tg_jout_member(j, "reason", english ? why->reason_en : why->reason_ja);
    tg_jout_member(j, "next", english ? why->next_en : why->next_ja);
    tg_jout_close(j, '}');
}

static enum tg_err fill(struct slot *s, const struct tg_why *why, bool english)
{
    struct tg_jout j;
    enum tg_err e;

    tg_jout_init(&j, &s->json);
    write_why(&j, why, english);
    if ((e = tg_jout_end(&j)) == TG_OK) {
        s->rule = why->rule;
        s->english = english;
    }
    return e;
}

/* NULL: no slot is free, or memory is short. */
static const struct slot *find(struct tg_reasons *r, const struct tg_why *why, bool english)
{
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *s = &r->slot[i];

        if (s->rule == why->rule && s->english == english) {
            return s;
        }
        if (s->rule == NULL) {
            return fill(s, why, english) == TG_OK ? s : NULL;
        }
    }
    return NULL;
}

void tg_reasons_put(struct tg_reasons *r, struct tg_policy *policy, const struct tg_why *why, bool english,
                    struct tg_jout *j)
{
    if (r->policy != policy) {
        forget(r);
        r->policy = tg_policy_ref(policy);
    }
    const struct slot *s = find(r, why, english);
    if (s != NULL) {
        tg_jout_raw(j, tg_span_buf(&s->json));
    } else {
        write_why(j, why, english);
    }
}
