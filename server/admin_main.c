/* tegata-admin --config F COMMAND: keeps a server's folder. The command table is the manual. */
#include <getopt.h>

#include "certs/base/secret.h"
#include "server/admin_acts.h"

static const struct command {
    const char *first, *second; /* second NULL: one word */
    bool fresh;                 /* runs before there are settings */
    bool reads;                 /* shows what stands in the journal: on record itself */
    int (*run)(struct tg_admin *a);
    const char *help;
} commands[] = {
    {"init", NULL, true, false, tg_admin_init,
     "init                              make the folder of the settings file: keys, empty lists"},
    {"import", NULL, false, false, tg_admin_import,
     "import staff|cards|companies|consents|customers FILE [--order ORDER]   check a CSV whole, then "
     "replace; all or nothing\n"
     "  import staff|cards|companies|consents FILE --dry-run [--csv]   change nothing: who gains, who loses, "
     "what and when"},
    {"synth", NULL, false, false, tg_admin_synth,
     "synth customers N --seed S [--out FILE.csv | --drill]   invented customers, the same for the same seed; "
     "--drill: for drills"},
    {"policy", "check", false, false, tg_admin_policy_check,
     "policy check [FILE]               compile the policy; faults by line and column"},
    {"policy", "activate", false, false, tg_admin_policy_activate,
     "policy activate FILE --approval A --approval B   two people signed it (tegata-cli approve): from now "
     "on in force"},
    {"policy", "list", false, false, tg_admin_policy_list,
     "policy list                       every activation: number, when, digest, who"},
    {"policy", "show", false, false, tg_admin_policy_show,
     "policy show [DIGEST]              the text of the policy in force, or of an earlier one"},
    {"policy", "matrix", false, false, tg_admin_policy_matrix,
     "policy matrix [--csv] [FILE]      role x class x field, whole"},
    {"policy", "what-if", false, true, tg_admin_policy_what_if,
     "policy what-if NEW.policy [--days N] [--csv]   the last N days (90) under another policy: who gains, "
     "who loses"},
    {"policy", "proof", false, true, tg_admin_policy_proof,
     "policy proof [--days N] [--out FILE]   a signed page: did a terminal ever change a decision?"},
    {"audit", "verify", false, false, tg_admin_audit_verify,
     "audit verify                      does the journal hold? else what and where"},
    {"audit", "ids", false, true, tg_admin_audit_ids,
     "audit ids                         every record id ever shown, one a line"},
    {"audit", "tail", false, true, tg_admin_audit_tail,
     "audit tail [N]                    the last N records (20)"},
    {"audit", "replay", false, true, tg_admin_audit_replay,
     "audit replay [--days N]           make every decision again from its stored inputs: do all agree?"},
    {"audit", "find", false, true, tg_admin_audit_find,
     "audit find [--record ID] [--person ID] [--limit N]   who saw this customer, what did this person see"},
    {"grants", "list", false, true, tg_admin_grants_list,
     "grants list                       every event and standing roster, made again from the journal"},
    {"grants", "leftovers", false, true, tg_admin_grants_leftovers,
     "grants leftovers                  what outlived its event, or was not reviewed: must read zero, else exit 1"},
    {"canary", "decoys", true, false, tg_admin_canary_decoys,
     "canary decoys CUSTOMERS.csv [N]   draws decoys by lot: other retailers' customers, and two of our own"},
    {"canary", NULL, true, false, tg_admin_canary,
     "canary [--json]                   decoys stay invisible, a former card stays out? 1 alarm, 2 settings, "
     "3 not tried"},
};

#define COUNT (sizeof commands / sizeof *commands)

static int usage(void)
{
    (void)fprintf(stderr, "usage: tegata-admin --config FILE COMMAND\n");
    for (size_t i = 0; i < COUNT; i++) {
        (void)fprintf(stderr, "  %s\n", commands[i].help);
    }
    return TG_ADMIN_USAGE;
}

int tg_admin_fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "tegata-admin: %s: %s\n", what, why);
    return TG_ADMIN_NO;
}

static const struct command *command_find(struct tg_admin *a)
{
    for (size_t i = 0; i < COUNT; i++) {
        const struct command *c = &commands[i];
        int words = c->second != NULL ? 2 : 1;

        if (a->argc >= words && strcmp(a->argv[0], c->first) == 0 &&
            (c->second == NULL || strcmp(a->argv[1], c->second) == 0)) {
            a->argc -= words;
            a->argv += words;
            return c;
        }
    }
    return NULL;
}

static int run(struct tg_admin *a, const struct command *c)
{
    char why[1024] = "";
    int code;

    if (!c->fresh && tg_settings_load(a->config, &a->settings, why, sizeof why) != TG_OK) {
        return tg_admin_fail("settings", why);
    }
    code = c->reads ? tg_admin_note_reading(a, c->second) : TG_ADMIN_DONE;
    if (code == TG_ADMIN_DONE) {
        code = c->run(a);
    }
    tg_settings_done(&a->settings);
    return code == TG_ADMIN_USAGE ? usage() : code;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    struct tg_admin admin = {.config = getenv("TEGATA_SERVER_CONFIG")};
    const struct command *c;
    int o;

    tg_process_harden();
    while ((o = getopt_long(argc, argv, "+c:", options, NULL)) != -1) {
        if (o != 'c') {
            return usage();
        }
        admin.config = optarg;
    }
    admin.argc = argc - optind;
    admin.argv = argv + optind;
    c = command_find(&admin);
    return c == NULL || admin.config == NULL ? usage() : run(&admin, c);
}
