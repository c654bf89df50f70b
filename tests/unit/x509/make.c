#include "tests/unit/x509/make.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

static void ok(int r)
{
    assert_int_equal(r, 1);
}

struct spec spec_root(const char *cn)
{
    return (struct spec){
        .cn = cn, .from = -100 * DAY, .to = 1000 * DAY, .serial = 1, .basic = CA_BASIC, .usage = CA_USAGE};
}

struct spec spec_issuer(const char *cn, const struct made *by)
{
    struct spec s = spec_root(cn);
    s.issuer = by;
    s.serial = 2;
    return s;
}

struct spec spec_auth(const struct made *by)
{
    return (struct spec){.cn = "A Person",
                         .issuer = by,
                         .from = -DAY,
                         .to = 365 * DAY,
                         .serial = 0x1001,
                         .usage = DIGITAL,
                         .eku = CLIENT_AUTH,
                         .uri = {PERSON, CARD}};
}

struct spec spec_card(const struct made *by)
{
    struct spec s = spec_auth(by);
    s.serial = 0x1002;
    s.eku = CARD_AUTH;
    s.uri[0] = CARD;
    s.uri[1] = NULL;
    return s;
}

EVP_PKEY *make_rsa(unsigned bits)
{
    EVP_PKEY *key = EVP_RSA_gen(bits);
    assert_non_null(key);
    return key;
}

static void add_ext(X509 *x, X509V3_CTX *ctx, const char *name, const char *value)
{
    if (value == NULL)
        return;
    X509_EXTENSION *e = X509V3_EXT_nconf(NULL, ctx, name, value);
    assert_non_null(e);
    ok(X509_add_ext(x, e, -1));
    X509_EXTENSION_free(e);
}

/* "name=value" */
static X509_EXTENSION *extension(X509V3_CTX *ctx, const char *text)
{
    char name[64];
    const char *eq = strchr(text, '=');
    assert_non_null(eq);
    (void)snprintf(name, sizeof(name), "%.*s", (int)(eq - text), text);
    X509_EXTENSION *e = X509V3_EXT_nconf(NULL, ctx, name, eq + 1);
    assert_non_null(e);
    return e;
}

static void add_extras(X509 *x, X509V3_CTX *ctx, const struct spec *s)
{
    for (size_t i = 0; i < 3 && s->extra[i] != NULL; i++) {
        X509_EXTENSION *e = extension(ctx, s->extra[i]);
        ok(X509_add_ext(x, e, -1));
        X509_EXTENSION_free(e);
    }
}

static void add_uris(X509 *x, const struct spec *s)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    for (size_t i = 0; i < 4 && s->uri[i] != NULL; i++) {
        GENERAL_NAME *n = GENERAL_NAME_new();
        ASN1_IA5STRING *v = ASN1_IA5STRING_new();
        int len = s->uri_n[i] != 0 ? (int)s->uri_n[i] : (int)strlen(s->uri[i]);
        ok(ASN1_STRING_set(v, s->uri[i], len));
        GENERAL_NAME_set0_value(n, GEN_URI, v);
        assert_true(sk_GENERAL_NAME_push(names, n) > 0);
    }
    if (sk_GENERAL_NAME_num(names) > 0)
        ok(X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND));
    GENERAL_NAMES_free(names);
}

static X509_NAME *name_of(const char *cn)
{
    X509_NAME *n = X509_NAME_new();
    if (cn[0] != '\0')
        ok(X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0));
    return n;
}

static void set_head(X509 *x, const struct spec *s, EVP_PKEY *key)
{
    X509_NAME *subject = name_of(s->cn);
    ok(X509_set_version(x, X509_VERSION_3));
    ok(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), s->serial));
    ok(X509_set_subject_name(x, subject));
    ok(X509_set_issuer_name(x, s->issuer == NULL ? subject : X509_get_subject_name(s->issuer->x)));
    ok(ASN1_TIME_set(X509_getm_notBefore(x), NOW + s->from) != NULL);
    ok(ASN1_TIME_set(X509_getm_notAfter(x), NOW + s->to) != NULL);
    ok(X509_set_pubkey(x, key));
    X509_NAME_free(subject);
}

static int sign_cert(X509 *x, EVP_PKEY *by, const EVP_MD *md)
{
    if (EVP_PKEY_get_base_id(by) == EVP_PKEY_ED25519)
        md = NULL;
    else if (md == NULL)
        md = EVP_sha256();
    return X509_sign(x, by, md) > 0;
}

struct made make_cert(const struct spec *s)
{
    struct made m = {.x = X509_new(), .key = s->key};
    X509V3_CTX ctx;
    if (m.key == NULL)
        m.key = EVP_EC_gen("P-256");
    else
        ok(EVP_PKEY_up_ref(m.key));
    set_head(m.x, s, m.key);
    X509V3_set_ctx(&ctx, s->issuer == NULL ? m.x : s->issuer->x, m.x, NULL, NULL, 0);
    if (!s->no_ids) {
        add_ext(m.x, &ctx, "subjectKeyIdentifier", "hash");
        add_ext(m.x, &ctx, "authorityKeyIdentifier", "keyid:always");
    }
    add_ext(m.x, &ctx, "basicConstraints", s->basic);
    add_ext(m.x, &ctx, "keyUsage", s->usage);
    add_ext(m.x, &ctx, "extendedKeyUsage", s->eku);
    add_uris(m.x, s);
    add_extras(m.x, &ctx, s);
    ok(sign_cert(m.x, s->issuer == NULL ? m.key : s->issuer->key, s->md));
    return m;
}

void make_authorities(struct made *root, struct made *issuing)
{
    struct spec s = spec_root("Root");
    *root = make_cert(&s);
    s = spec_issuer("Issuing", root);
    *issuing = make_cert(&s);
}

void sign_again(struct made *m, const struct made *by)
{
    ok(sign_cert(m->x, by->key, NULL));
}

void made_done(struct made *m)
{
    X509_free(m->x);
    EVP_PKEY_free(m->key);
    *m = (struct made){NULL, NULL};
}

static enum tg_err parse(const struct made *m, struct tg_cert **ret)
{
    unsigned char *der = NULL;
    int n = i2d_X509(m->x, &der);
    assert_true(n > 0);
    enum tg_err e = tg_cert_parse(tg_span(der, (size_t)n), ret);
    OPENSSL_free(der);
    return e;
}

enum tg_err parse_result(const struct made *m)
{
    struct tg_cert *c = NULL;
    enum tg_err e = parse(m, &c);
    assert_int_equal(c != NULL, e == TG_OK);
    tg_cert_free(&c);
    return e;
}

struct tg_cert *parsed(const struct made *m)
{
    struct tg_cert *c = NULL;
    assert_int_equal(parse(m, &c), TG_OK);
    return c;
}

static void add_bio(BIO *bio, struct tg_buf *to)
{
    char *p = NULL;
    long n = BIO_get_mem_data(bio, &p);
    assert_int_equal(tg_buf_add(to, p, (size_t)n), TG_OK);
    BIO_free(bio);
}

void add_pem(const struct made *m, struct tg_buf *to)
{
    BIO *bio = BIO_new(BIO_s_mem());
    ok(PEM_write_bio_X509(bio, m->x));
    add_bio(bio, to);
}

struct crl_spec spec_crl(const struct made *issuer)
{
    return (struct crl_spec){.issuer = issuer, .last = -DAY, .next = 7 * DAY, .number = 1};
}

static void add_crl_ext(X509_CRL *crl, const struct crl_spec *s, const char *text)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, s->issuer->x, NULL, NULL, crl, 0);
    X509_EXTENSION *e = extension(&ctx, text);
    ok(X509_CRL_add_ext(crl, e, -1));
    X509_EXTENSION_free(e);
}

static void add_revoked(X509_CRL *crl, const struct crl_spec *s, uint64_t serial, const ASN1_TIME *at)
{
    X509_REVOKED *r = X509_REVOKED_new();
    ASN1_INTEGER *i = ASN1_INTEGER_new();
    ok(ASN1_INTEGER_set_uint64(i, serial));
    ok(X509_REVOKED_set_serialNumber(r, i));
    ok(X509_REVOKED_set_revocationDate(r, (ASN1_TIME *)(uintptr_t)at));
    if (s->entry_extra != NULL) {
        X509_EXTENSION *e = extension(NULL, s->entry_extra);
        ok(X509_REVOKED_add_ext(r, e, -1));
        X509_EXTENSION_free(e);
    }
    ok(X509_CRL_add0_revoked(crl, r));
    ASN1_INTEGER_free(i);
}

static void set_crl_head(X509_CRL *crl, const struct crl_spec *s)
{
    X509_NAME *other = s->name == NULL ? NULL : name_of(s->name);
    ASN1_TIME *last = ASN1_TIME_set(NULL, NOW + s->last), *next = ASN1_TIME_set(NULL, NOW + s->next);
    ok(X509_CRL_set_version(crl, X509_CRL_VERSION_2));
    ok(X509_CRL_set_issuer_name(crl, other == NULL ? X509_get_subject_name(s->issuer->x) : other));
    ok(X509_CRL_set1_lastUpdate(crl, last));
    if (s->next != 0)
        ok(X509_CRL_set1_nextUpdate(crl, next));
    for (size_t i = 0; i < 4 && s->revoked[i] != 0; i++)
        add_revoked(crl, s, s->revoked[i], last);
    ASN1_TIME_free(last);
    ASN1_TIME_free(next);
    X509_NAME_free(other);
}

void add_crl(const struct crl_spec *s, struct tg_buf *to)
{
    char number[32];
    X509_CRL *crl = X509_CRL_new();
    BIO *bio = BIO_new(BIO_s_mem());
    set_crl_head(crl, s);
    (void)snprintf(number, sizeof(number), "%lld", (long long)s->number);
    if (s->number >= 0) {
        ASN1_INTEGER *i = s2i_ASN1_INTEGER(NULL, number);
        ok(X509_CRL_add1_ext_i2d(crl, NID_crl_number, i, 0, 0));
        ASN1_INTEGER_free(i);
    }
    add_crl_ext(crl, s, "authorityKeyIdentifier=keyid:always");
    if (s->extra != NULL)
        add_crl_ext(crl, s, s->extra);
    ok(X509_CRL_sort(crl));
    ok(X509_CRL_sign(crl, s->issuer->key, EVP_sha256()) > 0);
    ok(PEM_write_bio_X509_CRL(bio, crl));
    add_bio(bio, to);
    X509_CRL_free(crl);
}

struct tg_trust *trust_of(const struct made *anchor, const struct made *between, const struct tg_buf *crls)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    TG_BUF_AUTO b = TG_BUF_INIT(65536);
    struct tg_trust *t = NULL;
    add_pem(anchor, &a);
    if (between != NULL)
        add_pem(between, &b);
    struct tg_span lists = crls == NULL ? tg_span(NULL, 0) : tg_span_buf(crls);
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span_buf(&b), lists, crls != NULL, &t), TG_OK);
    return t;
}

static enum tg_err check_at(const struct tg_trust *t, const struct spec *s, enum tg_cert_use use, int64_t at)
{
    struct made m = make_cert(s);
    struct tg_cert *c = NULL;
    enum tg_err e = parse(&m, &c);
    if (e == TG_OK)
        e = tg_trust_check(t, c, TG_NO_HELPERS, use, NOW + at);
    tg_cert_free(&c);
    made_done(&m);
    return e;
}

enum tg_err check_sent(const struct tg_trust *t, const struct spec *s, const struct made *sent)
{
    struct made m = make_cert(s);
    struct tg_cert *c = parsed(&m), *along = parsed(sent);
    struct tg_cert *chain[] = {along};
    enum tg_err e = tg_trust_check(t, c, (struct tg_helpers){chain, 1}, TG_USE_AUTH, NOW);
    tg_cert_free(&along);
    tg_cert_free(&c);
    made_done(&m);
    return e;
}

enum tg_err check_leaf(const struct tg_trust *t, const struct spec *s, enum tg_cert_use use)
{
    return check_at(t, s, use, 0);
}

enum tg_err check_leaf_at(const struct tg_trust *t, const struct spec *s, int64_t at)
{
    return check_at(t, s, TG_USE_AUTH, at);
}
