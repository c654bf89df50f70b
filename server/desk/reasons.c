#include "server/desk/reasons.h"

#define SLOTS 64u /* a policy has a few dozen; one that finds no slot is written anew each time */
#define TEXT_BYTES (64u * 1024u)

/* Class, fields and rules say all that stands in the text: a rule has one reason and one next step. */
struct slot {
    bool used;
    enum tg_class class;
    tg_mask fields; /* that are hidden */
    bool english;
    const char *rule[TG_F_COUNT]; /* of the hidden ones: the policy's own text, told by its address */
    struct tg_buf json;           /* front, then back */
    size_t front;                 /* bytes of it */
};

struct tg_reasons {
    struct tg_policy *policy; /* held, so that the texts stay where they are */
    struct slot slot[SLOTS];
};

static void forget(struct tg_reasons *r)
{
    for (size_t i = 0; i < SLOTS; i++) {
        tg_buf_done(&r->slot[i].json);
        r->slot[i].used = false;
        r->slot[i].json = TG_BUF_INIT(TEXT_BYTES);
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

static tg_mask hidden_by(const struct tg_hiding *h)
{
    return tg_scope_catalogue(h->scope, h->clause) & ~tg_scope_clause(h->scope, h->clause)->fields;
}

static struct tg_why why_of(const struct tg_hiding *h, unsigned field)
{
    return tg_policy_why(h->policy, h->scope, h->clause, (enum tg_field)field);
}

void tg_reasons_why(const struct tg_why *why, bool english, struct tg_jout *j)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "rule", why->rule);
    tg_jout_member(j, "reason", english ? why->reason_en : why->reason_ja);
    tg_jout_member(j, "next", english ? why->next_en : why->next_ja);
    tg_jout_close(j, '}');
}

void tg_reasons_write(const struct tg_hiding *h, struct tg_jout *j)
{
    tg_mask hidden = hidden_by(h);

    tg_jout_open(j, '{');
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((hidden & TG_BIT(f)) != 0) {
            struct tg_why why = why_of(h, f);

            tg_jout_key(j, tg_field_name((enum tg_field)f));
            tg_reasons_why(&why, h->english, j);
        }
    }
    tg_jout_close(j, '}');
}

static bool same_rules(const struct slot *s, const struct slot *wanted)
{
    if (s->class != wanted->class || s->fields != wanted->fields || s->english != wanted->english) {
        return false;
    }
    for (tg_mask rest = s->fields; rest != 0; rest &= rest - 1) {
        int f = __builtin_ctzll(rest);

        if (s->rule[f] != wanted->rule[f]) {
            return false;
        }
    }
    return true;
}

static enum tg_err write_frame(struct slot *s, enum tg_class class, const struct tg_hiding *h)
{
    struct tg_jout j;
    enum tg_err e;

    tg_buf_reset(&s->json);
    e = tg_buf_addf(&s->json, "\"class\":\"%s\",\"fields\":", tg_class_name(class));
    s->front = s->json.n;
    tg_jout_init(&j, &s->json);
    tg_jout_key(&j, "hidden");
    tg_reasons_write(h, &j);
    if (e == TG_OK) {
        e = tg_jout_end(&j);
    }
    return e == TG_OK ? tg_buf_add(&s->json, "}", 1) : e;
}

static bool fill(struct slot *s, const struct slot *wanted, const struct tg_hiding *h)
{
    if (write_frame(s, wanted->class, h) != TG_OK) {
        return false;
    }
    s->used = true;
    s->class = wanted->class;
    s->fields = wanted->fields;
    s->english = wanted->english;
    for (tg_mask rest = wanted->fields; rest != 0; rest &= rest - 1) {
        s->rule[__builtin_ctzll(rest)] = wanted->rule[__builtin_ctzll(rest)];
    }
    return true;
}

/* The slot that has it, or is given it; NULL: none is free, or memory is short. */
static const struct slot *find(struct tg_reasons *r, const struct slot *wanted, const struct tg_hiding *h)
{
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *s = &r->slot[i];

        if (!s->used) {
            return fill(s, wanted, h) ? s : NULL;
        }
        if (same_rules(s, wanted)) {
            return s;
        }
    }
    return NULL;
}

bool tg_reasons_frame(struct tg_reasons *r, const struct tg_hiding *h, struct tg_frame *ret)
{
    struct slot wanted TG_UNSET;

    wanted.class = tg_scope_clause(h->scope, h->clause)->class;
    wanted.fields = hidden_by(h);
    wanted.english = h->english;
    for (tg_mask rest = wanted.fields; rest != 0; rest &= rest - 1) {
        int f = __builtin_ctzll(rest);

        wanted.rule[f] = why_of(h, (unsigned)f).rule;
    }
    if (r->policy != h->policy) {
        forget(r);
        r->policy = tg_policy_ref(h->policy);
    }
    const struct slot *s = find(r, &wanted, h);
    if (s == NULL) {
        return false;
    }
    ret->front = tg_span(s->json.p, s->front);
    ret->back = tg_span(s->json.p + s->front, s->json.n - s->front);
    return true;
}
