#include "certs/base/limits.h"
#include "client/cli.h"

#define WORDS 24
#define LINE_BYTES 4096

/* False at the end. A line that is too long, or that holds a NUL, is refused whole: never cut into two
 * commands, and never joined with the next.
 */
static bool line_take(FILE *in, char line[LINE_BYTES], enum tg_err *ret)
{
    size_t n = 0;
    int c;

    *ret = TG_OK;
    while ((c = getc(in)) != EOF && c != '\n') {
        if (c == '\0') {
            *ret = TG_E_FORM;
        } else if (n + 1 == LINE_BYTES) {
            *ret = TG_E_LIMIT;
        } else {
            line[n++] = (char)c;
        }
    }
    if (c == '\n' && n > 0 && line[n - 1] == '\r') {
        n--;
    }
    line[n] = '\0';
    return c != EOF || n > 0 || *ret != TG_OK;
}

/* *problem is the server's document when it was the server that refused. */
static enum tg_err line_run(const struct tg_cli *cli, struct tg_client *client, char *line,
                            struct tg_span *problem)
{
    char *words[WORDS];
    int n = 0;
    const char *why = NULL;
    struct tg_command command = {.path = NULL};
    struct tg_link_reply reply;
    enum tg_err e;

    if ((e = tg_words_split(line, words, WORDS, &n)) != TG_OK) {
        return e;
    }
    tg_link_reply_init(&reply);
    if ((e = tg_command_read(n, words, &command, &why)) == TG_OK && command.kind == TG_CMD_BATCH) {
        e = TG_E_USAGE;
    }
    if (e == TG_OK) {
        e = tg_client_call(client, command.path, tg_span_buf(&command.body), &reply);
        *problem = tg_client_problem(client);
    }
    if (e == TG_OK) {
        e = tg_cli_print(cli, command.kind, tg_span_buf(&reply.body));
    }
    tg_link_reply_done(&reply);
    tg_command_done(&command);
    return e;
}

/* The session is over: the lines that follow answer so, one by one. The server may end one because of the
 * person, the card or the lists (tg_admit_review); of these, a signed-in person hears for no other reason.
 */
static bool is_over(enum tg_err e)
{
    switch ((int)e) {
    case TG_E_CERT_UNTRUSTED:
    case TG_E_CERT_EXPIRED:
    case TG_E_CERT_REVOKED:
    case TG_E_CERT_CRL:
    case TG_E_CARD_UNKNOWN:
    case TG_E_CARD_BLOCKED:
    case TG_E_PERSON_UNKNOWN:
    case TG_E_PERSON_LEFT:
    case TG_E_CONTRACT_OVER:
    case TG_E_POST_NONE:
    case TG_E_UNREACHABLE:
        return true;
    default:
        return tg_err_status(e) == 401 || tg_cli_exit(e) == TG_EXIT_CARD;
    }
}

enum tg_exit tg_cli_batch(const struct tg_cli *cli, struct tg_client *client)
{
    struct tg_cli json = *cli;
    char line[LINE_BYTES];
    enum tg_exit exit_code = TG_EXIT_DONE;
    enum tg_err e = TG_OK;

    json.json = true;
    while (line_take(stdin, line, &e)) {
        struct tg_cli_fault f = {.tries = -1};

        e = e == TG_OK ? line_run(&json, client, line, &f.problem) : e;
        if (e != TG_OK) {
            f.e = e;
            tg_cli_error_json(&json, &f);
        }
        if (is_over(e)) {
            exit_code = tg_cli_exit(e);
        }
    }
    tg_wipe(line, sizeof line);
    return exit_code;
}
