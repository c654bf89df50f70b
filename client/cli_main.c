#include <malloc.h>
#include <signal.h>

#include "client/cli.h"

/* What libraries free is filled with this byte: rows that jansson or curl held do not stay readable in the
 * heap. */
#define FREED_BYTE 0xa5

static enum tg_exit fail(const struct tg_cli *cli, const struct tg_client *client, enum tg_err e, int tries)
{
    struct tg_cli_fault f = {.e = e, .tries = tries};

    if (client != NULL) {
        f.problem = tg_client_problem(client);
    }
    if (cli->json) {
        tg_cli_error_json(cli, &f);
    }
    tg_cli_error_text(cli, &f);
    return tg_cli_exit(e);
}

static enum tg_exit one_command(const struct tg_cli *cli, struct tg_client *client,
                                const struct tg_command *command)
{
    struct tg_link_reply reply;
    enum tg_err e;

    tg_link_reply_init(&reply);
    e = tg_client_call(client, command->path, tg_span_buf(&command->body), &reply);
    if (e == TG_OK) {
        e = tg_cli_print(cli, command->kind, tg_span_buf(&reply.body));
    }
    tg_link_reply_done(&reply);
    return e == TG_OK ? TG_EXIT_DONE : fail(cli, client, e, -1);
}

static bool about_pin(enum tg_err e)
{
    return tg_cli_exit(e) == TG_EXIT_PIN;
}

static enum tg_exit signed_in(const struct tg_cli *cli, struct tg_client *client,
                              const struct tg_command *command)
{
    enum tg_err e;

    if (command->kind != TG_CMD_BATCH) {
        return one_command(cli, client, command);
    }
    if ((e = tg_client_hold(client)) != TG_OK) {
        return fail(cli, client, e, -1);
    }
    return tg_cli_batch(cli, client);
}

struct tg_client_conf tg_cli_client(struct tg_cli *cli)
{
    return (struct tg_client_conf){.server = cli->server,
                                   .ca_file = cli->ca_file,
                                   .terminal = cli->terminal,
                                   .language = cli->english ? "en" : "ja",
                                   .reader = cli->reader,
                                   .post = cli->post,
                                   .ask_pin = tg_cli_ask_pin,
                                   .arg = cli,
                                   .ask_again = cli->pin_fd < 0,
                                   .last_try = cli->last_try};
}

static enum tg_exit run(struct tg_cli *cli, const struct tg_command *command)
{
    struct tg_client_conf conf = tg_cli_client(cli);
    struct tg_client *client = NULL;
    enum tg_exit code;
    enum tg_err e = tg_client_open(&conf, &client);

    if (e == TG_OK) {
        e = tg_client_sign_in(client);
    }
    if (e != TG_OK) {
        code = fail(cli, client, e, client != NULL && about_pin(e) ? tg_client_tries(client) : -1);
    } else {
        code = signed_in(cli, client, command);
    }
    tg_client_close(&client);
    return code;
}

int main(int argc, char **argv)
{
    struct tg_cli cli;
    struct tg_command command = {.path = NULL};
    const char *why = NULL;
    enum tg_exit code;
    enum tg_err e;

    tg_process_harden();
    (void)mallopt(M_PERTURB, FREED_BYTE);
    (void)signal(SIGPIPE, SIG_IGN);
    if ((e = tg_cli_read(&cli, argc, argv)) == TG_OK && strcmp(cli.argv[0], "approve") == 0) {
        code = tg_cli_approve(&cli);
        tg_cli_done(&cli);
        return (int)code;
    }
    if (e == TG_OK && (tg_grant_wants_person(cli.argc, cli.argv) || tg_grant_watches(cli.argc, cli.argv))) {
        code = tg_grant_watches(cli.argc, cli.argv) ? tg_cli_grant_watch(&cli) : tg_cli_grant_sign(&cli);
        tg_cli_done(&cli);
        return (int)code;
    }
    if (e == TG_OK && tg_cli_is_bulk(cli.argc, cli.argv)) {
        code = tg_cli_bulk(&cli);
        tg_cli_done(&cli);
        return (int)code;
    }
    if (e == TG_OK && (e = tg_command_read(cli.argc, cli.argv, &command, &why)) != TG_OK) {
        (void)fprintf(stderr, "tegata-cli: %s\n%s", why != NULL ? why : tg_err_en(e), tg_cli_usage);
    }
    code = e == TG_OK ? run(&cli, &command) : tg_cli_exit(e);
    tg_command_done(&command);
    tg_cli_done(&cli);
    return (int)code;
}
