/* The people of the rig: signing in, asking, and looking at what came back. */
#include "certs/base/text.h"
#include "tests/unit/desk/rig.h"

#include "server/audit/report.h"

struct tg_raw *person_dial(const struct person *p, const struct tg_proof *proof)
{
    struct tg_raw *conn = NULL;
    char port[16];

    (void)snprintf(port, sizeof port, "%u", tg_door_port(p->rig->app.door));
    assert_int_equal(tg_raw_open("localhost", port, rig_path(p->rig, "ca.pem"), proof, &conn), TG_OK);
    return conn;
}

void person_new_key(struct person *p)
{
    tg_raw_close(&p->conn);
    tg_proof_free(&p->proof);
    p->token[0] = '\0';
    assert_int_equal(tg_proof_new(tg_now(), &p->proof), TG_OK);
    p->conn = person_dial(p, p->proof);
}

void request_write(const struct person *p, const struct ask *q, struct tg_buf *out)
{
    const char *token = q->token != NULL ? q->token : p->token;
    size_t n = q->body != NULL ? strlen(q->body) : 0;

    assert_int_equal(
        tg_buf_addf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\n", q->body != NULL ? "POST" : "GET", q->path),
        TG_OK);
    if (token[0] != '\0') {
        assert_int_equal(tg_buf_addf(out, "Authorization: Bearer %s\r\n", token), TG_OK);
    }
    if (q->body != NULL) {
        assert_int_equal(tg_buf_addf(out, "Content-Length: %zu\r\n", n), TG_OK);
    }
    if (n > 0) {
        assert_int_equal(
            tg_buf_addf(out, "Content-Type: %s\r\n", q->media != NULL ? q->media : "application/json"),
            TG_OK);
    }
    assert_int_equal(tg_buf_addf(out, "%s\r\n", q->headers != NULL ? q->headers : ""), TG_OK);
    assert_int_equal(tg_buf_add(out, q->body, n), TG_OK);
}

static void answer_take(struct answer *a)
{
    const uint8_t *end = a->bytes.n == 0 ? NULL : memmem(a->bytes.p, a->bytes.n, "\r\n\r\n", 4);

    assert_non_null(end);
    size_t head = (size_t)(end - a->bytes.p) + 4;
    a->head = tg_span(a->bytes.p, head);
    a->body = tg_span(a->bytes.p + head, a->bytes.n - head);
    a->status = tg_raw_status(tg_span_buf(&a->bytes));
    tg_ignore(tg_json_parse(a->body, &a->json));
}

/* Every problem that a test meets stands in openapi.yaml, under the operation that it met. */
static void expect_documented(const char *path, const char *problem)
{
    TG_BUF_AUTO lines = TG_BUF_INIT(262144);
    char line[256];

    if (problem[0] == '\0') {
        return;
    }
    assert_non_null(getenv("OPENAPI_LINES"));
    assert_int_equal(tg_file_read(getenv("OPENAPI_LINES"), &lines), TG_OK);
    (void)snprintf(line, sizeof line, "\nproblem %s %s\n", path, problem);
    if (memmem(lines.p, lines.n, line, strlen(line)) == NULL) {
        fail_msg("openapi.yaml does not say that %s can be %s", path, problem);
    }
}

void ask(struct person *p, const struct ask *q, struct answer *a)
{
    TG_BUF_AUTO request = TG_BUF_INIT(2 * TG_HTTP_BODY_BYTES);

    *a = (struct answer){.bytes = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES * 2)};
    request_write(p, q, &request);
    assert_int_equal(tg_raw_ask(q->conn != NULL ? q->conn : p->conn, tg_span_buf(&request), &a->bytes),
                     TG_OK);
    answer_take(a);
    expect_documented(q->path, answer_problem(a));
}

void ask_for(struct person *p, const char *path, const char *body, int status, struct answer *a)
{
    ask(p, &(struct ask){.path = path, .body = body}, a);
    if (a->status != status) {
        fail_msg("%s %s: %.*s", path, body, (int)a->bytes.n, (const char *)a->bytes.p);
    }
}

void answer_done(struct answer *a)
{
    tg_buf_done(&a->bytes);
    tg_json_done(&a->json);
}

const char *str(const json_t *object, const char *name)
{
    const char *s = tg_json_str(object, name);

    return s != NULL ? s : "";
}

const char *answer_problem(const struct answer *a)
{
    static const char prefix[] = TG_PROBLEM_PREFIX;
    const char *type = str(a->json, "type");

    return strncmp(type, prefix, sizeof prefix - 1) == 0 ? type + sizeof prefix - 1 : "";
}

const char *answer_plain(const struct answer *a, struct tg_buf *to)
{
    const char *text = (const char *)a->head.p;

    for (size_t at = 0; at < a->head.n;) {
        size_t n = (size_t)((const char *)memchr(text + at, '\n', a->head.n - at) - (text + at)) + 1;

        if (strncmp(text + at, "Date: ", 6) != 0 && strncmp(text + at, "X-Request-Id: ", 14) != 0) {
            assert_int_equal(tg_buf_add(to, text + at, n), TG_OK);
        }
        at += n;
    }
    assert_int_equal(tg_buf_add_span(to, a->body), TG_OK);
    return tg_buf_cstr(to);
}

void person_challenge(struct person *p, char nonce[129])
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(p, "/oauth/challenge", "", 200, &a);
    assert_int_equal(tg_copy(nonce, 129, tg_span_str(str(a.json, "nonce"))), TG_OK);
    assert_true(nonce[0] != '\0');
}

void person_assertion(struct person *p, const struct bend *b, struct tg_buf *out)
{
    char nonce[129];
    uint8_t thumbprint[32];
    const struct made *key = b->key != NULL ? b->key : &p->auth;
    struct tg_assertion_ask q = {.audience = b->audience != NULL ? b->audience : ISSUER,
                                 .thumbprint = thumbprint,
                                 .cert = p->auth_cert};

    person_challenge(p, nonce);
    q.nonce = b->nonce != NULL ? b->nonce : nonce;
    tg_proof_thumbprint(b->bound != NULL ? b->bound : p->proof, thumbprint);
    assert_int_equal(tg_assertion_sign(&q, tg_now(), tg_jws_sign_with_key, key->key, out), TG_OK);
}

void person_redeem(struct person *p, struct tg_span assertion, struct answer *a)
{
    TG_BUF_AUTO form = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    assert_int_equal(tg_buf_addf(&form,
                                 "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer"
                                 "&assertion=%.*s",
                                 (int)assertion.n, (const char *)assertion.p),
                     TG_OK);
    ask(p,
        &(struct ask){.path = "/oauth/token", .body = tg_buf_cstr(&form), .media = FORM_MEDIA, .token = ""},
        a);
}

void person_sign_in(struct person *p)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    ANSWER_AUTO a = {.status = 0};

    person_assertion(p, &(struct bend){.nonce = NULL}, &assertion);
    person_redeem(p, tg_span_buf(&assertion), &a);
    if (a.status != 200) {
        fail_msg("sign-in: %.*s", (int)a.bytes.n, (const char *)a.bytes.p);
    }
    assert_int_equal(tg_copy(p->token, sizeof p->token, tg_span_str(str(a.json, "access_token"))), TG_OK);
}

struct wanted {
    const char *member, *value;
    json_t *found;
    size_t count;
};

static bool take_frame(void *ctx, const struct tg_frame *f)
{
    struct wanted *w = ctx;
    json_t *entry = NULL;

    if (f->type != TG_FRAME_ENTRY) {
        return true;
    }
    w->count++;
    assert_int_equal(tg_json_parse(f->payload, &entry), TG_OK);
    if (w->member != NULL && strcmp(str(entry, w->member), w->value) == 0) {
        tg_json_done(&w->found);
        w->found = entry;
    } else {
        tg_json_done(&entry);
    }
    return true;
}

static struct wanted look(const struct rig *r, const char *member, const char *value)
{
    struct wanted w = {.member = member, .value = value};
    struct tg_fault fault = {0};

    assert_int_equal(tg_audit_walk(rig_path(r, "audit"), 1, take_frame, &w, &fault), TG_OK);
    return w;
}

json_t *entry_of(const struct rig *r, const struct answer *a)
{
    const char *at = memmem(a->head.p, a->head.n, "X-Request-Id: ", 14);
    char id[33];

    assert_non_null(at);
    assert_int_equal(tg_copy(id, sizeof id, tg_span(at + 14, 32)), TG_OK);
    return look(r, "id", id).found;
}

json_t *entry_last(const struct rig *r, const char *kind)
{
    return look(r, "kind", kind).found;
}

size_t entry_count(const struct rig *r)
{
    return look(r, NULL, NULL).count;
}
