#include "tests/unit/door/rig_keys.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

EVP_PKEY *rig_key_make(enum rig_key kind)
{
    EVP_PKEY *key = kind == RIG_KEY_RSA    ? EVP_RSA_gen(2048)
                    : kind == RIG_KEY_P384 ? EVP_EC_gen("P-384")
                                           : EVP_EC_gen("P-256");
    assert_non_null(key);
    return key;
}

static void add_padding(X509 *cert, size_t pad)
{
    ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    unsigned char *bytes = calloc(1, pad);
    assert_non_null(bytes);
    assert_int_equal(ASN1_OCTET_STRING_set(value, bytes, (int)pad), 1);
    X509_EXTENSION *ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
    assert_int_equal(X509_add_ext(cert, ext, -1), 1);
    X509_EXTENSION_free(ext);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    free(bytes);
}

X509 *rig_cert_make(EVP_PKEY *key, size_t pad)
{
    X509 *cert = X509_new();
    assert_non_null(cert);
    X509_NAME *name = X509_get_subject_name(cert);
    assert_int_equal(X509_set_version(cert, 2), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(cert), 1), 1);
    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"rig", -1, -1, 0), 1);
    assert_int_equal(X509_set_issuer_name(cert, name), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(cert), -60));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(cert), 3600));
    assert_int_equal(X509_set_pubkey(cert, key), 1);
    if (pad > 0)
        add_padding(cert, pad);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    return cert;
}

void rig_pem_write(const char *dir, EVP_PKEY *key, X509 *cert)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/cert.pem", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, cert), 1);
    assert_int_equal(fclose(f), 0);
    (void)snprintf(path, sizeof path, "%s/key.pem", dir);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(f), 0);
}
