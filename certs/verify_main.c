/* tegata-verify: does a journal hold? Offline, needs nothing but the folder and the key that its checkpoints
 * verify with. */
#include <getopt.h>
#include <inttypes.h>

#include "certs/base/secret.h"
#include "certs/seal/verify.h"

enum { HOLDS = 0, DOES_NOT_HOLD = 1, USAGE = 2 };

static int usage(void)
{
    (void)fprintf(stderr,
                  "usage: tegata-verify JOURNAL-FOLDER [--key PEM]\n"
                  "  --key  public key of the checkpoints (default: JOURNAL-FOLDER/" TG_CHECKPOINT_KEY_FILE
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

int main(int argc, char **argv)
{
    static const struct option options[] = {{"key", required_argument, NULL, 'k'}, {0}};
    struct tg_verified verdict = {0};
    EVP_PKEY *key = NULL;
    const char *pem = NULL;
    enum tg_err err = TG_OK;
    int opt;

    tg_process_harden();
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (opt != 'k')
            return usage();
        pem = optarg;
    }
    if (optind + 1 != argc)
        return usage();
    if (pem != NULL)
        err = tg_checkpoint_key_load(pem, &key);
    if (err == TG_OK)
        err = tg_verify_folder(argv[optind], key, &verdict);
    EVP_PKEY_free(key);
    if (err != TG_OK) {
        print_bad(err, &verdict);
        return DOES_NOT_HOLD;
    }
    print_good(&verdict);
    return HOLDS;
}
