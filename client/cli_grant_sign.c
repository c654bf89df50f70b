/* grant approve, grant roster approve, grant acknowledge: what a person must have read first. It is shown as
 * the server sent it, from the very bytes that are signed, and the PIN says yes; with --pin-fd the one PIN
 * that came is used for both.
 */
#include <fcntl.h>
#include <unistd.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/sha256.h"
#include "client/cli.h"
#include "client/session/approve.h"

#define DEPTH 4u /* of what a text may hold */

struct errand {
    struct tg_cli *cli;
    const char *id;   /* of the event or roster */
    const char *list; /* "events" or "rosters" */
    const char *act;  /* of the approval; NULL: an acknowledgement */
    const char *path, *subject;
    struct tg_secret kept; /* with --pin-fd */
    bool has_kept;
};

static enum tg_err ask_pin(void *arg, int tries, bool wrong, struct tg_secret *pin)
{
    struct errand *a = arg;
    enum tg_err e;

    if (a->cli->pin_fd < 0) {
        return tg_cli_ask_pin(a->cli, tries, wrong, pin);
    }
    if (!a->has_kept) {
        if ((e = tg_cli_ask_pin(a->cli, tries, wrong, &a->kept)) != TG_OK) {
            return e;
        }
        a->has_kept = true;
    }
    return tg_secret_add(pin, a->kept.p, a->kept.n);
}

static void put_line(unsigned depth, const char *name, const char *value)
{
    (void)fprintf(stderr, "%*s", (int)(2 + 2 * depth), "");
    tg_put_clean(stderr, name);
    (void)fputs(": ", stderr);
    tg_put_clean(stderr, value);
    (void)fputc('\n', stderr);
}

static void put_moment(unsigned depth, const char *name, int64_t at)
{
    char text[64];
    tg_day day = tg_day_of(at);
    char date[11];
    int64_t second = (at + 9 * 3600) % 86400;

    tg_day_text(day, date);
    (void)snprintf(text, sizeof text, "%lld (%s %02d:%02d JST)", (long long)at, date, (int)(second / 3600),
                   (int)(second / 60 % 60));
    put_line(depth, name, text);
}

/* What our texts say, for people; a name that is not here is shown as it stands. */
static const struct label {
    const char *name, *ja, *en;
    bool moment;
} labels[] = {
    {"grant", "事象", "Event", false},
    {"roster", "名簿", "Roster", false},
    {"number", "何番目の文か", "Number of the text", false},
    {"kind", "種類", "Kind", false},
    {"cause", "原因", "Cause", false},
    {"name", "名前", "Name", false},
    {"role", "開く職務", "Role that it opens", false},
    {"areas", "市区町村", "Municipalities", false},
    {"seconds", "長さ（秒）", "Length in seconds", false},
    {"end", "遅くとも", "At the latest until", true},
    {"until", "いつまで", "Until", true},
    {"people", "名簿に載る方", "People", false},
    {"standing", "常設の名簿", "Standing roster", false},
    {"declared_by", "届け出た方", "Declared by", false},
    {"declared_at", "届け出", "Declared at", true},
    {"proposed_by", "提案した方", "Proposed by", false},
    {"proposed_at", "提案", "Proposed at", true},
    {"prior", "いま有効な文（SHA-256）", "Text in force (SHA-256)", false},
};

static const struct label *label_of(const char *name)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (strcmp(labels[i].name, name) == 0) {
            return &labels[i];
        }
    }
    return NULL;
}

static void put_json(const struct errand *a, unsigned depth, const char *member, json_t *value);

static void put_members(const struct errand *a, unsigned depth, json_t *obj)
{
    const char *name;
    json_t *value;

    json_object_foreach(obj, name, value)
    {
        put_json(a, depth, name, value);
    }
}

/* Every member of the text, whatever it is called: nothing that is signed stays unseen. */
static void put_json(const struct errand *a, unsigned depth, const char *member, json_t *value)
{
    const struct label *label = label_of(member);
    const char *name = label == NULL ? member : a->cli->english ? label->en : label->ja;
    char number[24];

    if (json_is_string(value)) {
        put_line(depth, name, json_string_value(value));
    } else if (json_is_integer(value) && label != NULL && label->moment) {
        put_moment(depth, name, json_integer_value(value));
    } else if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        put_line(depth, name, number);
    } else if (json_is_boolean(value) || json_is_null(value)) {
        put_line(depth, name, json_is_true(value) ? "true" : json_is_false(value) ? "false" : "null");
    } else if (depth < DEPTH && json_is_object(value)) {
        put_line(depth, name, "");
        put_members(a, depth + 1, value);
    } else if (depth < DEPTH) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            put_json(a, depth, member, json_array_get(value, i));
        }
    } else {
        put_line(depth, name, "…");
    }
}

/* The text itself; doc is the same read, NULL: it is no JSON, and shown as it stands. */
static void show_text(const struct errand *a, const char *text, json_t *doc, const char digest[65])
{
    bool english = a->cli->english;

    (void)fputs(english ? "To be approved with your card:\n" : "あなたのカードで承認する内容:\n", stderr);
    if (doc != NULL) {
        put_members(a, 0, doc);
    } else {
        put_line(0, english ? "Text" : "本文", text);
    }
    put_line(0, "SHA-256", digest);
    put_line(0, english ? "Server" : "サーバー", a->cli->server);
    (void)fputs(english ? "The PIN signs this. Ctrl-C: not signed.\n"
                        : "PIN を入れると署名します。Ctrl-C で取りやめます。\n",
                stderr);
}

static json_t *find(const struct errand *a, json_t *doc)
{
    const json_t *list = json_object_get(doc, a->list);

    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *one = json_array_get(list, i);
        const char *id = tg_json_str(one, "id");

        if (id != NULL && strcmp(id, a->id) == 0) {
            return one;
        }
    }
    return NULL;
}

static enum tg_err body_of(const struct errand *a, const char *member, const char *value, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, a->subject, a->id);
    tg_jout_member(&j, member, value);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

/* An extension waits on top of what is in force, so it is what is approved while there is one. What it follows
 * stands in the text itself: nothing is signed that was not shown.
 */
static enum tg_err approve(const struct errand *a, struct tg_client *c, json_t *one, struct tg_buf *body)
{
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    TG_JSON_AUTO *doc = NULL;
    json_t *more = json_object_get(one, "extension");
    const char *text = tg_json_str(json_is_object(more) ? more : one, "text");
    char digest[65];
    struct tg_approving what = {.act = a->act, .digest = digest};
    enum tg_err e;

    if (text == NULL) {
        return TG_E_GRANT_STATE;
    }
    if ((e = tg_sha256_hex(tg_span_str(text), digest)) != TG_OK) {
        return e;
    }
    if ((e = tg_json_parse(tg_span_str(text), &doc)) == TG_E_NOMEM) {
        return e;
    }
    what.prior = tg_json_str(doc, "prior");
    what.seq = what.prior != NULL ? tg_json_int(doc, "number", 0) : 0;
    show_text(a, text, doc, digest);
    if ((e = tg_client_approve(c, &(struct tg_approvals){&what, 1}, &jws)) != TG_OK) {
        return e;
    }
    jws.n -= jws.n > 0 ? 1 : 0; /* the newline of its line */
    return tg_buf_cstr(&jws) != NULL ? body_of(a, "approval", tg_buf_cstr(&jws), body) : TG_E_NOMEM;
}

/* At a terminal a key says yes; a program that gives the PIN has said so by calling us. */
static bool said_yes(const struct errand *a)
{
    char key = '\0';
    int tty;

    if (a->cli->pin_fd >= 0) {
        return true;
    }
    if ((tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) < 0) {
        return false;
    }
    (void)dprintf(tty, "%s",
                  a->cli->english ? "I have read this and keep to it [y/N]: " : "読みました。守ります [y/N]: ");
    bool yes = read(tty, &key, 1) == 1 && (key == 'y' || key == 'Y');
    (void)close(tty);
    return yes;
}

static enum tg_err acknowledge(const struct errand *a, json_t *one, struct tg_buf *body)
{
    json_t *pledge = json_object_get(one, "pledge");
    const char *text = tg_json_str(pledge, a->cli->english ? "en" : "ja");
    const char *digest = tg_json_str(pledge, "digest");

    if (text == NULL || digest == NULL) {
        return TG_E_GRANT_STATE;
    }
    put_line(0, a->cli->english ? "The rule" : "決まり", text);
    return said_yes(a) ? body_of(a, "pledge", digest, body) : TG_E_PIN_CANCELLED;
}

static enum tg_err prepare(const struct errand *a, struct tg_client *c, struct tg_buf *body)
{
    TG_JSON_AUTO *doc = NULL;
    struct tg_link_reply r;
    json_t *one = NULL;
    enum tg_err e;

    tg_link_reply_init(&r);
    if ((e = tg_client_call(c, "/v1/grants", tg_span(NULL, 0), &r)) == TG_OK) {
        e = tg_json_parse(tg_span_buf(&r.body), &doc) == TG_OK ? TG_OK : TG_E_SERVER_REPLY;
    }
    if (e == TG_OK) {
        e = (one = find(a, doc)) != NULL ? TG_OK : TG_E_NOT_FOUND;
    }
    if (e == TG_OK) {
        e = a->act != NULL ? approve(a, c, one, body) : acknowledge(a, one, body);
    }
    tg_link_reply_done(&r);
    return e;
}

static enum tg_err errand_run(struct errand *a, struct tg_client *c)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_link_reply r;
    enum tg_err e = prepare(a, c, &body);

    if (e != TG_OK) {
        return e;
    }
    tg_link_reply_init(&r);
    if ((e = tg_client_call(c, a->path, tg_span_buf(&body), &r)) == TG_OK) {
        e = tg_cli_print(a->cli, TG_CMD_GRANT, tg_span_buf(&r.body));
    }
    tg_link_reply_done(&r);
    return e;
}

static enum tg_exit told(const struct errand *a, struct tg_client *c, enum tg_err e)
{
    struct tg_cli_fault f = {.e = e, .tries = -1};

    if (e == TG_OK) {
        return TG_EXIT_DONE;
    }
    if (c != NULL) {
        f.problem = tg_client_problem(c);
        f.tries = tg_cli_exit(e) == TG_EXIT_PIN ? tg_client_tries(c) : -1;
    }
    if (a->cli->json) {
        tg_cli_error_json(a->cli, &f);
    }
    tg_cli_error_text(a->cli, &f);
    return tg_cli_exit(e);
}

/* Held, because reading takes longer than a lease. */
static enum tg_exit run(struct errand *a)
{
    struct tg_client_conf conf = tg_cli_client(a->cli);
    struct tg_client *c = NULL;
    enum tg_err e = tg_secret_init(&a->kept, TG_PIN_MAX + 1);

    conf.ask_pin = ask_pin;
    conf.arg = a;
    if (e == TG_OK && (e = tg_client_open(&conf, &c)) == TG_OK && (e = tg_client_sign_in(c)) == TG_OK &&
        (e = tg_client_hold(c)) == TG_OK) {
        e = errand_run(a, c);
    }
    enum tg_exit code = told(a, c, e);
    tg_client_close(&c);
    tg_secret_done(&a->kept);
    return code;
}

bool tg_grant_wants_person(int argc, char **argv)
{
    bool roster = argc >= 2 && strcmp(argv[1], "roster") == 0;

    if (argc < 2 || strcmp(argv[0], "grant") != 0) {
        return false;
    }
    return (argc == 3 && (strcmp(argv[1], "approve") == 0 || strcmp(argv[1], "acknowledge") == 0)) ||
           (roster && argc == 4 && strcmp(argv[2], "approve") == 0);
}

enum tg_exit tg_cli_grant_sign(struct tg_cli *cli)
{
    bool roster = strcmp(cli->argv[1], "roster") == 0;
    bool approves = roster || strcmp(cli->argv[1], "approve") == 0;
    struct errand a = {.cli = cli,
                       .id = cli->argv[cli->argc - 1],
                       .list = roster ? "rosters" : "events",
                       .act = roster ? "roster" : approves ? "grant" : NULL,
                       .path = roster     ? "/v1/rosters/approve"
                               : approves ? "/v1/grants/approve"
                                          : "/v1/grants/acknowledge",
                       .subject = roster ? "roster" : "event",
                       .kept = TG_SECRET_INIT};

    if (!tg_utf8_ok(tg_span_str(a.id))) {
        (void)fprintf(stderr, "tegata-cli: not UTF-8\n%s", tg_cli_usage);
        return TG_EXIT_USAGE;
    }
    return run(&a);
}
