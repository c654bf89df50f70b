/* A journal that hangs, and one that fails: no record, no data. fdatasync is intercepted at link time. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/admit/state.h"
#include "tests/unit/desk/rig.h"

#define SHOW "/v1/customers/show"

static _Atomic bool hangs, fails;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

/* Of the journal only: its index is nobody's condition. */
static bool is_segment(int fd)
{
    char link[64], path[512];
    ssize_t n;

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    return strstr(path, "/audit/segment-") != NULL;
}

int __wrap_fdatasync(int fd)
{
    if (!is_segment(fd)) {
        return __real_fdatasync(fd);
    }
    while (hangs) {
        pause_ms(1);
    }
    if (fails) {
        errno = EIO;
        return -1;
    }
    return __real_fdatasync(fd);
}

static bool names(struct tg_span bytes, const char *what)
{
    return bytes.n > 0 && memmem(bytes.p, bytes.n, what, strlen(what)) != NULL;
}

static void send_show(struct person *p)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    request_write(p, &(struct ask){.path = SHOW, .body = "{\"id\":\"own1\"}"}, &request);
    assert_int_equal(tg_raw_send(p->conn, tg_span_buf(&request)), TG_OK);
}

/* Not one byte before the record is durable; then the whole answer. */
static void test_waits_for_the_record(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);

    person_sign_in(p);
    hangs = true;
    send_show(p);
    assert_false(tg_raw_waits(p->conn, 700));
    hangs = false;
    assert_int_equal(tg_raw_ask(p->conn, tg_span(NULL, 0), &answer), TG_OK);
    assert_int_equal(tg_raw_status(tg_span_buf(&answer)), 200);
    assert_true(names(tg_span_buf(&answer), "山田"));
}

/* The session ends while the disk still writes: the record stands, the rows go nowhere. */
static void test_card_goes_meanwhile(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    TG_BUF_AUTO said = TG_BUF_INIT(65536);
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);

    person_sign_in(p);
    struct tg_raw *stream = person_dial(p, p->proof);
    request_write(p, &(struct ask){.path = "/v1/session/events"}, &request);
    assert_int_equal(tg_raw_send(stream, tg_span_buf(&request)), TG_OK);
    assert_int_equal(tg_raw_some(stream, &said), TG_OK);
    hangs = true;
    send_show(p);
    pause_ms(300);
    tg_raw_close(&stream);
    pause_ms(300);
    hangs = false;
    assert_int_equal(tg_raw_ask(p->conn, tg_span(NULL, 0), &answer), TG_OK);
    assert_int_equal(tg_raw_status(tg_span_buf(&answer)), 401);
    assert_false(names(tg_span_buf(&answer), "山田"));
    TG_JSON_AUTO *entry = entry_last(r, "show");
    assert_string_equal(str(entry, "decision"), "allow");
}

/* The peer hangs up while its record is being written: the next one is served as if nothing had been. */
static void test_peer_goes_meanwhile(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    ANSWER_AUTO a = {.status = 0};

    person_sign_in(p);
    hangs = true;
    send_show(p);
    pause_ms(100);
    tg_raw_close(&p->conn);
    pause_ms(100);
    hangs = false;
    p->conn = person_dial(p, p->proof);
    ask_for(p, SHOW, "{\"id\":\"own1\"}", 200, &a);
}

static void shows(struct person *p)
{
    ANSWER_AUTO a = {.status = 0};

    person_new_key(p);
    person_sign_in(p);
    ask_for(p, SHOW, "{\"id\":\"own1\"}", 200, &a);
}

/* The index stands behind the journal while the server runs; where it cannot be, people work all the same. */
static void test_index(void **state)
{
    struct rig *r = *state;
    struct tg_index *x = NULL;

    pause_ms(1500);
    (void)rig_stop(r);
    assert_int_equal(tg_index_open(rig_path(r, "audit/index.db"), &x), TG_OK);
    assert_true(tg_index_seq(x) > 3);
    tg_index_close(&x);
    assert_int_equal(unlink(rig_path(r, "audit/index.db")), 0);
    assert_int_equal(mkdir(rig_path(r, "audit/index.db"), 0700), 0);
    rig_start(r);
    assert_null(r->app.indexer);
    person_new_key(&r->operator);
    shows(&r->counter);
    (void)rig_stop(r);
    assert_int_equal(rmdir(rig_path(r, "audit/index.db")), 0);
    rig_start(r);
    person_new_key(&r->operator);
    shows(&r->counter);
}

static size_t sessions(const struct rig *r)
{
    struct tg_admit *a = r->app.admit;

    (void)pthread_mutex_lock(&a->lock);
    size_t live = a->live;
    (void)pthread_mutex_unlock(&a->lock);
    return live;
}

/* A sign-in whose record fails is answered with nothing, and leaves no session that nobody has heard of. */
static void fail_sign_in(struct rig *r)
{
    struct person *p = &r->counter;
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO form = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);

    person_assertion(p, &(struct bend){.nonce = NULL}, &assertion);
    assert_int_equal(tg_buf_addf(&form,
                                 "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=%.*s",
                                 (int)assertion.n, (const char *)assertion.p),
                     TG_OK);
    request_write(
        p,
        &(struct ask){.path = "/oauth/token", .body = tg_buf_cstr(&form), .media = FORM_MEDIA, .token = ""},
        &request);
    hangs = true;
    assert_int_equal(tg_raw_send(p->conn, tg_span_buf(&request)), TG_OK);
    pause_ms(300);
    assert_int_equal(sessions(r), 1); /* it is there, and waits for its record */
    fails = true;
    hangs = false;
    assert_int_equal(tg_raw_ask(p->conn, tg_span(NULL, 0), &answer), TG_OK);
    assert_int_equal(tg_raw_status(tg_span_buf(&answer)), 503);
    assert_true(names(tg_span_buf(&answer), "temporarily_unavailable"));
    assert_false(names(tg_span_buf(&answer), "access_token"));
    assert_int_equal(sessions(r), 0);
}

/* Last: a failed write ends all disclosures of the process. */
static void test_no_record_no_data(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->operator;
    ANSWER_AUTO a = {.status = 0};

    pause_ms((TG_LEASE_SECONDS + 2) * 1000); /* the sessions of the tests before are over */
    fail_sign_in(r);
    fails = false; /* the page state is unknown: no way back but a new start */
    ask(p, &(struct ask){.path = "/oauth/token", .body = "x=y", .media = FORM_MEDIA}, &a);
    assert_int_equal(a.status, 503);
    assert_string_equal(answer_problem(&a), "audit-broken");
}

static void refused(struct person *p, const char *path, const char *body)
{
    ANSWER_AUTO a = {.status = 0};

    ask(p, &(struct ask){.path = path, .body = body}, &a);
    assert_int_equal(a.status, 503);
    assert_string_equal(answer_problem(&a), "audit-broken");
    assert_false(names(a.body, "山田"));
    assert_false(names(a.body, "own1"));
}

/* The same for what somebody asks who is signed in: the first one meets the failure, the others its memory.
 */
static void test_no_record_no_rows(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    ANSWER_AUTO b = {.status = 0};

    (void)rig_stop(r);
    rig_start(r);
    person_new_key(p);
    person_new_key(&r->operator);
    person_sign_in(p);
    fails = true;
    refused(p, SHOW, "{\"id\":\"own1\"}");
    refused(p, SHOW, "{\"id\":\"own1\"}");
    refused(p, "/v1/customers/search", "{\"query\":\"ヤマダ\"}");
    fails = false;
    refused(p, SHOW, "{\"id\":\"own1\"}");
    ask(p, &(struct ask){.path = "/v1/whoami"}, &b); /* discloses nothing, and so needs no record */
    assert_int_equal(b.status, 200);
}

#define NIGHT_STAFF                                                                         \
    "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"        \
    "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸営業所,,2020-04-01,\n"               \
    "N0001,試験 二郎,NW,,,,nsc,nw.operator,NSC,,2020-04-01,\n"                              \
    "P0001,試験 三郎,NW,,,,duty,nw.duty,当直,,2020-04-01,\n"                                \
    "P0002,試験 四郎,HOME,,,,responder,emergency.responder,青森営業所,,2020-04-01,\n"

/* How many events there are, asked on another connection of the session. */
static bool has_event(struct person *p)
{
    struct tg_raw *mine = p->conn;
    ANSWER_AUTO a = {.status = 0};

    p->conn = person_dial(p, p->proof);
    ask(p, &(struct ask){.path = "/v1/grants"}, &a);
    tg_raw_close(&p->conn);
    p->conn = mine;
    assert_int_equal(a.status, 200);
    return names(a.body, "EV-");
}

static void send_declare(struct person *p)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    char body[512];

    (void)snprintf(body, sizeof body,
                   "{\"kind\":\"outage\",\"cause\":\"typhoon\",\"areas\":\"02203\",\"seconds\":3600,\"end\":%lld,"
                   "\"roster\":\"P0002\"}",
                   (long long)tg_now() + 7200);
    request_write(p, &(struct ask){.path = "/v1/grants/declare", .body = body}, &request);
    assert_int_equal(tg_raw_send(p->conn, tg_span_buf(&request)), TG_OK);
}

/* A step of a grant is nothing before its record is durable, and stays nothing when that fails; who comes after
 * it is not left waiting.
 */
static void test_no_record_no_step(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->signer[0];
    TG_BUF_AUTO first = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    TG_BUF_AUTO second = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);

    (void)rig_stop(r);
    rig_put(r, "staff/staff.csv", tg_span_str(NIGHT_STAFF));
    rig_start(r);
    person_new_key(p);
    person_sign_in(p);
    assert_false(has_event(p));
    hangs = true;
    send_declare(p);
    assert_false(tg_raw_waits(p->conn, 500));
    assert_false(has_event(p));
    struct tg_raw *waiting = p->conn;
    p->conn = person_dial(p, p->proof);
    send_declare(p);
    assert_false(tg_raw_waits(p->conn, 200));
    fails = true;
    hangs = false;
    assert_int_equal(tg_raw_ask(waiting, tg_span(NULL, 0), &first), TG_OK);
    assert_int_equal(tg_raw_status(tg_span_buf(&first)), 503);
    assert_int_equal(tg_raw_ask(p->conn, tg_span(NULL, 0), &second), TG_OK);
    assert_int_equal(tg_raw_status(tg_span_buf(&second)), 503);
    assert_false(has_event(p));
    tg_raw_close(&waiting);
}

static int heal(void **state)
{
    (void)state;
    hangs = fails = false;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_waits_for_the_record, heal),
        cmocka_unit_test_teardown(test_card_goes_meanwhile, heal),
        cmocka_unit_test_teardown(test_peer_goes_meanwhile, heal),
        cmocka_unit_test_teardown(test_index, heal),
        cmocka_unit_test_teardown(test_no_record_no_data, heal),
        cmocka_unit_test_teardown(test_no_record_no_rows, heal),
        cmocka_unit_test_teardown(test_no_record_no_step, heal),
    };

    return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
