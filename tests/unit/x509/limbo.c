/* Public path validation cases (x509-limbo) through our own path check. The cases are about servers and mail
 * as well as clients, so the purpose is a parameter here, and the peer's name is compared with libcrypto's
 * functions: names of servers are not this room's trade.
 */
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "certs/x509/der.h"
#include "certs/x509/path.h"
#include "tests/unit/jws/vectors.h"

#define PEM_BYTES (32u * 1024u * 1024u)
#define HELPERS 128u

static const struct tg_purpose SERVER = {.eku = "1.3.6.1.5.5.7.3.1", .never = NULL, .critical = false};
static const struct tg_purpose CLIENT = {
    .eku = TG_OID_CLIENT_AUTH, .never = TG_OID_PIV_CARD_AUTH, .critical = false};

struct one {
    const json_t *json;
    struct tg_trust *trust;
    struct tg_cert *leaf;
    struct tg_cert *helper[HELPERS];
    size_t n;
};

/* A valid case that we refuse must be explained by one of these; each looks at the certificates, not at the
 * case's name.
 */
struct reason {
    bool (*applies)(const struct one *c);
    const char *text;
};

static void concat(const json_t *list, struct tg_buf *out)
{
    size_t i;
    const json_t *v;
    json_array_foreach(list, i, v) if (tg_buf_add_str(out, json_string_value(v)) != TG_OK) exit(1);
}

static enum tg_err read_cert(const char *pem, struct tg_cert **ret)
{
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long n = 0;
    enum tg_err e = TG_E_CERT_FORM;
    BIO *bio = BIO_new_mem_buf(pem, -1);
    if (PEM_read_bio(bio, &name, &header, &der, &n) == 1)
        e = tg_cert_parse(tg_span(der, (size_t)n), ret);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    BIO_free(bio);
    return e;
}

/* "2024-03-01T00:00:00.999+00:00", always in UTC; a fraction is cut off. */
static tg_sec time_of(const json_t *c)
{
    const char *text = json_string_value(json_object_get(c, "validation_time"));
    struct tm tm;
    memset(&tm, 0, sizeof(tm));
    if (text == NULL)
        return time(NULL);
    if (strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
        exit(1);
    return timegm(&tm);
}

static bool name_is(X509 *x, const json_t *name)
{
    const char *kind = vectors_str(name, "kind"), *value = vectors_str(name, "value");
    if (strcmp(kind, "DNS") == 0)
        return X509_check_host(x, value, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1;
    if (strcmp(kind, "IP") == 0)
        return X509_check_ip_asc(x, value, 0) == 1;
    return X509_check_email(x, value, 0, 0) == 1;
}

static bool names_are(X509 *x, const json_t *c)
{
    const json_t *one = json_object_get(c, "expected_peer_name"), *v;
    size_t i;
    if (json_is_object(one) && !name_is(x, one))
        return false;
    json_array_foreach(json_object_get(c, "expected_peer_names"), i, v) if (!name_is(x, v)) return false;
    return true;
}

static enum tg_err load(struct one *c)
{
    TG_BUF_AUTO anchors = TG_BUF_INIT(PEM_BYTES);
    TG_BUF_AUTO crls = TG_BUF_INIT(PEM_BYTES);
    size_t i;
    const json_t *v;
    concat(json_object_get(c->json, "trusted_certs"), &anchors);
    concat(json_object_get(c->json, "crls"), &crls);
    enum tg_err e =
        tg_trust_make(tg_span_buf(&anchors), tg_span(NULL, 0), tg_span_buf(&crls), crls.n > 0, &c->trust);
    if (e == TG_OK)
        e = read_cert(vectors_str(c->json, "peer_certificate"), &c->leaf);
    json_array_foreach(json_object_get(c->json, "untrusted_intermediates"), i, v)
    {
        if (e == TG_OK && c->n < HELPERS)
            e = read_cert(json_string_value(v), &c->helper[c->n]);
        c->n += e == TG_OK;
    }
    return e;
}

static enum tg_err check(struct one *c)
{
    enum tg_err e = load(c);
    if (e != TG_OK)
        return e;
    const json_t *depth = json_object_get(c->json, "max_chain_depth");
    json_int_t between = json_is_integer(depth) ? json_integer_value(depth) : (json_int_t)TG_PATH_BETWEEN;
    const struct tg_path path = {.leaf = c->leaf,
                                 .chain = c->helper,
                                 .n = c->n,
                                 .between =
                                     (unsigned)(between < TG_PATH_BETWEEN ? between : TG_PATH_BETWEEN)};
    bool client = strcmp(vectors_str(c->json, "validation_kind"), "CLIENT") == 0;
    e = tg_path_check(c->trust, &path, client ? &CLIENT : &SERVER, time_of(c->json));
    if (e == TG_OK && !names_are(tg_cert_borrow(c->leaf), c->json))
        e = TG_E_CERT_IDENTITY;
    return e;
}

static void done(struct one *c)
{
    tg_trust_free(&c->trust);
    tg_cert_free(&c->leaf);
    for (size_t i = 0; i < c->n; i++)
        tg_cert_free(&c->helper[i]);
}

/* Any certificate of a list of PEM texts, read by libcrypto alone: our reader may be what refused it. */
typedef bool about(X509 *x);

static bool any(const json_t *list, about *is)
{
    size_t i;
    const json_t *v;
    bool hit = false;
    json_array_foreach(list, i, v)
    {
        BIO *bio = BIO_new_mem_buf(json_string_value(v), -1);
        X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        hit = hit || (x != NULL && is(x));
        X509_free(x);
        BIO_free(bio);
    }
    return hit;
}

static bool any_issuer(const struct one *c, about *is)
{
    return any(json_object_get(c->json, "trusted_certs"), is) ||
           any(json_object_get(c->json, "untrusted_intermediates"), is);
}

static bool lacks_key_usage(X509 *x)
{
    return (X509_get_extension_flags(x) & EXFLAG_KUSAGE) == 0;
}

static bool odd_extension(X509 *x)
{
    for (int i = 0; i < X509_get_ext_count(x); i++) {
        const ASN1_OCTET_STRING *v = X509_EXTENSION_get_data(X509_get_ext(x, i));
        if (!tg_der_ok(tg_span(ASN1_STRING_get0_data(v), (size_t)ASN1_STRING_length(v))))
            return true;
    }
    return false;
}

static bool self_issued(X509 *x)
{
    return (X509_get_extension_flags(x) & EXFLAG_SI) != 0;
}

static bool constrains_other_names(X509 *x)
{
    bool hit = false;
    NAME_CONSTRAINTS *nc = X509_get_ext_d2i(x, NID_name_constraints, NULL, NULL);
    for (int i = 0; nc != NULL && i < sk_GENERAL_SUBTREE_num(nc->excludedSubtrees); i++)
        hit = hit || sk_GENERAL_SUBTREE_value(nc->excludedSubtrees, i)->base->type == GEN_OTHERNAME;
    NAME_CONSTRAINTS_free(nc);
    return hit;
}

static bool leaf_without_eku(const struct one *c)
{
    return c->leaf != NULL && X509_get_ext_by_NID(tg_cert_borrow(c->leaf), NID_ext_key_usage, -1) < 0;
}

static bool leaf_without_ku(const struct one *c)
{
    return c->leaf != NULL && lacks_key_usage(tg_cert_borrow(c->leaf));
}

static bool leaf_is_issuer(const struct one *c)
{
    return c->leaf != NULL && X509_check_ca(tg_cert_borrow(c->leaf)) != 0;
}

static bool issuer_without_ku(const struct one *c)
{
    return any_issuer(c, lacks_key_usage);
}

static bool odd_extension_sent(const struct one *c)
{
    return any_issuer(c, odd_extension);
}

static bool other_name_constraint(const struct one *c)
{
    return any_issuer(c, constrains_other_names);
}

static bool too_many_sent(const struct one *c)
{
    return json_array_size(json_object_get(c->json, "untrusted_intermediates")) > TG_CHAIN_CERTS - 1;
}

static bool depth_with_self_issued(const struct one *c)
{
    return json_is_integer(json_object_get(c->json, "max_chain_depth")) && any_issuer(c, self_issued);
}

static bool two_for_one_issuer(const struct one *c)
{
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < i; k++) {
            const X509 *a = tg_cert_borrow(c->helper[i]), *b = tg_cert_borrow(c->helper[k]);
            if (X509_NAME_cmp(X509_get_subject_name(a), X509_get_subject_name(b)) == 0 &&
                EVP_PKEY_eq(tg_cert_key(c->helper[i]), tg_cert_key(c->helper[k])) == 1)
                return true;
        }
    return false;
}

static const struct reason REASONS[] = {
    {leaf_is_issuer, "a card never issues: a leaf with cA is refused"},
    {leaf_without_eku, "a card says what it is for: extKeyUsage must be there"},
    {leaf_without_ku, "a card says what its key does: keyUsage must be there"},
    {issuer_without_ku, "RFC 5280 4.2.1.3: an issuer must carry keyUsage; strict mode insists"},
    {odd_extension_sent,
     "an extension whose value is not DER is refused when it is read, used on the path or not"},
    {other_name_constraint,
     "a constraint on otherName cannot be compared, so its issuer is refused (RFC 5280 4.2.1.10)"},
    {too_many_sent, "more certificates sent along than TG_CHAIN_CERTS allows"},
    {depth_with_self_issued,
     "the ceiling counts every certificate between leaf and anchor, self-issued ones too"},
    {two_for_one_issuer,
     "two certificates for one issuer key: libcrypto follows the first and does not come back"},
};

static const char *reason_of(const struct one *c)
{
    for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
        if (REASONS[i].applies(c))
            return REASONS[i].text;
    return NULL;
}

struct tally {
    unsigned total, accepted, refused, false_accepts, explained, unexplained;
};

static void run(const json_t *json, struct tally *t)
{
    struct one c = {.json = json, .trust = NULL, .leaf = NULL, .n = 0};
    bool good = strcmp(vectors_str(json, "expected_result"), "SUCCESS") == 0;
    enum tg_err e = check(&c);
    const char *why = good && e != TG_OK ? reason_of(&c) : NULL;
    t->total++;
    t->accepted += good && e == TG_OK;
    t->refused += !good && e != TG_OK;
    t->false_accepts += !good && e == TG_OK;
    t->explained += why != NULL;
    t->unexplained += good && e != TG_OK && why == NULL;
    if (good != (e == TG_OK))
        printf("  %s %s (%s): %s\n", good ? "refused" : "FALSELY ACCEPTED", vectors_str(json, "id"),
               tg_err_code(e), why == NULL ? "no reason" : why);
    done(&c);
}

int main(int argc, char **argv)
{
    struct tally t = {0, 0, 0, 0, 0, 0};
    size_t i;
    const json_t *v;
    if (argc != 2)
        return 2;
    json_t *all = vectors_load(argv[1], "limbo-cards.json");
    json_array_foreach(json_object_get(all, "testcases"), i, v) run(v, &t);
    json_decref(all);
    printf("x509-limbo: %u cases: %u rightly accepted, %u rightly refused, %u falsely accepted, %u valid "
           "ones refused for "
           "a written reason, %u without\n",
           t.total, t.accepted, t.refused, t.false_accepts, t.explained, t.unexplained);
    return t.total > 0 && t.accepted > 0 && t.false_accepts == 0 && t.unexplained == 0 ? 0 : 1;
}
