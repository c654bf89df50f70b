/* tegata-probe: signs in with the card in the reader, as tegata-cli does, then sends requests of its own and
 * shows every byte of the answers. For tests that look at heads, timing-free equality, stolen tokens and
 * broken bodies.
 *
 *   tegata-probe --config F --pin-fd N      lines on stdin, one JSON object {"status","head","body"} a line
 * on stdout call PATH BODY        over the session's own connection stolen PATH BODY      the same token from
 * another TLS key naked PATH BODY       the same token without any client certificate anonymous PATH BODY
 * without a token
 */
#include "certs/base/json.h"
#include "client/cli.h"
#include "client/session/state.h"
#include "tests/probe/raw.h"

struct probe {
    struct tg_cli cli;
    struct tg_client *client;
    struct tg_proof *other;
    struct tg_raw *own, *stolen, *naked;
    struct tg_buf token;
};

static enum tg_err dial(const struct probe *p, const struct tg_proof *proof, struct tg_raw **ret)
{
    char host[256] = "";
    const char *at = strstr(p->cli.server, "://");
    const char *colon = at != NULL ? strrchr(at + 3, ':') : NULL;

    if (colon == NULL || tg_copy(host, sizeof host, tg_span(at + 3, (size_t)(colon - at - 3))) != TG_OK) {
        return TG_E_CONFIG;
    }
    return tg_raw_open(host, colon + 1, p->cli.ca_file, proof, ret);
}

static void put_answer(struct tg_span answer)
{
    TG_BUF_AUTO out = TG_BUF_INIT(2 * TG_HTTP_ANSWER_BYTES);
    const uint8_t *end = answer.n == 0 ? NULL : memmem(answer.p, answer.n, "\r\n\r\n", 4);
    size_t head = end != NULL ? (size_t)(end - answer.p) + 4 : answer.n;
    struct tg_jout j;

    tg_jout_init(&j, &out);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "status", tg_raw_status(answer));
    tg_jout_key(&j, "head");
    tg_jout_span(&j, tg_span(answer.p, head));
    tg_jout_key(&j, "body");
    tg_jout_span(&j, tg_span(answer.p + head, answer.n - head));
    tg_jout_close(&j, '}');
    if (tg_jout_end(&j) == TG_OK) {
        (void)printf("%.*s\n", (int)out.n, (const char *)out.p);
    } else {
        (void)printf("{\"status\":0}\n");
    }
    (void)fflush(stdout);
}

/* A connection that the server closed is opened anew. */
static enum tg_err ask(struct probe *p, struct tg_raw **conn, const struct tg_proof *proof,
                       struct tg_span request)
{
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES + TG_HTTP_HEAD_BYTES);
    enum tg_err e = *conn != NULL ? TG_OK : dial(p, proof, conn);

    if (e == TG_OK) {
        e = tg_raw_ask(*conn, request, &answer);
    }
    put_answer(tg_span_buf(&answer));
    if (e != TG_OK || memmem(answer.p, answer.n, "Connection: close", 17) != NULL) {
        tg_raw_close(conn);
    }
    return e;
}

static void run_line(struct probe *p, char *line)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES * 2);
    char *path = strchr(line, ' ');
    char *body = path != NULL ? strchr(path + 1, ' ') : NULL;
    struct tg_span token = tg_span_buf(&p->token);

    if (path == NULL) {
        (void)printf("{\"status\":0}\n");
        return;
    }
    *path++ = '\0';
    if (body != NULL) {
        *body++ = '\0';
    }
    bool anonymous = strcmp(line, "anonymous") == 0;
    if (tg_raw_request(path, anonymous ? tg_span(NULL, 0) : token,
                       body != NULL ? tg_span_str(body) : tg_span(NULL, 0), &request) != TG_OK) {
        return;
    }
    if (strcmp(line, "stolen") == 0) {
        tg_ignore(ask(p, &p->stolen, p->other, tg_span_buf(&request)));
    } else if (strcmp(line, "naked") == 0) {
        tg_ignore(ask(p, &p->naked, NULL, tg_span_buf(&request)));
    } else {
        tg_ignore(ask(p, &p->own, p->client->proof, tg_span_buf(&request)));
    }
}

static enum tg_err start(struct probe *p)
{
    struct tg_client_conf conf = {.server = p->cli.server,
                                  .ca_file = p->cli.ca_file,
                                  .language = "ja",
                                  .ask_pin = tg_cli_ask_pin,
                                  .arg = &p->cli};
    TG_BUF_AUTO form = TG_BUF_INIT(TG_TOKEN_BYTES + 16);
    enum tg_err e;

    if ((e = tg_client_open(&conf, &p->client)) != TG_OK || (e = tg_client_sign_in(p->client)) != TG_OK ||
        (e = tg_client_hold(p->client)) != TG_OK ||
        (e = tg_link_form_token(p->client->link, &form)) != TG_OK) {
        return e;
    }
    p->token = TG_BUF_INIT(TG_TOKEN_BYTES);
    if ((e = tg_buf_add(&p->token, form.p + 6, form.n - 6)) != TG_OK) { /* behind "token=" */
        return e;
    }
    return tg_proof_new(tg_now(), &p->other);
}

int main(int argc, char **argv)
{
    static char line[TG_HTTP_BODY_BYTES * 2];
    static struct probe p;
    static char batch[] = "batch", *words[16];
    enum tg_err e = TG_E_USAGE;

    for (int i = 0; i < argc && i < 14; i++) {
        words[i] = argv[i];
        words[i + 1] = batch; /* the command that tegata-cli's own options want to see */
    }
    if (argc < 14 && (e = tg_cli_read(&p.cli, argc + 1, words)) == TG_OK) {
        e = start(&p);
    }
    if (e != TG_OK) {
        (void)fprintf(stderr, "tegata-probe: %s\n", tg_err_code(e));
        return (int)TG_EXIT_INTERNAL;
    }
    while (fgets(line, (int)sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        run_line(&p, line);
    }
    tg_raw_close(&p.own);
    tg_raw_close(&p.stolen);
    tg_raw_close(&p.naked);
    tg_client_close(&p.client);
    return 0;
}
