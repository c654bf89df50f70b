/* Writes 40 records and a checkpoint into a new journal: the folder is the argument. */
#include <openssl/ec.h>
#include <unistd.h>

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

int main(int argc, char **argv)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct tg_audit_conf conf = {
        .segment_bytes = 65536, .sign = tg_jws_sign_with_key, .sign_ctx = key, .public_key = key};
    struct tg_audit *audit = NULL;
    struct tg_lane *lane = NULL;
    char why[256];

    if (argc != 2)
        return 2;
    conf.folder = argv[1];
    if (tg_audit_open(&conf, &audit, why, sizeof why) != TG_OK ||
        tg_lane_open(audit, wake, NULL, &lane) != TG_OK)
        return 1;
    for (unsigned i = 0; i < 40; i++)
        tg_audit_append(lane, tg_span_str("{\"v\":1,\"kind\":\"show\"}"), done, NULL);
    tg_audit_close(&audit);
    tg_lane_close(&lane);
    EVP_PKEY_free(key);
    return left == 0 ? 0 : 1;
}
