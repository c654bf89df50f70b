/* tegata-verify: does a journal hold, and does a signed page rest on it? Offline, needs nothing but the
 * folder and the key that its checkpoints verify with. */
#include <getopt.h>
#include <inttypes.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/seal/page.h"
#include "certs/seal/verify.h"

enum { HOLDS = 0, DOES_NOT_HOLD = 1, USAGE = 2 };

static int usage(void)
{
    (void)fprintf(stderr,
                  "usage: tegata-verify [--proof PAGE] JOURNAL-FOLDER [--key PEM]\n"
                  "  --proof  a page of tegata-admin policy proof: unchanged, and made over this journal?\n"
                  "  --key    public key of the checkpoints (default: JOURNAL-FOLDER/" TG_CHECKPOINT_KEY_FILE
                  ")\n"
                  "  exit 0: everything holds; 1: it does not, and where; 2: usage\n");
    return USAGE;
}

static void print_good(const struct tg_verified *v)
{
    char last[28] = "-";

    if (v->records != 0)
        tg_time_text(v->last, last);
    (void)printf("ok: %" PRIu64 " records in %" PRIu64 " segments, %" PRIu64 " checkpoints, last record %s\n",
                 v->records, v->segments, v->checkpoints, last);
    if (v->unsealed > 1)
        (void)printf("note: the last %" PRIu64 " records have no checkpoint yet\n", v->unsealed);
    if (v->torn)
        (void)printf("note: half a record stands behind the last one, as a killed server leaves it; nobody "
                     "was promised it\n");
    if (v->live)
        (void)printf("note: a server is writing; what it wrote meanwhile was not judged\n");
}

static void print_bad(enum tg_err err, const struct tg_verified *v)
{
    char where[256];

    if (err == TG_E_AUDIT_BROKEN) {
        tg_fault_text(&v->fault, where, sizeof where);
        (void)printf("BROKEN: %s\n", where);
    } else if (err == TG_E_NOT_FOUND) {
        (void)printf("BROKEN: there is no journal, or no key, in the folder\n");
    } else {
        (void)printf("BROKEN: cannot be checked: %s\n", tg_err_en(err));
    }
}

/* What is wrong with the page; NULL: nothing. */
static const char *page_fault(enum tg_err err)
{
    switch ((int)err) {
    case TG_OK:
        return NULL;
    case TG_E_SIGNATURE:
        return "it was changed, or not signed by this key";
    case TG_E_FORM:
        return "there is no signature at its end";
    case TG_E_NOT_FOUND:
        return "it was not made over this journal: its checkpoint is not in here";
    default:
        return tg_err_en(err);
    }
}

static int check_page(const char *path, const char *folder, EVP_PKEY *key)
{
    TG_BUF_AUTO file = TG_BUF_INIT(TG_PAGE_BYTES);
    struct tg_page page = {0};
    enum tg_err err = tg_file_read(path, &file);
    char time[28];

    if (err != TG_OK) {
        (void)printf("BROKEN: the page cannot be read: %s\n", tg_err_en(err));
        return DOES_NOT_HOLD;
    }
    err = tg_page_check(tg_span_buf(&file), key, &page, NULL);
    if (err == TG_OK)
        err = tg_page_rests(&page, folder, key);
    if (err != TG_OK) {
        (void)printf("BROKEN: page: %s\n", page_fault(err));
        return DOES_NOT_HOLD;
    }
    tg_time_text(page.time * 1000000, time);
    (void)printf("ok: the page of %s is unchanged and rests on records %" PRIu64 " to %" PRIu64 "\n", time,
                 page.first, page.at.seq);
    if (!page.holds)
        (void)printf("BROKEN: page: it says itself that decisions differ\n");
    return page.holds ? HOLDS : DOES_NOT_HOLD;
}

static enum tg_err key_open(const char *pem, const char *folder, EVP_PKEY **ret)
{
    char path[TG_PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/%s", folder, TG_CHECKPOINT_KEY_FILE);
    return tg_checkpoint_key_load(pem != NULL ? pem : path, ret);
}

static int check(const char *folder, const char *pem, const char *proof)
{
    struct tg_verified verdict = {0};
    EVP_PKEY *key = NULL;
    enum tg_err err = key_open(pem, folder, &key);
    int code = DOES_NOT_HOLD;

    if (err == TG_OK)
        err = tg_verify_folder(folder, key, &verdict);
    if (err == TG_OK) {
        print_good(&verdict);
        code = proof != NULL ? check_page(proof, folder, key) : HOLDS;
    } else {
        print_bad(err, &verdict);
    }
    EVP_PKEY_free(key);
    return code;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"key", required_argument, NULL, 'k'}, {"proof", required_argument, NULL, 'p'}, {0}};
    const char *pem = NULL, *proof = NULL;
    int opt;

    tg_process_harden();
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (opt == 'k')
            pem = optarg;
        else if (opt == 'p')
            proof = optarg;
        else
            return usage();
    }
    return optind + 1 == argc ? check(argv[optind], pem, proof) : usage();
}
