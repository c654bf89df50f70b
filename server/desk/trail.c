#include "server/desk/trail.h"

#include "certs/base/text.h"
#include "server/desk/asking.h"
#include "server/desk/grounds.h"

#define TERMINAL_HEADER "tegata-terminal"

/* What is built for one entry and outlives only the writing. */
struct notes {
    struct tg_entry entry;
    struct tg_entry_row rows[TG_PAGE_ROWS];
    const char *lifted[TG_ENTRY_LIFTED];
    const char *grants[TG_GRANTS_HELD];
    char hash[65];
    char terminal[TG_NAME_BYTES];
};

static void note_person(struct tg_entry *n, const struct tg_staff *s)
{
    n->person = tg_staff_person(s);
    n->card = tg_staff_card(s);
    n->employer = tg_staff_employer(s);
    n->company = tg_staff_company(s);
    n->office = tg_staff_office(s);
    n->post = tg_staff_post(s);
    n->role = tg_staff_role(s);
    n->session = tg_staff_session(s);
}

enum tg_err tg_desk_note(const struct tg_staff *s, struct tg_buf *out)
{
    struct tg_entry n = {.kind = TG_KIND_SIGN_IN};

    note_person(&n, s);
    return tg_entry_who(&n, out);
}

static void note_staff(struct tg_entry *n, const struct tg_session *s)
{
    n->who = tg_session_note(s);
    if (n->who.n == 0) {
        note_person(n, tg_session_staff(s));
    }
}

/* Of a sign-in that was refused, as far as it was proven; of an accepted one the certificate too, and what
 * the decisions of the session will depend on.
 */
static void note_facts(struct tg_entry *n, const struct tg_visit *v)
{
    if (v->session == NULL) {
        n->person = v->facts.person;
        n->card = v->facts.card;
        n->session = v->claimed;
    } else if (v->kind == TG_KIND_SIGN_IN) {
        const struct tg_staff *s = tg_session_staff(v->session);

        n->areas = tg_staff_areas(s);
        n->company_kind = tg_company_kind_name(tg_staff_company_kind(s));
    }
    n->cert_serial = v->facts.serial;
    if (v->facts.displaced[0] != '\0') {
        n->detail = v->facts.displaced;
    }
}

/* Only an allowed answer shows rows: what a refusal had found stays unsaid. */
static void note_rows(struct notes *n, const struct tg_visit *v)
{
    if (v->verdict != TG_OK || v->rows == NULL) {
        return;
    }
    for (size_t i = 0; i < v->rows->n && i < TG_PAGE_ROWS; i++) {
        const struct tg_row *row = &v->rows->row[i];
        /* rows of a bulk inquiry each have a scope of their own, which hides nothing */
        const struct tg_clause *clause = v->scope != NULL ? tg_scope_clause(v->scope, row->clause) : NULL;

        n->rows[i] = (struct tg_entry_row){
            .id = row->id,
            .class = tg_class_name(row->class),
            .clear = row->fields,
            .hidden = clause != NULL ? tg_scope_catalogue(v->scope, row->clause) & ~clause->fields : 0};
        n->entry.n_rows = i + 1;
    }
    n->entry.rows = n->rows;
}

static enum tg_err note_decision(struct notes *n, const struct tg_visit *v)
{
    const struct tg_consent *consent = v->scope != NULL ? tg_scope_consent(v->scope) : NULL;

    n->entry.decision = v->verdict;
    n->entry.looks = v->looks;
    if (consent != NULL) {
        n->entry.basis = consent->ref;
        n->entry.consented = consent->from;
    }
    return tg_grounds_find(v->at->grounds, v->policy, v->scope, &n->entry.why);
}

/* Whom it is about, and what came of it. */
static void note_release(struct notes *n, const struct tg_visit *v)
{
    n->entry.subject = v->release.person;
    for (unsigned i = 0; i < v->release.n; i++) {
        n->lifted[i] = v->release.role[i];
    }
    n->entry.lifted = n->lifted;
    n->entry.n_lifted = v->release.n;
}

/* What they opened together at that moment: without it the decision could not be made again. */
static enum tg_err granted_write(const struct tg_grant *g, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "areas", g->areas);
    tg_jout_member_int(&j, "from", g->from);
    tg_jout_member_int(&j, "until", g->until);
    if (g->drill) {
        tg_jout_key(&j, "drill");
        tg_jout_bool(&j, true);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

/* What a look-up rests on, or the step of a grant, whole. */
static enum tg_err note_grants(struct notes *n, const struct tg_visit *v)
{
    struct tg_buf *aside = &v->at->aside;
    enum tg_err e = TG_OK;

    if (v->grant == NULL && !v->steps) {
        return TG_OK;
    }
    tg_buf_reset(aside);
    if (v->steps) {
        e = tg_step_write(&v->step, aside);
        n->entry.act = tg_span_buf(aside);
        return e;
    }
    for (size_t i = 0; i < v->grant->n; i++) {
        n->grants[i] = v->grant->id[i];
    }
    n->entry.grants = n->grants;
    n->entry.n_grants = v->grant->n;
    e = granted_write(v->grant, aside);
    n->entry.granted = tg_span_buf(aside);
    return e;
}

/* After the decision: where it was asked from, as claimed, decides nothing. */
static void note_place(struct notes *n, const struct tg_req *req)
{
    struct tg_span claimed = tg_req_header(req, TERMINAL_HEADER);

    if (claimed.n > sizeof n->terminal - 1) {
        claimed.n = sizeof n->terminal - 1;
    }
    if (claimed.n > 0 && tg_copy(n->terminal, sizeof n->terminal, claimed) == TG_OK) {
        n->entry.terminal = n->terminal;
    }
    n->entry.peer = tg_req_peer(req);
    n->entry.request = tg_req_id(req);
}

static enum tg_err note_question(struct notes *n, const struct tg_visit *v)
{
    enum tg_err e;

    n->entry.purpose = v->purpose;
    n->entry.case_ref = v->case_ref;
    n->entry.query_kind = v->asked_by;
    if (v->asked_by == NULL || (v->kind == TG_KIND_SHOW && v->verdict == TG_OK)) {
        return TG_OK; /* the record that was shown is the one that was asked for: its id stands in the rows */
    }
    if ((e = tg_query_hash(v->at->hasher, v->asked_by, v->asked, n->hash)) != TG_OK) {
        return e;
    }
    n->entry.query_hash = n->hash;
    return TG_OK;
}

enum tg_err tg_trail_write(const struct tg_visit *v, struct tg_buf *out)
{
    struct notes n TG_UNSET;
    enum tg_err e;

    memset(&n.entry, 0, sizeof n.entry);
    n.entry.kind = v->kind;
    n.entry.time = v->time;
    if (v->session != NULL) {
        note_staff(&n.entry, v->session);
    }
    note_facts(&n.entry, v);
    note_rows(&n, v);
    note_release(&n, v);
    if (v->detail != NULL) {
        n.entry.detail = v->detail;
    }
    if (v->asking != NULL && (e = tg_asking_note(v, &n.entry.act)) != TG_OK) {
        return e;
    }
    if ((e = note_decision(&n, v)) != TG_OK || (e = note_question(&n, v)) != TG_OK ||
        (e = note_grants(&n, v)) != TG_OK) {
        return e;
    }
    note_place(&n, v->req);
    return tg_entry_write(&n.entry, out);
}

enum tg_err tg_trail_end(struct tg_session *s, enum tg_err why, const char *detail, struct tg_buf *out)
{
    struct tg_entry n = {.kind = TG_KIND_SESSION_END, .time = tg_now_us(), .decision = why, .detail = detail};

    note_staff(&n, s);
    return tg_entry_write(&n, out);
}

enum tg_err tg_trail_noise(uint64_t unwritten, tg_sec now, struct tg_buf *out)
{
    char detail[64];
    struct tg_entry n = {
        .kind = TG_KIND_DENIED, .time = now * 1000000, .decision = TG_E_LIMIT, .detail = detail};

    (void)snprintf(detail, sizeof detail, "%llu more refusals, counted only", (unsigned long long)unwritten);
    return tg_entry_write(&n, out);
}
