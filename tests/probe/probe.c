/* tegata-probe: signs in with the card in the reader, as tegata-cli does, then sends requests of its own and
 * shows every byte of the answers. For tests that look at heads, at the time or the work an answer takes, at
 * stolen tokens, broken bodies and terminals of every kind. README.md lists the lines that it takes.
 *
 *   tegata-probe --config F --pin-fd N      lines on stdin, one JSON object a line on stdout
 */
#include "tests/probe/probe.h"

void probe_line(struct tg_span json)
{
    (void)printf("%.*s\n", (int)json.n, (const char *)json.p);
    (void)fflush(stdout);
}

void probe_put(struct tg_span answer)
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
    probe_line(tg_jout_end(&j) == TG_OK ? tg_span_buf(&out) : tg_span_str("{\"status\":0}"));
}

const char *probe_place(const struct probe *p, const char *name)
{
    return p->place != NULL ? tg_json_str(p->place, name) : NULL;
}

const struct tg_proof *probe_proof(const struct probe *p)
{
    return p->client != NULL ? p->client->proof : p->proof;
}

enum tg_err probe_dial(const struct probe *p, const struct tg_proof *proof, struct tg_raw **ret)
{
    struct tg_raw_to to = {.host = p->host,
                           .port = p->port,
                           .ca_file = p->cli.ca_file,
                           .proof = proof,
                           .source = probe_place(p, "source"),
                           .ciphers = probe_place(p, "ciphers"),
                           .groups = probe_place(p, "groups"),
                           .signatures = probe_place(p, "signatures"),
                           .named = p->place != NULL && json_is_true(json_object_get(p->place, "named"))};

    return tg_raw_dial(&to, ret);
}

enum tg_err probe_token(struct probe *p)
{
    TG_BUF_AUTO form = TG_BUF_INIT(TG_TOKEN_BYTES + 16);
    enum tg_err e;

    if (p->client == NULL) {
        return TG_OK;
    }
    if ((e = tg_link_form_token(p->client->link, &form)) != TG_OK) {
        return p->token.n > 0 ? TG_OK : e; /* a session that has ended: its token is tried all the same */
    }
    tg_buf_reset(&p->token);
    return tg_buf_add(&p->token, form.p + 6, form.n - 6); /* behind "token=" */
}

/* A connection that the server closed is opened anew. */
enum tg_err probe_ask(struct probe *p, struct tg_raw **conn, const struct tg_proof *proof,
                      struct tg_span request)
{
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES + TG_HTTP_HEAD_BYTES);
    enum tg_err e = *conn != NULL ? TG_OK : probe_dial(p, proof, conn);

    if (e == TG_OK) {
        e = tg_raw_ask(*conn, request, &answer);
    }
    probe_put(tg_span_buf(&answer));
    p->said = true;
    if (e != TG_OK || memmem(answer.p, answer.n, "Connection: close", 17) != NULL) {
        tg_raw_close(conn);
    }
    return e;
}

/* call, stolen, naked, anonymous: PATH [BODY] */
static enum tg_err speak(struct probe *p, const char *how, char *path)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES * 2);
    char *body = strchr(path, ' ');
    enum tg_err e;

    if (body != NULL) {
        *body++ = '\0';
    }
    struct tg_raw_words words = {.path = path,
                                 .lines = probe_place(p, "lines"),
                                 .body = tg_span_str(body),
                                 .token = tg_span_buf(&p->token)};
    if (strcmp(how, "anonymous") == 0) {
        words.token = tg_span(NULL, 0);
    }
    if ((e = tg_raw_write(&words, &request)) != TG_OK) {
        return e;
    }
    if (strcmp(how, "stolen") == 0) {
        return probe_ask(p, &p->stolen, p->other, tg_span_buf(&request));
    }
    if (strcmp(how, "naked") == 0) {
        return probe_ask(p, &p->naked, NULL, tg_span_buf(&request));
    }
    return probe_ask(p, &p->own, probe_proof(p), tg_span_buf(&request));
}

/* text with {token} replaced */
static enum tg_err fill_in(const struct probe *p, const char *text, struct tg_buf *request)
{
    static const char mark[] = "{token}";
    enum tg_err e = TG_OK;
    const char *at;

    for (; e == TG_OK && (at = strstr(text, mark)) != NULL; text = at + sizeof mark - 1) {
        if ((e = tg_buf_add(request, text, (size_t)(at - text))) == TG_OK) {
            e = tg_buf_add_span(request, tg_span_buf(&p->token));
        }
    }
    return e == TG_OK ? tg_buf_add_str(request, text) : e;
}

/* So many whole answers, or what came before the peer closed. */
static void read_answers(struct tg_raw *conn, int64_t n, struct tg_buf *ret)
{
    size_t done = 0;

    while (n > 0) {
        size_t want = tg_raw_length(tg_span(ret->p + done, ret->n - done));

        if (want > 0 && ret->n - done >= want) {
            done += want;
            n--;
        } else if (tg_raw_some(conn, ret) != TG_OK) {
            return;
        }
    }
}

/* bytes {"text": …, "answers": N}: as it stands, over a connection that serves for nothing else. */
static enum tg_err speak_bytes(struct probe *p, const char *json)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES * 2);
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES * 2);
    TG_JSON_AUTO *said = NULL;
    struct tg_raw *conn = NULL;
    enum tg_err e = tg_json_parse(tg_span_str(json), &said);
    const char *text = e == TG_OK ? tg_json_str(said, "text") : NULL;

    if (text == NULL) {
        return TG_E_FORM;
    }
    if ((e = fill_in(p, text, &request)) == TG_OK && (e = probe_dial(p, probe_proof(p), &conn)) == TG_OK &&
        (e = tg_raw_send(conn, tg_span_buf(&request))) == TG_OK) {
        read_answers(conn, tg_json_int(said, "answers", 1), &answer);
        probe_put(tg_span_buf(&answer));
        p->said = true;
    }
    tg_raw_close(&conn);
    return e;
}

static enum tg_err run_line(struct probe *p, char *line)
{
    char *rest = strchr(line, ' ');
    enum tg_err e = probe_token(p);

    if (rest == NULL || e != TG_OK) {
        return rest == NULL ? TG_E_USAGE : e;
    }
    *rest++ = '\0';
    if (strcmp(line, "terminal") == 0) {
        return probe_terminal(p, rest);
    }
    if (strcmp(line, "race") == 0) {
        return probe_race(p, rest);
    }
    return strcmp(line, "bytes") == 0 ? speak_bytes(p, rest) : speak(p, line, rest);
}

/* The PIN comes once; it is remembered for `terminal`. */
static enum tg_err ask_pin(void *arg, int tries, bool wrong, struct tg_secret *pin)
{
    struct probe *p = arg;
    enum tg_err e = tg_cli_ask_pin(&p->cli, tries, wrong, pin);

    return e == TG_OK ? tg_secret_add(&p->pin, pin->p, pin->n) : e;
}

static enum tg_err start(struct probe *p)
{
    struct tg_client_conf conf = {.server = p->cli.server,
                                  .ca_file = p->cli.ca_file,
                                  .language = "ja",
                                  .post = p->cli.post,
                                  .reader = p->cli.reader,
                                  .ask_pin = ask_pin,
                                  .arg = p};
    const char *at = strstr(p->cli.server, "://");
    const char *colon = at != NULL ? strrchr(at + 3, ':') : NULL;
    enum tg_err e;

    if (colon == NULL ||
        tg_copy(p->host, sizeof p->host, tg_span(at + 3, (size_t)(colon - at - 3))) != TG_OK) {
        return TG_E_CONFIG;
    }
    p->port = colon + 1;
    p->token = TG_BUF_INIT(TG_TOKEN_BYTES);
    if ((e = tg_secret_init(&p->pin, TG_PIN_MAX + 1)) != TG_OK ||
        (e = tg_client_open(&conf, &p->client)) != TG_OK || (e = tg_client_sign_in(p->client)) != TG_OK ||
        (e = tg_client_hold(p->client)) != TG_OK) {
        return e;
    }
    return tg_proof_new(tg_now(), &p->other);
}

static void finish(struct probe *p)
{
    tg_raw_close(&p->own);
    tg_raw_close(&p->stolen);
    tg_raw_close(&p->naked);
    tg_client_close(&p->client);
    tg_proof_free(&p->proof);
    tg_proof_free(&p->other);
    json_decref(p->place);
    tg_buf_done(&p->token);
    tg_secret_done(&p->pin);
    tg_cli_done(&p->cli);
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
        p.said = false;
        e = run_line(&p, line);
        if (!p.said) { /* one answer a line, whatever it is */
            (void)printf("{\"status\":0,\"why\":\"%s\"}\n", tg_err_code(e));
            (void)fflush(stdout);
        }
    }
    finish(&p);
    return 0;
}
