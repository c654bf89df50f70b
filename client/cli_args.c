#include <getopt.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/cli.h"

const char tg_cli_usage[] =
    "usage: tegata-cli [--config F] [--pin-fd N] [--post POST] [--reader NAME] [--json] COMMAND\n"
    "  whoami\n"
    "  search [--by kana|name|phone|point|customer|address] [--purpose P] [--case REF] [--limit N] [--cursor "
    "C] QUERY\n"
    "  show ID [--purpose P] [--case REF]\n"
    "  batch        one sign-in, one command per stdin line, one JSON object per stdout line\n"
    "purposes: inquiry application switching moving billing construction outage\n"
    "exit: 0 done, 1 internal, 2 usage, 3 no reader or card, 4 PIN, 5 refused, 6 server unreachable\n";

static enum tg_err load_config(struct tg_cli *cli)
{
    static const struct tg_conf_key keys[] = {{"server", NULL}, {"ca", NULL}};
    struct tg_conf *conf = NULL;
    unsigned line = 0;
    enum tg_err e = tg_conf_load(cli->config, keys, 2, &conf, &line);

    if (e != TG_OK) {
        (void)fprintf(stderr, "tegata-cli: %s line %u: %s\n", cli->config, line, tg_err_en(e));
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

    if (tg_u64_parse(tg_span_str(text), 1023, &n) != TG_OK) {
        return TG_E_USAGE;
    }
    cli->pin_fd = (int)n;
    return TG_OK;
}

static enum tg_err options_read(struct tg_cli *cli, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"pin-fd", required_argument, NULL, 'p'},
        {"post", required_argument, NULL, 'o'},   {"reader", required_argument, NULL, 'r'},
        {"json", no_argument, NULL, 'j'},         {NULL, 0, NULL, 0}};
    int o;

    while ((o = getopt_long(argc, argv, "+c:p:o:r:j", options, NULL)) != -1) {
        if (o == 'c') {
            cli->config = optarg;
        } else if (o == 'o') {
            cli->post = optarg;
        } else if (o == 'r') {
            cli->reader = optarg;
        } else if (o == 'j') {
            cli->json = true;
        } else if (o != 'p' || pin_fd_read(cli, optarg) != TG_OK) {
            return TG_E_USAGE;
        }
    }
    cli->argc = argc - optind;
    cli->argv = argv + optind;
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

enum tg_err tg_cli_read(struct tg_cli *cli, int argc, char **argv)
{
    memset(cli, 0, sizeof *cli);
    cli->pin_fd = -1;
    cli->english = locale_english();
    cli->config = getenv("TEGATA_CONFIG");
    if (options_read(cli, argc, argv) != TG_OK) {
        (void)fputs(tg_cli_usage, stderr);
        return TG_E_USAGE;
    }
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
