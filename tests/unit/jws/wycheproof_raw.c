/* The raw signature vectors through our own verify core: DER and P1363 ECDSA, RSA PKCS#1 v1.5 and PSS. */
#include <openssl/x509.h>

#include "certs/jws/key.h"
#include "certs/jws/verify.h"
#include "tests/unit/jws/vectors.h"

struct file {
    const char *name;
    enum tg_alg alg;
    size_t der; /* half, when the signatures are DER */
};

static const struct file FILES[] = {
    {"ecdsa_secp256r1_sha256_test.json", TG_ALG_ES256, 32},
    {"ecdsa_secp384r1_sha384_test.json", TG_ALG_ES384, 48},
    {"ecdsa_secp256r1_sha256_p1363_test.json", TG_ALG_ES256, 0},
    {"ecdsa_secp384r1_sha384_p1363_test.json", TG_ALG_ES384, 0},
    {"rsa_signature_2048_sha256_test.json", TG_ALG_RS256, 0},
    {"rsa_signature_3072_sha256_test.json", TG_ALG_RS256, 0},
    {"rsa_signature_4096_sha256_test.json", TG_ALG_RS256, 0},
    {"rsa_pss_2048_sha256_mgf1_32_test.json", TG_ALG_PS256, 0},
    {"rsa_pss_3072_sha256_mgf1_32_test.json", TG_ALG_PS256, 0},
    {"rsa_pss_4096_sha256_mgf1_32_test.json", TG_ALG_PS256, 0},
};

struct tally {
    unsigned tests, right, accepted_wrongly, refused_wrongly, weak_keys;
};

static enum tg_err verify(const struct file *f, EVP_PKEY *key, struct tg_span msg, struct tg_span sig)
{
    TG_BUF_AUTO jose = TG_BUF_INIT(256);
    if (f->der == 0)
        return tg_sig_verify(f->alg, key, msg, sig);
    enum tg_err e = tg_ecdsa_der_to_jose(sig, f->der, &jose);
    return e == TG_OK ? tg_sig_verify(f->alg, key, msg, tg_span_buf(&jose)) : e;
}

static void run_test(const struct file *f, EVP_PKEY *key, const json_t *test, struct tally *t)
{
    TG_BUF_AUTO msg = TG_BUF_INIT(VECTOR_BYTES);
    TG_BUF_AUTO sig = TG_BUF_INIT(VECTOR_BYTES);
    const char *result = vectors_str(test, "result");
    vectors_unhex(vectors_str(test, "msg"), &msg);
    vectors_unhex(vectors_str(test, "sig"), &sig);
    bool ok = verify(f, key, tg_span_buf(&msg), tg_span_buf(&sig)) == TG_OK;
    bool wrong = ok ? strcmp(result, "invalid") == 0 : strcmp(result, "valid") == 0;
    t->tests++;
    t->right += !wrong;
    t->accepted_wrongly += wrong && ok;
    t->refused_wrongly += wrong && !ok;
    if (wrong)
        printf("  %s tcId %lld %s, we say %s\n", f->name,
               (long long)json_integer_value(json_object_get(test, "tcId")), result,
               ok ? "valid" : "invalid");
}

static void run_group(const struct file *f, const json_t *group, struct tally *t)
{
    TG_BUF_AUTO der = TG_BUF_INIT(VECTOR_BYTES);
    size_t i;
    const json_t *test;
    vectors_unhex(vectors_str(group, "publicKeyDer"), &der);
    const unsigned char *p = der.p;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.n);
    if (key == NULL) {
        printf("  %s: a public key cannot be read\n", f->name);
        exit(1);
    }
    /* Some groups use RSA keys with exponent 3, which tg_jws_verify would refuse before it looks at a
     * signature.
     */
    t->weak_keys += tg_key_check(key) != TG_OK;
    json_array_foreach(json_object_get(group, "tests"), i, test) run_test(f, key, test, t);
    EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
    struct tally t = {0, 0, 0, 0, 0};
    if (argc != 2)
        return 2;
    for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
        size_t k;
        const json_t *group;
        unsigned before = t.tests, right = t.right;
        json_t *j = vectors_load(argv[1], FILES[i].name);
        json_array_foreach(json_object_get(j, "testGroups"), k, group) run_group(&FILES[i], group, &t);
        printf("%-42s %4u of %4u right\n", FILES[i].name, t.right - right, t.tests - before);
        json_decref(j);
    }
    printf("raw signatures: %u tests, %u right, %u falsely accepted, %u falsely refused; %u keys too weak "
           "for a JWS\n",
           t.tests, t.right, t.accepted_wrongly, t.refused_wrongly, t.weak_keys);
    return t.tests > 0 && t.right == t.tests ? 0 : 1;
}
