#include "client/cli_bulk.h"

#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/sha256.h"

struct bulk {
    struct tg_cli *cli;
    struct tg_client *client;
    struct tg_bulk_file file;
    struct tg_bulk_result result;
    char job[32];
    size_t next; /* at the server */
    bool ended;
};

static const char usage[] = "inquiry bulk check FILE | send FILE --confirm ROWS | resume FILE | result FILE";

bool tg_cli_is_bulk(int argc, char **argv)
{
    return argc >= 2 && strcmp(argv[0], "inquiry") == 0 && strcmp(argv[1], "bulk") == 0;
}

static void tell(const struct bulk *b, const char *ja, const char *en)
{
    (void)fprintf(stderr, "tegata-cli: %s\n", b->cli->english ? en : ja);
}

static enum tg_exit refused(struct bulk *b, enum tg_err e)
{
    struct tg_cli_fault f = {.e = e, .tries = -1};

    if (b->client != NULL) {
        f.problem = tg_client_problem(b->client);
        f.tries = tg_cli_exit(e) == TG_EXIT_PIN ? tg_client_tries(b->client) : -1;
    }
    if (b->cli->json) {
        tg_cli_error_json(b->cli, &f);
    }
    tg_cli_error_text(b->cli, &f);
    return tg_cli_exit(e);
}

/* The answer is parsed; *doc is the caller's. */
static enum tg_err call(struct bulk *b, const char *path, const struct tg_buf *body, json_t **doc)
{
    struct tg_link_reply reply;

    tg_link_reply_init(&reply);
    enum tg_err e = tg_client_call(b->client, path, tg_span_buf(body), &reply);
    if (e == TG_OK && tg_json_parse(tg_span_buf(&reply.body), doc) != TG_OK) {
        e = TG_E_SERVER_REPLY;
    }
    tg_link_reply_done(&reply);
    return e;
}

/* What every answer says of the job. */
static enum tg_err take_job(struct bulk *b, const json_t *doc)
{
    const char *job = tg_json_str(doc, "job");
    int64_t next = tg_json_int(doc, "next", -1);

    if (job == NULL || next < 0 || (size_t)next > b->file.n ||
        tg_json_int(doc, "rows", -1) != (int64_t)b->file.n ||
        tg_copy(b->job, sizeof b->job, tg_span_str(job)) != TG_OK) {
        return TG_E_SERVER_REPLY;
    }
    b->next = (size_t)next;
    b->ended = tg_json_str(doc, "result") != NULL;
    return TG_OK;
}

static enum tg_err begin_job(struct bulk *b)
{
    TG_BUF_AUTO body = TG_BUF_INIT(1024);
    TG_JSON_AUTO *doc = NULL;
    struct tg_jout j;
    enum tg_err e;

    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "subject", "switching");
    tg_jout_member_int(&j, "rows", (int64_t)b->file.n);
    tg_jout_member(&j, "chain", b->file.chain);
    tg_jout_close(&j, '}');
    if ((e = tg_jout_end(&j)) != TG_OK || (e = call(b, "/v1/inquiries/bulk/begin", &body, &doc)) != TG_OK) {
        return e;
    }
    char *path = tg_bulk_beside(b->file.path, ".job");
    e = path != NULL ? take_job(b, doc) : TG_E_NOMEM;
    if (e == TG_OK) {
        e = tg_file_write(path, tg_span_str(b->job), 0600);
    }
    free(path);
    return e;
}

static enum tg_err find_job(struct bulk *b)
{
    TG_BUF_AUTO text = TG_BUF_INIT(sizeof b->job), body = TG_BUF_INIT(256);
    TG_JSON_AUTO *doc = NULL;
    char *path = tg_bulk_beside(b->file.path, ".job");
    struct tg_jout j;
    enum tg_err e = path != NULL ? tg_file_read(path, &text) : TG_E_NOMEM;

    free(path);
    if (e != TG_OK || !tg_text_clean(tg_span_buf(&text))) {
        return e != TG_OK ? e : TG_E_FORM;
    }
    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "job");
    tg_jout_span(&j, tg_span_buf(&text));
    tg_jout_close(&j, '}');
    if ((e = tg_jout_end(&j)) != TG_OK || (e = call(b, "/v1/inquiries/bulk/state", &body, &doc)) != TG_OK) {
        return e;
    }
    const char *chain = tg_json_str(doc, "chain");
    if (chain == NULL || strcmp(chain, b->file.chain) != 0) {
        tell(b, "ファイルが、送ったときから変わっています。", "The file is not the one that was sent.");
        return TG_E_IMPORT;
    }
    return take_job(b, doc);
}

static enum tg_err send_piece(struct bulk *b)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES * 2);
    TG_JSON_AUTO *doc = NULL;
    size_t n = 0, from = b->result.rows;
    struct tg_span lines = tg_bulk_file_piece(&b->file, from, &n);
    struct tg_jout j;
    enum tg_err e;

    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "job", b->job);
    tg_jout_member_int(&j, "from", (int64_t)from);
    tg_jout_key(&j, "lines");
    tg_jout_span(&j, lines);
    tg_jout_close(&j, '}');
    if ((e = tg_jout_end(&j)) == TG_OK && (e = call(b, "/v1/inquiries/bulk/rows", &body, &doc)) == TG_OK &&
        (e = take_job(b, doc)) == TG_OK) {
        e = tg_bulk_result_add(&b->result, &b->file, from, json_object_get(doc, "results"));
    }
    return e;
}

static enum tg_err write_manifest(struct bulk *b, const json_t *doc, const char *sha256)
{
    TG_BUF_AUTO out = TG_BUF_INIT(8192);
    char *path = tg_bulk_beside(b->file.path, ".manifest.json");
    char *outcomes = json_dumps(json_object_get(doc, "outcomes"), JSON_COMPACT);
    char *classes = json_dumps(json_object_get(doc, "classes"), JSON_COMPACT);
    struct tg_jout j;
    enum tg_err e = TG_E_NOMEM;

    if (path != NULL && outcomes != NULL && classes != NULL) {
        tg_jout_init(&j, &out);
        tg_jout_open(&j, '{');
        tg_jout_member(&j, "job", b->job);
        tg_jout_member_int(&j, "rows", (int64_t)b->file.n);
        tg_jout_member(&j, "chain", b->file.chain);
        tg_jout_member(&j, "file_sha256", b->file.sha256);
        tg_jout_member(&j, "result_sha256", sha256);
        tg_jout_key(&j, "outcomes");
        tg_jout_raw(&j, tg_span_str(outcomes));
        tg_jout_key(&j, "classes");
        tg_jout_raw(&j, tg_span_str(classes));
        tg_jout_close(&j, '}');
        e = tg_jout_end(&j);
    }
    if (e == TG_OK && (e = tg_buf_add_str(&out, "\n")) == TG_OK) {
        e = tg_file_write(path, tg_span_buf(&out), 0600);
    }
    if (e == TG_OK) {
        (void)fwrite(out.p, 1, out.n, stdout);
    }
    free(path);
    free(outcomes);
    free(classes);
    return e;
}

static enum tg_err end_job(struct bulk *b)
{
    TG_BUF_AUTO body = TG_BUF_INIT(256);
    TG_JSON_AUTO *doc = NULL;
    char sha256[TG_SHA256_HEX];
    struct tg_jout j;
    enum tg_err e = tg_sha256_file(b->result.path, sha256);

    if (e != TG_OK) {
        return e;
    }
    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "job", b->job);
    if (!b->ended) {
        tg_jout_member(&j, "result", sha256);
    }
    tg_jout_close(&j, '}');
    if ((e = tg_jout_end(&j)) != TG_OK ||
        (e = call(b, b->ended ? "/v1/inquiries/bulk/state" : "/v1/inquiries/bulk/end", &body, &doc)) !=
            TG_OK) {
        return e;
    }
    const char *said = tg_json_str(doc, "result");
    if (said == NULL || strcmp(said, sha256) != 0) {
        tell(b, "結果のファイルが、終えたときから変わっています。",
             "The result is not the one that the job ended with.");
        return TG_E_IMPORT;
    }
    return write_manifest(b, doc, sha256);
}

/* From where the result ends: where the server stands, or the one piece before that. */
static enum tg_err run(struct bulk *b)
{
    enum tg_err e = TG_OK;
    size_t n = 0;

    if (b->result.rows < b->next) {
        (void)tg_bulk_file_piece(&b->file, b->result.rows, &n);
    }
    if (b->result.rows + n != b->next) {
        tell(b, "結果のファイルが、送ったところまで残っていません。新しい照会として送り直してください。",
             "The result file does not reach to where the job stands. Send the file as a new job.");
        return TG_E_IMPORT;
    }
    while (b->result.rows < b->file.n && e == TG_OK) {
        e = send_piece(b);
    }
    return e == TG_OK ? end_job(b) : e;
}

static enum tg_exit talk(struct bulk *b, bool anew)
{
    struct tg_client_conf conf = tg_cli_client(b->cli);
    enum tg_err e = tg_client_open(&conf, &b->client);

    if (e == TG_OK) {
        e = tg_client_sign_in(b->client);
    }
    if (e == TG_OK) {
        e = tg_client_hold(b->client);
    }
    if (e == TG_OK) {
        e = anew ? begin_job(b) : find_job(b);
    }
    if (e == TG_OK) {
        e = tg_bulk_result_open(&b->file, &b->result);
    }
    if (e == TG_OK) {
        e = run(b);
    }
    enum tg_exit code = e == TG_OK ? TG_EXIT_DONE : refused(b, e);
    tg_bulk_result_close(&b->result);
    tg_client_close(&b->client);
    return code;
}

static bool is_there(const struct bulk *b, const char *end)
{
    char *path = tg_bulk_beside(b->file.path, end);
    bool there = path == NULL || access(path, F_OK) == 0;

    free(path);
    return there;
}

static enum tg_exit show_checked(const struct bulk *b)
{
    (void)printf("{\"rows\":%zu,\"file_sha256\":\"%s\",\"chain\":\"%s\"}\n", b->file.n, b->file.sha256,
                 b->file.chain);
    if (!b->cli->json) {
        (void)fprintf(
            stderr,
            b->cli->english
                ? "Every line is right. To send: tegata-cli inquiry bulk send %s --confirm %zu\n"
                : "すべての行を確かめました。送るには: tegata-cli inquiry bulk send %s --confirm %zu\n",
            b->file.path, b->file.n);
    }
    return TG_EXIT_DONE;
}

static enum tg_exit send_new(struct bulk *b, const char *confirmed)
{
    uint64_t n = 0;

    if (tg_u64_parse(tg_span_str(confirmed), TG_INQUIRY_BULK_ROWS, &n) != TG_OK || n != b->file.n) {
        tell(b, "件数がファイルと違います。bulk check で確かめてください。",
             "That is not the number of rows of the file; look at it with bulk check.");
        return TG_EXIT_USAGE;
    }
    if (is_there(b, ".job") || is_there(b, ".result.csv")) {
        tell(b, "このファイルはもう送り始めています。bulk resume で続けてください。",
             "This file has been begun already; go on with bulk resume.");
        return TG_EXIT_USAGE;
    }
    return talk(b, true);
}

static enum tg_exit show_result(struct bulk *b)
{
    TG_BUF_AUTO text = TG_BUF_INIT(8192);
    TG_JSON_AUTO *doc = NULL;
    char sha256[TG_SHA256_HEX] = "";
    char *manifest = tg_bulk_beside(b->file.path, ".manifest.json"),
         *result = tg_bulk_beside(b->file.path, ".result.csv");
    enum tg_err e = manifest != NULL && result != NULL ? tg_file_read(manifest, &text) : TG_E_NOMEM;

    if (e == TG_OK) {
        e = tg_sha256_file(result, sha256);
    }
    free(manifest);
    free(result);
    if (e != TG_OK || tg_json_parse(tg_span_buf(&text), &doc) != TG_OK) {
        return refused(b, e != TG_OK ? e : TG_E_FORM);
    }
    const char *said = tg_json_str(doc, "result_sha256"), *file = tg_json_str(doc, "file_sha256");
    if (said == NULL || strcmp(said, sha256) != 0 || file == NULL || strcmp(file, b->file.sha256) != 0) {
        tell(b, "ファイルか結果が、一覧（manifest）のものと違います。",
             "The file or its result is not what the manifest says.");
        return TG_EXIT_REFUSED;
    }
    tg_put_json(stdout, tg_span_buf(&text));
    return TG_EXIT_DONE;
}

enum tg_exit tg_cli_bulk(struct tg_cli *cli)
{
    struct bulk b = {.cli = cli, .file = {.english = cli->english}};
    const char *verb = cli->argc > 2 ? cli->argv[2] : "";
    bool check = strcmp(verb, "check") == 0, resume = strcmp(verb, "resume") == 0,
         result = strcmp(verb, "result") == 0;
    bool send = strcmp(verb, "send") == 0 && cli->argc == 6 && strcmp(cli->argv[4], "--confirm") == 0;
    enum tg_exit code;

    if (!send && !((check || resume || result) && cli->argc == 4)) {
        (void)fprintf(stderr, "tegata-cli: %s\n%s", usage, tg_cli_usage);
        return TG_EXIT_USAGE;
    }
    enum tg_err e = tg_bulk_file_read(cli->argv[3], &b.file);
    if (e != TG_OK) {
        code = e == TG_E_IMPORT ? TG_EXIT_USAGE : refused(&b, e);
    } else if (send) {
        code = send_new(&b, cli->argv[5]);
    } else {
        code = check ? show_checked(&b) : result ? show_result(&b) : talk(&b, false);
    }
    tg_bulk_file_done(&b.file);
    return code;
}
