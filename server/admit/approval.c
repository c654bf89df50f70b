/* Counterpart: client/proof/approval.c makes what is read here. */
#include "server/admit/approval.h"

#include "certs/base/text.h"
#include "server/admit/assertion.h"
#include "server/admit/state.h"

static const struct tg_json_member claim_members[] = {
    {"iss", TG_JSON_STRING, true, 1, TG_PERSON_BYTES - 1},
    {"sub", TG_JSON_STRING, true, 1, TG_PERSON_BYTES - 1},
    {"aud", TG_JSON_STRING, true, 1, 256},
    {"card", TG_JSON_STRING, true, 36, 36},
    {"act", TG_JSON_STRING, true, 1, 31},
    {"digest", TG_JSON_STRING, true, 64, 64},
    {"prior", TG_JSON_STRING, false, 64, 64},
    {"seq", TG_JSON_INTEGER, false, 1, INT32_MAX},
    {"iat", TG_JSON_INTEGER, true, 0, INT64_MAX / 2},
    {"exp", TG_JSON_INTEGER, true, 0, INT64_MAX / 2},
    {"jti", TG_JSON_STRING, true, 16, 64},
    {"post", TG_JSON_STRING, false, 1, 31},
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct tg_signed_kind kind = {TG_TYP_APPROVAL, claim_members, COUNT(claim_members)};

static bool claim_is(const struct tg_assertion *a, const char *name, const char *value)
{
    const char *said = tg_json_str(a->claims, name);

    return said != NULL && strcmp(said, value) == 0;
}

/* Whose card signed it, as the certificate has it and the claims repeat it. */
static enum tg_err names_match(const struct tg_assertion *a, const struct tg_identity *id)
{
    return id->person[0] != '\0' && claim_is(a, "iss", id->person) && claim_is(a, "sub", id->person) &&
                   claim_is(a, "card", id->card)
               ? TG_OK
               : TG_E_CERT_IDENTITY;
}

/* Prior and seq stand both or not at all, there and here. */
static bool order_matches(const struct tg_assertion *a, const struct tg_approval_ask *ask)
{
    bool said = json_object_get(a->claims, "prior") != NULL || json_object_get(a->claims, "seq") != NULL;

    if (ask->prior == NULL) {
        return !said;
    }
    return claim_is(a, "prior", ask->prior) && tg_json_int(a->claims, "seq", 0) == ask->seq && ask->seq > 0;
}

static enum tg_err meant(const struct tg_assertion *a, const struct tg_approval_ask *ask)
{
    if (!claim_is(a, "aud", ask->audience)) {
        return TG_E_ASSERTION_AUDIENCE;
    }
    if (!claim_is(a, "act", ask->act)) {
        return TG_E_APPROVAL_ACT;
    }
    if (!claim_is(a, "digest", ask->digest)) {
        return TG_E_APPROVAL_DIGEST;
    }
    return order_matches(a, ask) ? TG_OK : TG_E_APPROVAL_ORDER;
}

static bool window_ok(const struct tg_approval *a, tg_sec now)
{
    return a->until > a->time && a->until - a->time <= TG_APPROVAL_SECONDS &&
           a->time <= now + TG_CLOCK_SKEW_SECONDS && a->until > now - TG_CLOCK_SKEW_SECONDS;
}

static enum tg_err take_text(const struct tg_assertion *a, const char *name, char *to, size_t size)
{
    const char *said = tg_json_str(a->claims, name);

    return said == NULL || tg_copy(to, size, tg_span_str(said)) == TG_OK ? TG_OK : TG_E_APPROVAL;
}

static enum tg_err take_claims(const struct tg_assertion *a, const struct tg_identity *id,
                               struct tg_approval *ret)
{
    if (take_text(a, "act", ret->act, sizeof ret->act) != TG_OK ||
        take_text(a, "digest", ret->digest, sizeof ret->digest) != TG_OK ||
        take_text(a, "prior", ret->prior, sizeof ret->prior) != TG_OK ||
        take_text(a, "jti", ret->jti, sizeof ret->jti) != TG_OK) {
        return TG_E_APPROVAL;
    }
    memcpy(ret->person, id->person, sizeof ret->person);
    memcpy(ret->card, id->card, sizeof ret->card);
    memcpy(ret->serial, id->serial, sizeof ret->serial);
    ret->seq = tg_json_int(a->claims, "seq", 0);
    ret->time = tg_json_int(a->claims, "iat", 0);
    ret->until = tg_json_int(a->claims, "exp", 0);
    return TG_OK;
}

/* Up to the certificate; what the path says is left to the caller, who knows for which moment. */
static enum tg_err read_and_verify(const struct tg_approval_ask *ask, struct tg_assertion *a)
{
    enum tg_err e = tg_signed_read(ask->text, &kind, a);

    if (e == TG_E_ASSERTION) {
        return TG_E_APPROVAL;
    }
    if (e == TG_OK && (e = tg_assertion_signed(a)) == TG_E_ASSERTION) {
        e = TG_E_APPROVAL;
    }
    return e;
}

static enum tg_err judge(const struct tg_assertion *a, const struct tg_approval_ask *ask,
                         struct tg_approval *ret)
{
    struct tg_identity id;
    enum tg_err e;

    if ((e = tg_cert_identity(a->leaf, &id)) != TG_OK || (e = names_match(a, &id)) != TG_OK ||
        (e = meant(a, ask)) != TG_OK || (e = take_claims(a, &id, ret)) != TG_OK) {
        return e;
    }
    return window_ok(ret, ask->now) ? TG_OK : TG_E_APPROVAL_TIME;
}

static enum tg_err post_of(const struct tg_staff_book *book, const struct tg_assertion *a, tg_sec now,
                           struct tg_approval *ret)
{
    struct tg_identity id = {.person = ""};
    struct tg_staff staff;
    enum tg_err e;

    memcpy(id.person, ret->person, sizeof id.person);
    memcpy(id.card, ret->card, sizeof id.card);
    if ((e = tg_staff_fill(book, &id, tg_json_str(a->claims, "post"), now, &staff)) != TG_OK) {
        return e;
    }
    memcpy(ret->post, staff.post, sizeof ret->post);
    memcpy(ret->role, staff.role, sizeof ret->role);
    memcpy(ret->office, staff.office, sizeof ret->office);
    memcpy(ret->company, staff.company, sizeof ret->company);
    memcpy(ret->employer, staff.employer, sizeof ret->employer);
    return TG_OK;
}

typedef enum tg_err path_check(const struct tg_trust *t, const struct tg_cert *leaf,
                               struct tg_helpers helpers, enum tg_cert_use use, tg_sec at);

static enum tg_err check(const struct tg_staff_book *book, const struct tg_trust *trust, path_check *path,
                         const struct tg_approval_ask *ask, struct tg_approval *ret)
{
    TG_ASSERTION_AUTO a = {.claims = NULL};
    struct tg_approval got = {.person = ""};
    enum tg_err e;

    if ((e = read_and_verify(ask, &a)) != TG_OK ||
        (e = path(trust, a.leaf, (struct tg_helpers){a.chain, a.n_chain}, TG_USE_AUTH, ask->now)) != TG_OK ||
        (e = judge(&a, ask, &got)) != TG_OK) {
        return e;
    }
    if (book != NULL) {
        e = post_of(book, &a, ask->now, &got);
    }
    if (e == TG_OK) {
        *ret = got;
    }
    return e;
}

enum tg_err tg_approval_check(const struct tg_staff_book *book, const struct tg_trust *trust,
                              const struct tg_approval_ask *ask, struct tg_approval *ret)
{
    return book != NULL ? check(book, trust, tg_trust_check, ask, ret) : TG_E_PERSON_UNKNOWN;
}

enum tg_err tg_approval_check_then(const struct tg_staff_book *book, const struct tg_trust *trust,
                                   const struct tg_approval_ask *ask, struct tg_approval *ret)
{
    return check(book, trust, tg_trust_check_then, ask, ret);
}

void tg_approval_claimed(struct tg_span text, struct tg_approval_claim *ret)
{
    TG_ASSERTION_AUTO a = {.claims = NULL};
    const char *person = NULL, *jti = NULL;

    memset(ret, 0, sizeof *ret);
    if (tg_signed_read(text, &kind, &a) == TG_OK) {
        person = tg_json_str(a.claims, "iss");
        jti = tg_json_str(a.claims, "jti");
    }
    if (tg_copy(ret->person, sizeof ret->person, tg_span_str(person)) != TG_OK ||
        tg_copy(ret->jti, sizeof ret->jti, tg_span_str(jti)) != TG_OK) {
        memset(ret, 0, sizeof *ret);
    }
}
