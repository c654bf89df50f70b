#include <openssl/evp.h>

#include "certs/base/text.h"
#include "server/policy/reading.h"

/* In this order: a list of a later statement means the same wherever it stands. */
static const struct statement {
    const char *keyword;
    unsigned stage;
    enum tg_err (*read)(struct tg_reading *r);
} statements[] = {
    {"group", 0, tg_read_group},     {"field", 1, tg_read_field},    {"class", 2, tg_read_class},
    {"purpose", 3, tg_read_purpose}, {"role", 4, tg_read_role},      {"show", 5, tg_read_show},
    {"hide", 5, tg_read_hide},       {"limit", 5, tg_read_limit},    {"consent", 5, tg_read_consent},
    {"inquiry", 5, tg_read_inquiry}, {"cap", 5, tg_read_cap},        {"nothing", 5, tg_read_nothing},
    {"grant", 5, tg_read_grant}};

static enum tg_err read_statement(struct tg_reading *r, unsigned *stage)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (!tg_read_is(r, statements[i].keyword))
            continue;
        if (statements[i].stage < *stage)
            return tg_fail_here(r, "順は group、field、class、purpose、role、規則です / "
                                   "the order is group, field, class, purpose, role, rules");
        *stage = statements[i].stage;
        tg_read_next(r);
        return statements[i].read(r);
    }
    return tg_fail_here(
        r, "group、field、class、purpose、role、show、hide、limit、consent、inquiry、cap、nothing、grant のどれか"
           "です / expected group, field, class, purpose, role, show, hide, limit, consent, "
           "inquiry, cap, nothing or grant");
}

static enum tg_err read_file(struct tg_reading *r)
{
    tg_read_next(r);
    tg_read_blank_lines(r);
    enum tg_err e = tg_read_keyword(r, "policy");
    if (e == TG_OK)
        e = tg_read_keyword(r, "1");
    if (e == TG_OK)
        e = tg_read_line_end(r);
    unsigned stage = 0;
    while (e == TG_OK && r->token.kind != TG_T_END)
        e = read_statement(r, &stage);
    return e;
}

enum tg_err tg_policy_hash(struct tg_span text, char out[65])
{
    uint8_t hash[32];
    unsigned n = 0;
    if (EVP_Digest(text.p, text.n, hash, &n, EVP_sha256(), NULL) != 1 || n != sizeof hash)
        return TG_E_INTERNAL;
    tg_hex(hash, sizeof hash, out);
    return TG_OK;
}

static enum tg_err compile(struct tg_policy *p, struct tg_span text, struct tg_policy_fault *fault)
{
    unsigned line, column;
    if (text.n > TG_POLICY_BYTES)
        return TG_FAIL_AT(fault, 1, 1, "規則ファイルが大きすぎます / the policy file is too large");
    if (tg_lexer_bad_utf8(text, &line, &column))
        return TG_FAIL_AT(fault, line, column, "UTF-8 ではありません / not well-formed UTF-8");
    struct tg_reading r = {.lexer = {.in = text, .at = 0, .line = 1, .column = 1, .store = p->store},
                           .policy = p,
                           .fault = fault};
    enum tg_err e = read_file(&r);
    if (e == TG_OK)
        e = tg_policy_check(p, r.token.line, fault);
    if (e == TG_OK)
        e = tg_policy_tables(p, fault);
    if (e == TG_OK)
        e = tg_policy_answers(p);
    return e == TG_OK ? tg_policy_hash(text, p->digest) : e;
}

enum tg_err tg_policy_compile(struct tg_span text, struct tg_policy **ret, struct tg_policy_fault *fault)
{
    memset(fault, 0, sizeof *fault);
    struct tg_policy *p = calloc(1, sizeof *p);
    if (p == NULL)
        return TG_E_NOMEM;
    atomic_init(&p->refs, 1);
    /* Each word is copied once with a NUL, and each is followed by a separator or the end. */
    p->store = malloc(text.n + 1);
    enum tg_err e = p->store == NULL ? TG_E_NOMEM : compile(p, text, fault);
    if (e == TG_OK)
        *ret = p;
    else
        tg_policy_unref(&p);
    return e;
}

struct tg_policy *tg_policy_ref(struct tg_policy *p)
{
    atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
    return p;
}

void tg_policy_unref(struct tg_policy **p)
{
    if (*p != NULL && atomic_fetch_sub_explicit(&(*p)->refs, 1, memory_order_acq_rel) == 1) {
        free((*p)->answers);
        free((*p)->store);
        free(*p);
    }
    *p = NULL;
}

const char *tg_policy_digest(const struct tg_policy *p)
{
    return p->digest;
}

bool tg_policy_has_role(const struct tg_policy *p, const char *role)
{
    return tg_policy_role(p, role) < p->n_roles;
}

bool tg_policy_has_purpose(const struct tg_policy *p, const char *purpose)
{
    return tg_def_find(p->purpose, p->n_purposes, purpose) < p->n_purposes;
}
