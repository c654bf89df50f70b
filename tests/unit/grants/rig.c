#include "tests/unit/grants/rig.h"

#include <sys/stat.h>

#include "certs/base/file.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct {
    const char *person, *company, *employer, *role, *office;
} cast[WHOS] = {
    [N1] = {"N1", "NW", "NW", "nw.duty", "本社"},
    [N2] = {"N2", "NW", "NW", "nw.duty", "本社"},
    [R1] = {"R1", "HOME", "HOME", "retail.duty", "本店"},
    [R2] = {"R2", "HOME", "HOME", "retail.duty", "本店"},
    [Q1] = {"Q1", "R0001", "R0001", "retail.duty", "東京"},
    [X1] = {"X1", "HOME", "HOME", "emergency.responder", "青森"},
    [X2] = {"X2", "HOME", "HOME", "emergency.responder", "盛岡"},
    [X3] = {"X3", "HOME", "HOME", "emergency.responder", "青森"},
    [T1] = {"T1", "HOME", "HOME", "nw.duty", "本店"},
    [C1] = {"C1", "NW", "CC", "nw.duty", "委託"},
    [S1] = {"S1", "HOME", "HOME", "retail.supervisor", "青森"},
    [DUTY_ON_ROSTER] = {"D1", "HOME", "HOME", "retail.duty", "本店"},
};

static const char companies_csv[] = "code,name,kind,home\nHOME,東北電力,retail,yes\nNW,東北NW,network,\n"
                                    "R0001,別の小売,retail,\nCC,委託先,contractor,\n";

static void put(const struct rig *r, const char *name, struct tg_span text)
{
    char *path = tg_path_join(r->folder, name);

    assert_non_null(path);
    assert_int_equal(tg_file_write(path, text, 0600), TG_OK);
    free(path);
}

static void load_book(struct rig *r)
{
    char why[512] = "";

    tg_book_unref(&r->book);
    if (tg_book_load(r->folder, &r->book, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    r->world.book = r->book;
}

void rig_staff(struct rig *r, const char *was, const char *is)
{
    TG_BUF_AUTO text = TG_BUF_INIT(65536);

    assert_int_equal(
        tg_buf_add_str(&text, "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"),
        TG_OK);
    for (size_t i = 0; i < WHOS; i++) {
        char line[256];
        bool contractor = strcmp(cast[i].company, cast[i].employer) != 0;

        (void)snprintf(line, sizeof line, "%s,試験 %zu,%s,%s,%s,,p,%s,%s,,2020-04-01,\n", cast[i].person, i + 1,
                       cast[i].employer, contractor ? cast[i].company : "", contractor ? "2099-03-31" : "",
                       cast[i].role, cast[i].office);
        const char *at = was != NULL ? strstr(line, was) : NULL;
        assert_int_equal(at != NULL ? tg_buf_addf(&text, "%.*s%s%s", (int)(at - line), line, is, at + strlen(was))
                                    : tg_buf_add_str(&text, line),
                         TG_OK);
    }
    put(r, "staff.csv", tg_span_buf(&text));
    load_book(r);
}

static void make_cards(struct rig *r)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    TG_BUF_AUTO list = TG_BUF_INIT(65536);
    struct spec root = spec_root("root"), issuing;
    struct crl_spec crl;

    r->root = make_cert(&root);
    issuing = spec_issuer("issuing", &r->root);
    r->issuing = make_cert(&issuing);
    crl = spec_crl(&r->issuing);
    add_crl(&crl, &crls);
    r->trust = trust_of(&r->root, &r->issuing, &crls);
    assert_int_equal(tg_buf_add_str(&list, "card,person,status\n"), TG_OK);
    for (size_t i = 0; i < WHOS; i++) {
        struct spec s = spec_auth(&r->issuing);
        char person[64], card[64];

        (void)snprintf(person, sizeof person, "urn:tegata:person:%s", cast[i].person);
        (void)snprintf(card, sizeof card, "urn:uuid:00000000-0000-4000-8000-%012zu", i + 1);
        s.uri[0] = person;
        s.uri[1] = card;
        s.serial = 100 + i;
        r->card[i] = make_cert(&s);
        r->cert[i] = parsed(&r->card[i]);
        assert_int_equal(tg_buf_addf(&list, "%s,%s,active\n", card + 9, cast[i].person), TG_OK);
    }
    put(r, "cards.csv", tg_span_buf(&list));
}

int rig_setup(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;

    assert_non_null(r);
    memcpy(r->folder, "/tmp/tegata-grants-XXXXXX", sizeof "/tmp/tegata-grants-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    put(r, "companies.csv", tg_span_str(companies_csv));
    make_cards(r);
    rig_staff(r, NULL, NULL);
    assert_int_equal(tg_file_read(getenv("DEFAULT_POLICY"), &text), TG_OK);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &r->policy, &fault), TG_OK);
    assert_int_equal(tg_grants_new(&r->grants), TG_OK);
    r->world.trust = r->trust;
    r->world.policy = r->policy;
    r->world.audience = AUDIENCE;
    r->now = NOW;
    *state = r;
    return 0;
}

int rig_teardown(void **state)
{
    struct rig *r = *state;
    char command[128];

    (void)snprintf(command, sizeof command, "rm -rf %s", r->folder);
    for (size_t i = 0; i < WHOS; i++) {
        tg_cert_free(&r->cert[i]);
        made_done(&r->card[i]);
    }
    made_done(&r->issuing);
    made_done(&r->root);
    tg_trust_free(&r->trust);
    tg_book_unref(&r->book);
    tg_policy_unref(&r->policy);
    tg_grants_free(&r->grants);
    free(r);
    return system(command) == 0 ? 0 : 1;
}

const char *rig_person(enum who w)
{
    return cast[w].person;
}

struct tg_doer rig_doer(enum who w)
{
    return (struct tg_doer){cast[w].person, cast[w].company, cast[w].employer, cast[w].role, cast[w].office};
}

enum tg_err rig_step(struct rig *r, struct tg_step *s)
{
    s->at = r->now;
    enum tg_err e = tg_grants_check(r->grants, &r->world, s);

    if (e == TG_OK) {
        assert_int_equal(tg_grants_apply(r->grants, &r->world, s), TG_OK);
    } else if (e != TG_E_CLOCK) { /* what is on record already is done by its own time */
        assert_int_equal(tg_grants_apply(r->grants, &r->world, s), e); /* the second look is no milder */
    }
    return e;
}

struct tg_step rig_outage(enum who by, struct rig *r)
{
    return (struct tg_step){.what = TG_STEP_DECLARE,
                            .by = rig_doer(by),
                            .kind = TG_EVENT_OUTAGE,
                            .cause = "台風による停電",
                            .role = "emergency.responder",
                            .areas = "02203 02207",
                            .people = PEOPLE,
                            .seconds = HOUR,
                            .end = r->now + 3 * HOUR};
}

enum tg_err rig_declare(struct rig *r, enum who by)
{
    struct tg_step s = rig_outage(by, r);
    enum tg_err e = rig_step(r, &s);

    if (e == TG_OK) {
        memcpy(r->id, s.id, sizeof r->id);
    }
    return e;
}

static const struct tg_plea *plea_of(struct rig *r, enum who by, unsigned number)
{
    const struct tg_event *e = tg_grants_find(r->grants, r->id);
    const struct tg_roster *ro = tg_grants_find_roster(r->grants, r->id);
    const struct tg_plea *waits = NULL;

    if (ro != NULL) {
        return &ro->plea;
    }
    assert_non_null(e);
    waits = tg_event_waits(e, tg_policy_voice(r->policy, cast[by].role, e->role, e->kind), r->now);
    if (number > 1 || (number == 0 && waits == &e->extension) || (number == 0 && e->extension.number != 0)) {
        return &e->extension;
    }
    return &e->first;
}

char *rig_sign(struct rig *r, enum who by, const struct bent *b)
{
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    enum who card = b->other ? b->card : by;
    const struct tg_plea *p = plea_of(r, by, b->number);
    const struct tg_event *e = tg_grants_find(r->grants, r->id);
    bool follows = p->number > 1;
    struct tg_approving a = {.act = e != NULL ? "grant" : "roster",
                             .digest = p->digest,
                             .prior = follows ? e->digest : NULL,
                             .seq = follows ? p->number : 0,
                             .audience = AUDIENCE,
                             .cert = r->cert[card]};

    a.act = b->act != NULL ? b->act : a.act;
    a.digest = b->digest != NULL ? b->digest : a.digest;
    a.prior = b->prior != NULL ? b->prior : a.prior;
    a.seq = b->seq != 0 ? b->seq : a.seq;
    a.audience = b->audience != NULL ? b->audience : a.audience;
    assert_int_equal(
        tg_approval_sign(&a, b->at != 0 ? b->at : r->now, tg_jws_sign_with_key, r->card[card].key, &jws), TG_OK);
    return strdup(tg_buf_cstr(&jws));
}

enum tg_err rig_approve_bent(struct rig *r, enum who by, const struct bent *b)
{
    char *made = b->text == NULL ? rig_sign(r, by, b) : NULL;
    struct tg_step s = {.what = tg_grants_find(r->grants, r->id) != NULL ? TG_STEP_APPROVE : TG_STEP_ROSTER_APPROVE,
                        .by = rig_doer(by),
                        .number = b->number,
                        .approval = made != NULL ? made : b->text};

    memcpy(s.id, r->id, sizeof s.id);
    enum tg_err e = rig_step(r, &s);
    free(made);
    return e;
}

enum tg_err rig_approve(struct rig *r, enum who by)
{
    return rig_approve_bent(r, by, &(struct bent){.act = NULL});
}

static enum tg_err simple(struct rig *r, struct tg_step s, enum who by)
{
    s.by = rig_doer(by);
    if (s.id[0] == '\0') {
        memcpy(s.id, r->id, sizeof s.id);
    }
    return rig_step(r, &s);
}

enum tg_err rig_start(struct rig *r, enum who by, const char *reason)
{
    return simple(r, (struct tg_step){.what = TG_STEP_START, .reason = reason}, by);
}

enum tg_err rig_extend(struct rig *r, enum who by, tg_sec seconds, tg_sec end)
{
    return simple(r, (struct tg_step){.what = TG_STEP_EXTEND, .seconds = seconds, .end = end}, by);
}

enum tg_err rig_close(struct rig *r, enum who by)
{
    return simple(r, (struct tg_step){.what = TG_STEP_CLOSE}, by);
}

enum tg_err rig_acknowledge(struct rig *r, enum who by)
{
    const struct tg_event *e = rig_event(r);
    const struct tg_granting *rule = tg_policy_granting(r->policy, e->role, e->kind);

    return simple(r, (struct tg_step){.what = TG_STEP_ACKNOWLEDGE, .pledge = rule->pledge}, by);
}

enum tg_err rig_review(struct rig *r, enum who by, const char *views, enum tg_verdict_of_view v)
{
    return simple(r, (struct tg_step){.what = TG_STEP_REVIEW, .views = views, .verdict = v}, by);
}

enum tg_err rig_alarm(struct rig *r, enum who by, const char *id)
{
    struct tg_step s = {.what = TG_STEP_ALARM};

    (void)snprintf(s.id, sizeof s.id, "%s", id);
    return simple(r, s, by);
}

const char *rig_standing(struct rig *r)
{
    static char id[TG_GRANT_ID_BYTES];
    struct tg_step s = {.what = TG_STEP_PROPOSE,
                        .by = rig_doer(N1),
                        .cause = "青森の夜間当番",
                        .role = "emergency.responder",
                        .areas = "02203 02207",
                        .people = PEOPLE,
                        .seconds = 24 * HOUR,
                        .end = r->now + 30 * 24 * HOUR};

    assert_int_equal(rig_step(r, &s), TG_OK);
    memcpy(r->id, s.id, sizeof r->id);
    memcpy(id, s.id, sizeof id);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    return id;
}

void rig_live(struct rig *r)
{
    assert_int_equal(rig_declare(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, N1), TG_OK);
    assert_int_equal(rig_approve(r, R1), TG_OK);
    assert_int_equal(rig_acknowledge(r, X1), TG_OK);
    assert_int_equal(rig_acknowledge(r, X2), TG_OK);
}

enum tg_err rig_of(struct rig *r, enum who w, struct tg_grant *g)
{
    static struct tg_grant all;
    struct tg_grantee who = {cast[w].person, cast[w].role, cast[w].office, cast[w].company};
    enum tg_err e = tg_grants_of(r->grants, &who, r->now, &all);

    assert_int_equal(e == TG_OK, all.n > 0 && all.areas[0] != '\0');
    if (g != NULL) {
        *g = all;
    }
    return e;
}

void rig_saw(struct rig *r, enum who w, const char *events)
{
    const struct tg_view_of v = {.seq = ++r->seq,
                                 .at = r->now,
                                 .person = cast[w].person,
                                 .office = cast[w].office,
                                 .company = cast[w].company,
                                 .kind = "show",
                                 .rows = 1,
                                 .ids = "c1",
                                 .events = events};

    assert_int_equal(tg_grants_saw(r->grants, &v), TG_OK);
}

const struct tg_event *rig_event(struct rig *r)
{
    const struct tg_event *e = tg_grants_find(r->grants, r->id);

    assert_non_null(e);
    return e;
}

enum tg_event_state rig_state(struct rig *r)
{
    return tg_event_state(rig_event(r), r->now);
}
