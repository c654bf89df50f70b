#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/cli.h"

const char tg_cli_usage[] =
    "usage: tegata-cli [--config F] [--pin-fd N [--last-try]] [--post POST] [--reader NAME] [--json]\n"
    "                  [--lang ja|en] COMMAND\n"
    "  whoami\n"
    "  search [--by kana|name|phone|point|customer|address] [--purpose P] [--case REF] [--limit N] [--cursor "
    "C] QUERY\n"
    "  show ID [--purpose P] [--case REF]\n"
    "  release PERSON [--case REF]      a supervisor lifts the limit of look-ups that has stopped somebody\n"
    "  grant list | declare --kind K --cause C --areas A --seconds N --end T --roster P|--standing R [--role R]\n"
    "        approve EVENT | start EVENT --reason CODE | extend EVENT --seconds N --end T | close EVENT\n"
    "        acknowledge EVENT | views EVENT [--after N] | review EVENT --views V --verdict explained|questioned\n"
    "        alarm ALARM | watch | roster propose --name N --areas A --people P --seconds N --until T | roster approve ROSTER\n"
    "        lists are one word ('02203 02207'); T is in seconds since 1970, or +N from now\n"
    "  audit mine [--days N] [--limit N]     what is on record of oneself\n"
    "  inquiry subjects | list | queue | meter (CSV)\n"
    "  inquiry ask SUBJECT [--point P|--id ID --name N --consent C] [--fields \"F F\"] [--step facility|question]\n"
    "  inquiry bulk check FILE | send FILE --confirm ROWS | resume FILE | result FILE\n"
    "  inquiry take IQ | answer IQ --answer CODE [--fields \"F F\"] | read IQ | withdraw IQ\n"
    "  batch        one sign-in, one command per stdin line, one JSON object per stdout line\n"
    "  approve --act policy|cards|data [--prior DIGEST --seq N] FILE…   signs with the card, without signing in\n"
    "--pin-fd: when wrong PINs have left one try, the next PIN is sent only by a person at a terminal "
    "(without\n"
    "          --pin-fd), or with --last-try; a wrong one then blocks the card\n"
    "--lang:   of --json and batch it is ja unless given; for people it follows LC_ALL and LANG\n"
    "purposes: inquiry application switching moving billing construction outage\n"
    "exit: 0 done, 1 internal, 2 usage, 3 no reader or card, 4 PIN, 5 refused, 6 server unreachable\n";

static enum tg_err load_config(struct tg_cli *cli)
{
    static const struct tg_conf_key keys[] = {{"server", NULL}, {"ca", NULL}};
    struct tg_conf *conf = NULL;
    struct tg_conf_fault fault;
    char why[TG_PATH_BYTES];
    enum tg_err e = tg_conf_load(cli->config, keys, 2, &conf, &fault);

    if (e != TG_OK) {
        tg_conf_explain(cli->config, &fault, e, why, sizeof why);
        (void)fprintf(stderr, "tegata-cli: %s\n", why);
        return TG_E_CONFIG;
    }
    if (tg_conf_origin_fault(tg_conf_str(conf, "server")) != NULL) {
        (void)fprintf(stderr, "tegata-cli: %s: server %s\n", cli->config,
                      tg_conf_origin_fault(tg_conf_str(conf, "server")));
        tg_conf_free(&conf);
        return TG_E_CONFIG;
    }
    cli->server = strdup(tg_conf_str(conf, "server"));
    cli->ca_file = tg_conf_path(conf, "ca");
    tg_conf_free(&conf);
    return cli->server != NULL && cli->ca_file != NULL ? TG_OK : TG_E_NOMEM;
}

static enum tg_err pin_fd_read(struct tg_cli *cli, const char *text)
{
    uint64_t n = 0;

    if (tg_u64_parse(tg_span_str(text), 1023, &n) != TG_OK || fcntl((int)n, F_GETFD) < 0) {
        (void)fprintf(stderr, "tegata-cli: --pin-fd needs the number of an open file descriptor\n");
        return TG_E_USAGE;
    }
    cli->pin_fd = (int)n;
    return TG_OK;
}

/* The options with a value; false when there is no such value. */
static bool value_read(struct tg_cli *cli, int o, const char *value)
{
    switch (o) {
    case 'c':
        cli->config = value;
        return true;
    case 'o':
        cli->post = value;
        return true;
    case 'r':
        cli->reader = value;
        return true;
    case 'p':
        return pin_fd_read(cli, value) == TG_OK;
    case 'l':
        cli->lang = value;
        return strcmp(value, "ja") == 0 || strcmp(value, "en") == 0;
    default:
        return false;
    }
}

static enum tg_err options_read(struct tg_cli *cli, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"pin-fd", required_argument, NULL, 'p'},
        {"post", required_argument, NULL, 'o'},   {"reader", required_argument, NULL, 'r'},
        {"json", no_argument, NULL, 'j'},         {"lang", required_argument, NULL, 'l'},
        {"last-try", no_argument, NULL, 't'},     {NULL, 0, NULL, 0}};
    int o;

    while ((o = getopt_long(argc, argv, "+c:p:o:r:jl:t", options, NULL)) != -1) {
        if (o == 'j') {
            cli->json = true;
        } else if (o == 't') {
            cli->last_try = true;
        } else if (!value_read(cli, o, optarg)) {
            return TG_E_USAGE;
        }
    }
    cli->argc = argc - optind;
    cli->argv = argv + optind;
    if (cli->last_try && cli->pin_fd < 0) {
        (void)fprintf(stderr, "tegata-cli: --last-try goes with --pin-fd; at a terminal you are asked\n");
        return TG_E_USAGE;
    }
    return cli->argc > 0 ? TG_OK : TG_E_USAGE;
}

/* Only what messages are written in: rights do not depend on it. */
static bool locale_english(void)
{
    const char *lang = getenv("LC_ALL");

    if (lang == NULL || lang[0] == '\0') {
        lang = getenv("LANG");
    }
    return lang != NULL && strncmp(lang, "en", 2) == 0;
}

/* What a program reads must not depend on whose terminal it runs on. */
static bool speaks_english(const struct tg_cli *cli)
{
    bool machine = cli->json || strcmp(cli->argv[0], "batch") == 0;

    if (cli->lang != NULL) {
        return strcmp(cli->lang, "en") == 0;
    }
    return !machine && locale_english();
}

enum tg_err tg_cli_read(struct tg_cli *cli, int argc, char **argv)
{
    memset(cli, 0, sizeof *cli);
    cli->pin_fd = -1;
    cli->config = getenv("TEGATA_CONFIG");
    if (options_read(cli, argc, argv) != TG_OK) {
        (void)fputs(tg_cli_usage, stderr);
        return TG_E_USAGE;
    }
    cli->english = speaks_english(cli);
    if (cli->config == NULL) {
        cli->config = "/etc/tegata/tegata.conf";
    }
    if (gethostname(cli->terminal, sizeof cli->terminal - 1) != 0) {
        cli->terminal[0] = '\0';
    }
    return load_config(cli);
}

void tg_cli_done(struct tg_cli *cli)
{
    free(cli->server);
    free(cli->ca_file);
}
