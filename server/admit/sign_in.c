/* One sign-in, read from top to bottom: the order is the contract of DESIGN 4. */
#include <openssl/rand.h>

#include "certs/base/text.h"
#include "server/admit/assertion.h"
#include "server/admit/state.h"

/* The certificate path, revocation, slot and usage; then who it names. */
static enum tg_err prove_card(const struct tg_assertion *as, const struct tg_trust_share *trust,
                              enum tg_cert_use use, tg_sec now, struct tg_identity *ret)
{
    enum tg_err e;

    if (trust == NULL) {
        return TG_E_CERT_UNTRUSTED;
    }
    if ((e = tg_trust_check(trust->trust, as->leaf, (struct tg_helpers){as->chain, as->n_chain}, use, now)) !=
        TG_OK) {
        return e;
    }
    return tg_cert_identity(as->leaf, ret);
}

/* iss = sub = the person of the certificate. */
static bool claims_name(const struct tg_assertion *as, const char *who)
{
    const char *iss = tg_json_str(as->claims, "iss");
    const char *sub = tg_json_str(as->claims, "sub");

    return who[0] != '\0' && iss != NULL && sub != NULL && strcmp(iss, who) == 0 && strcmp(sub, who) == 0;
}

static enum tg_err post_copy(const struct tg_person *p, const struct tg_post *post, struct tg_staff *ret)
{
    enum tg_err e;

    if ((e = tg_copy(ret->person, sizeof ret->person, tg_span_str(p->id))) != TG_OK ||
        (e = tg_copy(ret->post, sizeof ret->post, tg_span_str(post->id))) != TG_OK ||
        (e = tg_copy(ret->role, sizeof ret->role, tg_span_str(post->role))) != TG_OK ||
        (e = tg_copy(ret->office, sizeof ret->office, tg_span_str(post->office))) != TG_OK ||
        (e = tg_copy(ret->areas, sizeof ret->areas, tg_span_str(post->areas))) != TG_OK ||
        (e = tg_copy(ret->employer, sizeof ret->employer, tg_span_str(p->company->code))) != TG_OK ||
        (e = tg_copy(ret->company, sizeof ret->company, tg_span_str(post->works_for->code))) != TG_OK) {
        return e;
    }
    ret->company_kind = post->works_for->kind;
    return TG_OK;
}

enum tg_err tg_staff_fill(const struct tg_staff_book *book, const struct tg_identity *id,
                          const char *wanted_post, tg_sec now, struct tg_staff *ret)
{
    const struct tg_person *person = NULL;
    const struct tg_post *post = NULL;
    enum tg_err e;

    memset(ret, 0, sizeof *ret);
    if (book == NULL) {
        return TG_E_PERSON_UNKNOWN;
    }
    if ((e = tg_book_card(book, id->card, &person)) != TG_OK) {
        return e;
    }
    if (strcmp(person->id, id->person) !=
        0) { /* the card was handed to somebody else than its certificate says */
        return TG_E_CARD_UNKNOWN;
    }
    if ((e = tg_person_check(person, tg_day_of(now))) != TG_OK ||
        (e = tg_person_post(person, wanted_post, tg_day_of(now), &post)) != TG_OK ||
        (e = tg_copy(ret->card, sizeof ret->card, tg_span_str(id->card))) != TG_OK) {
        return e;
    }
    return post_copy(person, post, ret);
}

/* Everything up to "who is it, and may they": the assertion's own checks in their order. The nonce is used up
 * by a card of ours, and by nobody else: strangers cannot fill the memory of used ones.
 */
static enum tg_err assertion_accept(struct tg_admit *a, const struct tg_sign_in *in,
                                    const struct tg_trust_share *trust, struct tg_assertion *as,
                                    struct tg_identity *id)
{
    struct tg_span nonce;
    enum tg_err e;

    if ((e = tg_assertion_read(in->assertion, TG_TYP_SIGN_IN, as)) != TG_OK ||
        (e = tg_assertion_bound(as, in->thumbprint)) != TG_OK) {
        return e;
    }
    nonce = tg_span_str(tg_json_str(as->claims, "nonce"));
    if ((e = tg_nonce_check(&a->nonces, nonce, in->thumbprint, in->now)) != TG_OK ||
        (e = tg_assertion_signed(as)) != TG_OK) {
        return e;
    }
    tg_ignore(tg_cert_identity(as->leaf,
                               id)); /* for the audit of a refusal: the key has signed, whoever issued it */
    if ((e = prove_card(as, trust, TG_USE_AUTH, in->now, id)) != TG_OK ||
        (e = tg_nonce_burn(&a->nonces, nonce, in->thumbprint, in->now)) != TG_OK ||
        (e = tg_assertion_meant(as, a->issuer, in->now)) != TG_OK) {
        return e;
    }
    return claims_name(as, id->person) ? TG_OK : TG_E_CERT_IDENTITY;
}

/* The posts that are in force, for who must choose one. */
static void posts_take(struct tg_sign_in_facts *f, const struct tg_staff_book *book, tg_sec now)
{
    const struct tg_person *person = NULL;
    const struct tg_post *post = NULL;

    if (tg_book_card(book, f->card, &person) != TG_OK) {
        return;
    }
    for (size_t i = 0; i < person->n_posts && f->n_posts < TG_POSTS_PER_PERSON; i++) {
        const char *id = person->posts[i].id;

        if (tg_person_post(person, id, tg_day_of(now), &post) == TG_OK && post == &person->posts[i] &&
            tg_copy(f->posts[f->n_posts], sizeof f->posts[0], tg_span_str(id)) == TG_OK) {
            f->n_posts++;
        }
    }
}

static void facts_take(struct tg_sign_in_facts *f, const struct tg_identity *id)
{
    memcpy(f->person, id->person, sizeof f->person);
    memcpy(f->card, id->card, sizeof f->card);
    memcpy(f->serial, id->serial, sizeof f->serial);
}

static enum tg_err session_make(struct tg_admit *a, const struct tg_sign_in *in, struct tg_assertion *as,
                                const struct tg_staff *staff, struct tg_session **ret)
{
    struct tg_session *s = tg_session_new();
    uint8_t raw[16];
    enum tg_err e;

    if (s == NULL) {
        return TG_E_NOMEM;
    }
    if (RAND_bytes(raw, (int)sizeof raw) != 1) {
        tg_session_unref(&s);
        return TG_E_INTERNAL;
    }
    s->staff = *staff;
    tg_hex(raw, sizeof raw, s->staff.session);
    if (a->note != NULL && (e = a->note(&s->staff, &s->note)) != TG_OK) {
        tg_session_unref(&s);
        return e;
    }
    memcpy(s->thumbprint, in->thumbprint, sizeof s->thumbprint);
    s->born = in->now;
    atomic_init(&s->lease_until, in->now + a->lease_seconds);
    atomic_init(&s->last_used, in->now);
    atomic_init(&s->checked, 0); /* the caller knows */
    atomic_init(&s->due, 0);
    s->leaf = as->leaf;
    as->leaf = NULL;
    memcpy(s->chain, as->chain, sizeof s->chain);
    s->n_chain = as->n_chain;
    as->n_chain = 0;
    *ret = s;
    return TG_OK;
}

enum tg_err tg_sign_in(struct tg_admit *a, const struct tg_sign_in *in, struct tg_sign_in_facts *facts,
                       struct tg_session **ret, struct tg_buf *token)
{
    TG_ASSERTION_AUTO as = {.claims = NULL};
    struct tg_identity id = {.person = ""};
    struct tg_staff_book *book = NULL;
    struct tg_trust_share *trust = NULL;
    struct tg_session *s = NULL;
    struct tg_staff staff;
    uint64_t stamp = tg_admit_stamp(a, in->now); /* before the borrowing: what comes later asks for a check */
    uint64_t trusted = atomic_load(&a->trust_epoch);
    enum tg_err e;

    memset(facts, 0, sizeof *facts);
    tg_admit_borrow(a, &book, &trust);
    e = assertion_accept(a, in, trust, &as, &id);
    facts_take(facts, &id);
    if (e == TG_OK) {
        e = tg_staff_fill(book, &id, tg_json_str(as.claims, "post"), in->now, &staff);
    }
    if (e == TG_E_POST_CHOICE) {
        posts_take(facts, book, in->now);
    }
    if (e == TG_OK) {
        e = session_make(a, in, &as, &staff, &s);
    }
    if (e == TG_OK) {
        atomic_store(&s->checked, stamp);
        atomic_store(&s->trusted, trusted);
        atomic_store(&s->due, tg_trust_until(trust->trust, s->leaf, (struct tg_helpers){s->chain, s->n_chain},
                                             in->now));
        e = tg_token_make(a, s, in->policy_digest, in->now, token);
    }
    if (e == TG_OK) {
        e = tg_session_place(a, s, facts->displaced);
    }
    tg_book_unref(&book);
    tg_trust_share_unref(&trust);
    if (e != TG_OK) {
        tg_session_unref(&s);
        return e;
    }
    *ret = s;
    return TG_OK;
}

enum tg_err tg_session_token(struct tg_admit *a, struct tg_session *s, const char *policy_digest, tg_sec now,
                             struct tg_buf *token)
{
    enum tg_err e = tg_session_state(s, now);

    return e != TG_OK ? e : tg_token_make(a, s, policy_digest, now, token);
}

enum tg_err tg_session_nonce(struct tg_admit *a, struct tg_session *s, tg_sec now,
                             char out[TG_NONCE_TEXT_BYTES])
{
    char fresh[TG_NONCE_TEXT_BYTES];
    enum tg_err e = tg_nonce_issue(&a->nonces, s->thumbprint, now, fresh);

    if (e != TG_OK) {
        return e;
    }
    (void)pthread_mutex_lock(&s->lock);
    memcpy(s->nonce[1], s->nonce[0], sizeof s->nonce[1]);
    memcpy(s->nonce[0], fresh, sizeof s->nonce[0]);
    (void)pthread_mutex_unlock(&s->lock);
    memcpy(out, fresh, sizeof fresh);
    return TG_OK;
}

/* The nonce that this session was given last, or the one before: pulses do not wait for a card that still
 * signs. Each works once, because the session forgets it, and what is older than it. The pool does not hear
 * of it: one renewal every two seconds of every session would fill it.
 */
static enum tg_err nonce_expected(struct tg_admit *a, struct tg_session *s, const char *text, tg_sec now)
{
    (void)pthread_mutex_lock(&s->lock);
    bool latest = s->nonce[0][0] != '\0' && strcmp(s->nonce[0], text) == 0;
    bool same = latest || (s->nonce[1][0] != '\0' && strcmp(s->nonce[1], text) == 0);
    if (same) {
        s->nonce[1][0] = '\0';
    }
    if (latest) {
        s->nonce[0][0] = '\0';
    }
    (void)pthread_mutex_unlock(&s->lock);
    return same ? tg_nonce_check(&a->nonces, tg_span_str(text), s->thumbprint, now) : TG_E_NONCE;
}

/* The 9E path is checked once per certificate and state of the world, its signature each time. */
static enum tg_err prove_presence(struct tg_admit *a, struct tg_session *s, const struct tg_assertion *as,
                                  tg_sec now)
{
    struct tg_identity id = {.person = ""};
    struct tg_staff_book *book = NULL;
    struct tg_trust_share *trust = NULL;
    uint64_t stamp = tg_admit_stamp(a, now);
    uint8_t leaf[32];
    char who[sizeof TG_URI_CARD + sizeof id.card];
    enum tg_err e = TG_OK;

    tg_cert_thumbprint(as->leaf, leaf);
    (void)pthread_mutex_lock(&s->lock);
    bool known = s->presence_checked == stamp && memcmp(s->presence_leaf, leaf, sizeof leaf) == 0;
    (void)pthread_mutex_unlock(&s->lock);
    if (!known) {
        tg_admit_borrow(a, &book, &trust);
        e = prove_card(as, trust, TG_USE_CARD, now, &id);
        tg_book_unref(&book);
        tg_trust_share_unref(&trust);
    }
    if (e == TG_OK && !known && (id.person[0] != '\0' || strcmp(id.card, s->staff.card) != 0)) {
        e = TG_E_CERT_IDENTITY;
    }
    (void)snprintf(who, sizeof who, TG_URI_CARD "%s", s->staff.card);
    if (e == TG_OK && !claims_name(as, who)) {
        e = TG_E_CERT_IDENTITY;
    }
    if (e == TG_OK && !known) {
        (void)pthread_mutex_lock(&s->lock);
        memcpy(s->presence_leaf, leaf, sizeof leaf);
        s->presence_checked = stamp;
        (void)pthread_mutex_unlock(&s->lock);
    }
    return e;
}

enum tg_err tg_session_renew(struct tg_admit *a, struct tg_session *s, struct tg_span assertion, tg_sec now)
{
    TG_ASSERTION_AUTO as = {.claims = NULL};
    enum tg_err e;

    if ((e = tg_assertion_read(assertion, TG_TYP_PRESENCE, &as)) != TG_OK ||
        (e = tg_assertion_bound(&as, s->thumbprint)) != TG_OK ||
        (e = nonce_expected(a, s, tg_json_str(as.claims, "nonce"), now)) != TG_OK ||
        (e = tg_assertion_signed(&as)) != TG_OK || (e = prove_presence(a, s, &as, now)) != TG_OK ||
        (e = tg_assertion_meant(&as, a->issuer, now)) != TG_OK || (e = tg_session_state(s, now)) != TG_OK) {
        return e;
    }
    atomic_store(&s->lease_until, now + a->lease_seconds);
    return TG_OK;
}
