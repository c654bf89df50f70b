/* The folder of anchors, intermediates and lists, and every way to write it wrongly. */
#include <openssl/pem.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "tests/unit/x509/make.h"

static struct made root, issuer;
static char dir[] = "/tmp/tg-x509-XXXXXX";
static char why[256];

static int setup(void **state)
{
    (void)state;
    make_authorities(&root, &issuer);
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static void put(const char *name, const struct tg_buf *bytes)
{
    char *path = tg_path_join(dir, name);
    if (bytes == NULL)
        (void)unlink(path);
    else
        assert_int_equal(tg_file_write(path, tg_span_buf(bytes), 0600), TG_OK);
    free(path);
}

static int teardown(void **state)
{
    (void)state;
    put("anchors.pem", NULL);
    put("intermediates.pem", NULL);
    put("crl.pem", NULL);
    made_done(&issuer);
    made_done(&root);
    return rmdir(dir);
}

static enum tg_err load(void)
{
    struct tg_trust *t = NULL;
    why[0] = '\0';
    enum tg_err e = tg_trust_load(dir, &t, why, sizeof(why));
    assert_int_equal(t != NULL, e == TG_OK);
    assert_int_equal(why[0] != '\0', e != TG_OK);
    tg_trust_free(&t);
    return e;
}

static void a_folder(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    TG_BUF_AUTO b = TG_BUF_INIT(65536);
    TG_BUF_AUTO c = TG_BUF_INIT(65536);
    struct crl_spec s = spec_crl(&issuer);
    struct tg_trust *t = NULL;
    struct spec leaf = spec_auth(&issuer);
    (void)state;
    assert_int_equal(load(), TG_E_CONFIG);
    assert_non_null(strstr(why, "anchors.pem"));
    add_pem(&root, &a);
    put("anchors.pem", &a);
    assert_int_equal(load(), TG_E_CONFIG);
    assert_non_null(strstr(why, "crl.pem"));
    add_crl(&s, &c);
    put("crl.pem", &c);
    assert_int_equal(load(), TG_OK); /* intermediates may come with the card */
    add_pem(&issuer, &b);
    put("intermediates.pem", &b);
    assert_int_equal(tg_trust_load(dir, &t, NULL, 0), TG_OK);
    assert_int_equal(check_leaf(t, &leaf, TG_USE_AUTH), TG_OK);
    tg_trust_free(&t);
}

static enum tg_err anchors(const struct tg_buf *text)
{
    struct tg_trust *t = NULL;
    enum tg_err e = tg_trust_make(tg_span_buf(text), tg_span(NULL, 0), tg_span(NULL, 0), false, &t);
    tg_trust_free(&t);
    return e;
}

static void add(struct tg_buf *to, const char *s)
{
    assert_int_equal(tg_buf_add_str(to, s), TG_OK);
}

static void comments_are_fine_garbage_is_not(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    (void)state;
    assert_int_equal(anchors(&a), TG_E_CONFIG);
    add(&a, "just text\n");
    assert_int_equal(anchors(&a), TG_E_CONFIG);
    add_pem(&root, &a);
    assert_int_equal(anchors(&a), TG_OK);
    add(&a, "-----BEGIN CERTIFICATE-----\nAAAA\n");
    assert_int_equal(anchors(&a), TG_E_CONFIG); /* cut off in the second */
}

static void a_damaged_block_is_not_skipped(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    (void)state;
    add_pem(&root, &a);
    size_t n = a.n;
    add_pem(&issuer, &a);
    uint8_t *middle = memchr(a.p + n + 100, '\n', a.n - n - 100);
    assert_non_null(middle);
    middle[5] = '!';
    assert_int_equal(anchors(&a), TG_E_CONFIG);
}

static void other_blocks_are_refused(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    char *p = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    (void)state;
    add_pem(&root, &a);
    assert_int_equal(PEM_write_bio_PrivateKey(bio, root.key, NULL, NULL, 0, NULL, NULL), 1);
    long n = BIO_get_mem_data(bio, &p);
    assert_int_equal(tg_buf_add(&a, p, (size_t)n), TG_OK);
    assert_int_equal(anchors(&a), TG_E_CONFIG);
    BIO_free(bio);
}

static void an_anchor_is_an_issuer(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    struct spec s = spec_auth(&root);
    (void)state;
    struct made leaf = make_cert(&s);
    add_pem(&leaf, &a);
    assert_int_equal(anchors(&a), TG_E_CONFIG);
    made_done(&leaf);
}

static void anchors_are_counted(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(1u << 20);
    (void)state;
    for (unsigned i = 0; i < TG_ANCHORS; i++)
        add_pem(&root, &a);
    assert_int_equal(anchors(&a), TG_OK);
    add_pem(&root, &a);
    assert_int_equal(anchors(&a), TG_E_CONFIG);
}

static void lists_are_read_and_counted(void **state)
{
    TG_BUF_AUTO a = TG_BUF_INIT(65536);
    TG_BUF_AUTO c = TG_BUF_INIT(1u << 20);
    struct crl_spec s = spec_crl(&root);
    struct tg_trust *t = NULL;
    (void)state;
    add_pem(&root, &a);
    for (unsigned i = 0; i < TG_CRLS; i++)
        add_crl(&s, &c);
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span(NULL, 0), tg_span_buf(&c), true, &t), TG_OK);
    tg_trust_free(&t);
    add_crl(&s, &c);
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span(NULL, 0), tg_span_buf(&c), true, &t),
                     TG_E_CONFIG);
    tg_buf_reset(&c);
    add(&c, "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n");
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span(NULL, 0), tg_span_buf(&c), true, &t),
                     TG_E_CONFIG);
    tg_buf_reset(&c);
    add(&c, "-----BEGIN X509 CRL-----\nMIAAAA==\n-----END X509 CRL-----\n");
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span(NULL, 0), tg_span_buf(&c), true, &t),
                     TG_E_CONFIG);
    assert_int_equal(tg_trust_make(tg_span_buf(&a), tg_span(NULL, 0), tg_span_buf(&a), true, &t),
                     TG_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder),
        cmocka_unit_test(comments_are_fine_garbage_is_not),
        cmocka_unit_test(a_damaged_block_is_not_skipped),
        cmocka_unit_test(other_blocks_are_refused),
        cmocka_unit_test(an_anchor_is_an_issuer),
        cmocka_unit_test(anchors_are_counted),
        cmocka_unit_test(lists_are_read_and_counted),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
