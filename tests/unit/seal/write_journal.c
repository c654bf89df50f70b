/* Writes 40 records and a checkpoint into a new journal: the folder is the argument. With a second argument,
 * pages that rest on it: PAGE says that all holds, PAGE.bad that it does not.
 */
#include <openssl/ec.h>
#include <stdio.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/seal/page.h"
#include "certs/seal/verify.h"
#include "server/audit/audit.h"

static unsigned left = 40;

static void wake(void *ctx)
{
    (void)ctx;
}

static void done(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    (void)ctx;
    left -= err == TG_OK;
    tg_receipt_free(&receipt);
}

static bool write_page(const char *path, bool holds, const struct tg_checkpoint *at, EVP_PKEY *key)
{
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = key};
    const struct tg_page page = {.time = tg_now(), .holds = holds, .first = 1, .at = *at};
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);

    return tg_buf_add_str(&text, "a page\n") == TG_OK && tg_page_sign(&page, &by, &text) == TG_OK &&
           tg_file_write(path, tg_span_buf(&text), 0600) == TG_OK;
}

static bool write_pages(const char *folder, const char *path, EVP_PKEY *key)
{
    struct tg_verified v;
    char bad[1024];

    (void)snprintf(bad, sizeof bad, "%s.bad", path);
    return tg_verify_folder(folder, key, &v) == TG_OK && write_page(path, true, &v.sealed, key) &&
           write_page(bad, false, &v.sealed, key);
}

int main(int argc, char **argv)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct tg_audit_conf conf = {
        .segment_bytes = 65536, .sign = tg_jws_sign_with_key, .sign_ctx = key, .public_key = key};
    struct tg_audit *audit = NULL;
    struct tg_lane *lane = NULL;
    char why[256];

    if (argc != 2 && argc != 3)
        return 2;
    conf.folder = argv[1];
    if (tg_audit_open(&conf, &audit, why, sizeof why) != TG_OK ||
        tg_lane_open(audit, wake, NULL, &lane) != TG_OK)
        return 1;
    for (unsigned i = 0; i < 40; i++)
        tg_audit_append(lane, tg_span_str("{\"v\":1,\"kind\":\"show\"}"), done, NULL);
    tg_audit_close(&audit);
    tg_lane_close(&lane);
    if (argc == 3 && !write_pages(argv[1], argv[2], key))
        return 1;
    EVP_PKEY_free(key);
    return left == 0 ? 0 : 1;
}
