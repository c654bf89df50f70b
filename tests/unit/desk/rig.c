#include "tests/unit/desk/rig.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/secret.h"
#include "client/proof/approval.h"
#include "server/policy_file.h"
#include "server/records/load.h"

static const char settings[] = "host = 127.0.0.1\nport = 0\nissuer = " ISSUER "\nloops = 2\n"
                               "audit_segment = 1048576\n";
static const char companies[] = "code,name,kind,home\nHOME,東北電力,retail,yes\nR0001,みちのく電力,retail,"
                                "no\nNW,ネットワーク,network,no\n";
static const char staff[] = "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
                            "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸営業所,,2020-04-01,\n"
                            "N0001,試験 二郎,NW,,,,nsc,nw.operator,NSC,,2020-04-01,\n"
                            "P0001,試験 三郎,HOME,,,,policy,policy.admin,本店,,2020-04-01,\n"
                            "P0002,試験 四郎,HOME,,,,policy,policy.admin,本店,,2020-04-01,\n";
static const char cards[] = "card,person,status\n"
                            "01234567-89ab-4cde-8f01-23456789abcd,E0001,active\n"
                            "11234567-89ab-4cde-8f01-23456789abcd,N0001,active\n"
                            "21234567-89ab-4cde-8f01-23456789abcd,P0001,active\n"
                            "31234567-89ab-4cde-8f01-23456789abcd,P0002,active\n";

/* name, kana, phone, point by class: two of ours, two of another retailer */
static const struct {
    const char *id, *class, *retailer, *name, *kana, *phone, *point;
} customers[] = {
    {"own1", "own", "HOME", "山田 太郎", "ヤマダ タロウ", "0178-12-3456", "0200000000000000000001"},
    {"own2", "own", "HOME", "高橋 花子", "タカハシ ハナコ", "0178-12-3457", "0200000000000000000002"},
    {"other1", "other", "R0001", "佐々木 次郎", "ササキ ジロウ", "0178-99-0001", "0200000000000000000003"},
    {"other2", "other", "R0001", "山田 太郎", "ヤマダ タロウ", "0178-99-0002", "0200000000000000000004"},
};

const char *rig_path(const struct rig *r, const char *file)
{
    static _Thread_local char path[4][256];
    static _Thread_local unsigned next;
    char *p = path[next++ % 4];

    (void)snprintf(p, sizeof path[0], "%s/%s", r->folder, file);
    return p;
}

void rig_put(struct rig *r, const char *file, struct tg_span text)
{
    assert_int_equal(tg_file_write(rig_path(r, file), text, 0600), TG_OK);
}

void rig_get(const struct rig *r, const char *file, struct tg_buf *to)
{
    assert_int_equal(tg_file_read(rig_path(r, file), to), TG_OK);
}

static void put_made(struct rig *r, const char *file, const struct made *m)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(65536);

    add_pem(m, &pem);
    rig_put(r, file, tg_span_buf(&pem));
}

/* make.h counts from its own fixed moment; the server's clock is the real one. */
static struct spec in_time(struct spec s)
{
    s.from += tg_now() - NOW;
    s.to += tg_now() - NOW;
    return s;
}

static struct made make_now(struct spec s)
{
    s = in_time(s);
    return make_cert(&s);
}

static void make_crls(struct rig *r)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    const struct made *by[] = {&r->root, &r->issuing};

    for (size_t i = 0; i < 2; i++) {
        struct crl_spec s = spec_crl(by[i]);

        s.last += tg_now() - NOW;
        s.next += tg_now() - NOW;
        add_crl(&s, &crls);
    }
    rig_put(r, "card-trust/crl.pem", tg_span_buf(&crls));
}

void rig_person(struct rig *r, struct person *p, const char *id, const char *card)
{
    char uri[64];
    struct spec auth = spec_auth(&r->issuing), presence = spec_card(&r->issuing);

    p->rig = r;
    (void)snprintf(uri, sizeof uri, "urn:tegata:person:%s", id);
    auth.uri[0] = uri;
    auth.uri[1] = card;
    presence.uri[0] = card;
    p->auth = make_now(auth);
    p->card = make_now(presence);
    p->auth_cert = parsed(&p->auth);
    p->card_cert = parsed(&p->card);
}

static void put_tls(struct rig *r)
{
    struct spec s = spec_auth(&r->root);

    s.eku = "serverAuth";
    s.uri[0] = NULL;
    s.extra[0] = "subjectAltName=DNS:localhost";
    struct made server = make_now(s);
    put_made(r, "tls/server.pem", &server);
    FILE *f = fopen(rig_path(r, "tls/server.key"), "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_PrivateKey(f, server.key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(f), 0);
    made_done(&server);
}

static void put_trust(struct rig *r)
{
    r->root = make_now(spec_root("root"));
    r->issuing = make_now(spec_issuer("issuing", &r->root));
    put_made(r, "card-trust/anchors.pem", &r->root);
    put_made(r, "card-trust/intermediates.pem", &r->issuing);
    put_made(r, "ca.pem", &r->root);
    make_crls(r);
}

static void put_customers(struct rig *r)
{
    struct tg_companies *list = NULL;
    struct tg_load *load = NULL;
    char why[256] = "";
    unsigned line = 0;

    assert_int_equal(tg_companies_load(rig_path(r, "staff/companies.csv"), &list, &line, why, sizeof why),
                     TG_OK);
    assert_int_equal(tg_load_begin(rig_path(r, "customers.db"), list, &load), TG_OK);
    for (size_t i = 0; i < sizeof customers / sizeof *customers; i++) {
        struct tg_customer c = {.id = tg_span_str(customers[i].id), .class = tg_span_str(customers[i].class)};
        const char *refused = NULL;

        c.value[TG_F_NAME] = tg_span_str(customers[i].name);
        c.value[TG_F_KANA] = tg_span_str(customers[i].kana);
        c.value[TG_F_PHONE] = tg_span_str(customers[i].phone);
        c.value[TG_F_POINT] = tg_span_str(customers[i].point);
        c.value[TG_F_RETAILER] = tg_span_str(customers[i].retailer);
        c.value[TG_F_POLE] = tg_span_str("八戸幹12");
        c.value[TG_F_CAPACITY] = tg_span_str("30A");
        c.value[TG_F_METER] = tg_span_str("M-0001");
        if (tg_load_add(load, &c, &refused) != TG_OK) {
            fail_msg("%s", refused);
        }
    }
    assert_int_equal(tg_load_commit(&load), TG_OK);
    tg_companies_free(&list);
}

static void make_folders(struct rig *r)
{
    static const char *const names[] = {"keys", "staff", "tls", "card-trust", "audit"};

    memcpy(r->folder, "/tmp/tegata-desk-XXXXXX", sizeof "/tmp/tegata-desk-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(mkdir(rig_path(r, names[i]), 0700), 0);
    }
}

static void make_files(struct rig *r)
{
    rig_put(r, "tegata-server.conf", tg_span_str(settings));
    rig_put(r, "staff/companies.csv", tg_span_str(companies));
    rig_put(r, "staff/staff.csv", tg_span_str(staff));
    rig_put(r, "staff/cards.csv", tg_span_str(cards));
    assert_int_equal(tg_key_make(rig_path(r, "keys/token.key")), TG_OK);
    assert_int_equal(tg_key_make(rig_path(r, "keys/audit.key")), TG_OK);
    assert_int_equal(tg_query_key_make(rig_path(r, "keys/query.hex")), TG_OK);
}

static void *serve(void *arg)
{
    struct rig *r = arg;

    r->served = tg_door_run(r->app.door);
    return NULL;
}

void rig_start(struct rig *r)
{
    char why[1024] = "";

    if (tg_app_open(rig_path(r, "tegata-server.conf"), &r->app, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    assert_int_equal(pthread_create(&r->thread, NULL, serve, r), 0);
    r->running = true;
}

long rig_stop(struct rig *r)
{
    tg_usec began = tg_mono_us();

    if (!r->running) {
        return 0;
    }
    tg_door_drain(r->app.door);
    assert_int_equal(pthread_join(r->thread, NULL), 0);
    r->running = false;
    long took = (long)((tg_mono_us() - began) / 1000);
    assert_int_equal(r->served, TG_OK);
    tg_app_close(&r->app);
    return took;
}

int rig_setup(void **state)
{
    struct rig *r = calloc(1, sizeof *r);

    assert_non_null(r);
    make_folders(r);
    make_files(r);
    put_trust(r);
    put_tls(r);
    put_customers(r);
    rig_person(r, &r->counter, "E0001", "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd");
    rig_person(r, &r->operator, "N0001", "urn:uuid:11234567-89ab-4cde-8f01-23456789abcd");
    rig_person(r, &r->signer[0], "P0001", "urn:uuid:21234567-89ab-4cde-8f01-23456789abcd");
    rig_person(r, &r->signer[1], "P0002", "urn:uuid:31234567-89ab-4cde-8f01-23456789abcd");
    rig_start(r);
    person_new_key(&r->counter);
    person_new_key(&r->operator);
    *state = r;
    return 0;
}

void person_done(struct person *p)
{
    tg_raw_close(&p->conn);
    tg_proof_free(&p->proof);
    tg_cert_free(&p->auth_cert);
    tg_cert_free(&p->card_cert);
    made_done(&p->auth);
    made_done(&p->card);
}

/* The folder is two levels deep. */
static void sweep(const char *folder, int depth)
{
    DIR *d = opendir(folder);
    const struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL) {
        char path[512];

        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' && unlink(path) != 0 && depth > 0) {
            sweep(path, depth - 1);
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    (void)rmdir(folder);
}

int rig_teardown(void **state)
{
    struct rig *r = *state;

    if (r == NULL) {
        return 0;
    }
    (void)rig_stop(r);
    person_done(&r->counter);
    person_done(&r->operator);
    person_done(&r->signer[0]);
    person_done(&r->signer[1]);
    made_done(&r->issuing);
    made_done(&r->root);
    sweep(r->folder, 1);
    free(r);
    return 0;
}

static void approve(const struct person *p, const struct tg_act *act, struct tg_buf *out)
{
    struct tg_approving a = {.act = "policy",
                             .digest = act->digest,
                             .prior = act->prior,
                             .seq = act->number,
                             .audience = ISSUER,
                             .cert = p->auth_cert};

    assert_int_equal(tg_approval_sign(&a, tg_now(), tg_jws_sign_with_key, p->auth.key, out), TG_OK);
}

void rig_activate(struct rig *r, struct tg_span text)
{
    struct tg_acts_conf conf = tg_policy_acts(&r->app.settings);
    struct tg_act act = {.kind = TG_ACT_POLICY, .n_approvals = 2};
    struct tg_buf line[2] = {TG_BUF_INIT(TG_JWS_BYTES), TG_BUF_INIT(TG_JWS_BYTES)};
    struct tg_acts *acts = NULL;
    char why[512] = "";

    if (tg_acts_open(&conf, TG_LEDGER_WRITE, &acts, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    const struct tg_act *last = tg_acts_last(acts, TG_ACT_POLICY, NULL, tg_acts_count(acts));
    (void)snprintf(act.prior, sizeof act.prior, "%s", last != NULL ? last->digest : tg_acts_builtin(acts));
    act.number = last != NULL ? last->number + 1 : 1;
    assert_int_equal(tg_sha256_hex(text, act.digest), TG_OK);
    for (size_t i = 0; i < 2; i++) {
        approve(&r->signer[i], &act, &line[i]);
        act.approval[i] = tg_buf_cstr(&line[i]);
    }
    assert_int_equal(tg_acts_keep(&conf, text), TG_OK);
    assert_int_equal(tg_acts_add(acts, &act, tg_now_us()), TG_OK);
    tg_acts_close(&acts);
    tg_buf_done(&line[0]);
    tg_buf_done(&line[1]);
}

void rig_reload(struct rig *r)
{
    char why[1024] = "";

    if (tg_app_reload(&r->app, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
}

void pause_ms(long ms)
{
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)nanosleep(&t, NULL);
}
