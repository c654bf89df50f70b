#include "server/desk/reply.h"

#include "certs/base/text.h"
#include "server/desk/reasons.h"

#define MEDIA_JSON "application/json"
#define MEDIA_PROBLEM "application/problem+json"

/* RFC 9110 section 12.5.4, as far as two languages need it: English only for who asks for it first. */
static bool wants_english(const struct tg_req *req)
{
    struct tg_span lang = tg_req_header(req, "accept-language");

    return lang.n >= 2 && lang.p[0] == 'e' && lang.p[1] == 'n';
}

/* Which policy an answer stands on: the one that decided this visit, or, of an answer without a visit, the
 * one in force. The same for every answer, so it says nothing about who or what was asked for.
 */
#define POLICY_HEADER "Tegata-Policy: "

static void name_policy(const struct tg_req *req, char out[sizeof POLICY_HEADER + 66])
{
    const struct tg_desk_loop *at = tg_loop_local(tg_req_loop(req));
    struct tg_policy *now = NULL;

    if (at->decided == NULL) {
        now = tg_visit_policy(at->desk, NULL);
    }
    /* pieced together: this is done for every answer */
    memcpy(out, POLICY_HEADER, sizeof POLICY_HEADER - 1);
    memcpy(out + sizeof POLICY_HEADER - 1, tg_policy_digest(now != NULL ? now : at->decided), 64);
    memcpy(out + sizeof POLICY_HEADER + 63, "\r\n", 3);
    tg_policy_unref(&now);
}

struct sending {
    int status;
    const char *media;
    const char *more; /* a header line, or NULL */
};

/* The one place that answers. */
static void answer(struct tg_req *req, const struct sending *s, struct tg_span body)
{
    char headers[sizeof POLICY_HEADER + 66 + 128];

    name_policy(req, headers);
    if (s->more != NULL) {
        (void)snprintf(headers + strlen(headers), 128, "%s", s->more);
    }
    tg_req_answer(req, s->status, s->media, headers, body);
}

struct page {
    struct tg_reasons *reasons;
    struct tg_policy *policy;
    const struct tg_scope *scope;
    bool english;
    struct tg_frame frame[TG_CLAUSES]; /* by clause, once it was asked for */
};

static struct page page_of(const struct tg_req *req, struct tg_policy *policy, const struct tg_scope *scope)
{
    const struct tg_desk_loop *at = tg_loop_local(tg_req_loop(req));

    return (struct page){
        .reasons = at->reasons, .policy = policy, .scope = scope, .english = wants_english(req)};
}

static void put_anew(struct tg_jout *j, const struct tg_hiding *h, const struct tg_row *row)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "id", row->id);
    tg_jout_member(j, "class", tg_class_name(row->class));
    tg_jout_key(j, "fields");
    tg_jout_raw(j, row->json);
    tg_jout_key(j, "hidden");
    tg_reasons_write(h, j);
    tg_jout_close(j, '}');
}

/* A row is its id and its fields, in the frame of its clause. */
static void put_row(struct tg_jout *j, struct page *p, const struct tg_row *row)
{
    struct tg_hiding h = {
        .policy = p->policy, .scope = p->scope, .clause = row->clause, .english = p->english};
    struct tg_frame *frame = &p->frame[row->clause];

    if (frame->front.n == 0 && !tg_reasons_frame(p->reasons, &h, frame)) {
        put_anew(j, &h, row);
        return;
    }
    tg_jout_raw_key(j, tg_span_str("{\"id\":"));
    tg_jout_str(j, row->id);
    tg_jout_raw_key(j, frame->front);
    tg_jout_raw(j, row->json);
    tg_jout_raw(j, frame->back);
}

static void put_rows(struct tg_jout *j, struct page *p, const struct tg_rows *rows)
{
    tg_jout_open(j, '{');
    tg_jout_key(j, "rows");
    tg_jout_open(j, '[');
    for (size_t i = 0; i < rows->n; i++) {
        put_row(j, p, &rows->row[i]);
    }
    tg_jout_close(j, ']');
    tg_jout_key(j, "next");
    if (rows->cursor.n == 0) {
        tg_jout_null(j);
    } else {
        tg_jout_span(j, tg_span_buf(&rows->cursor));
    }
    tg_jout_close(j, '}');
}

/* The promise once more, at run time. Through a volatile, because the compiler takes "nonnull" for a fact. */
static bool is_receipt(struct tg_receipt *receipt)
{
    struct tg_receipt *volatile seen = receipt;

    return seen != NULL;
}

/* A finished answer, or 500 when it did not fit or memory was short. The receipt is spent either way. */
static void finish(struct tg_req *req, struct tg_receipt *receipt, struct tg_jout *j)
{
    enum tg_err e = is_receipt(receipt) ? TG_OK : TG_E_AUDIT_DOWN;

    if (e == TG_OK && tg_jout_end(j) != TG_OK) {
        e = TG_E_INTERNAL;
    }
    if (e != TG_OK) {
        tg_reply_problem(req, e, NULL);
    } else {
        answer(req, &(struct sending){200, MEDIA_JSON, NULL}, tg_span_buf(j->to));
    }
    tg_wipe(j->to->p, j->to->n);
    tg_receipt_free(&receipt);
}

/* Room for what most answers need, at once: a buffer that grows leaves copies of rows behind. Too little room
 * is no error here, it is one when the rows are put.
 */
static void answer_begin(struct tg_jout *j, struct tg_buf *body, const struct tg_rows *rows)
{
    size_t guess = 256 + rows->text.n + rows->n * 4096;

    tg_ignore(tg_buf_reserve(body, guess < body->max ? guess : body->max));
    tg_jout_init(j, body);
}

void tg_reply_rows(struct tg_req *req, struct tg_receipt *receipt, struct tg_policy *policy,
                   const struct tg_scope *scope, const struct tg_rows *rows)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct page page = page_of(req, policy, scope);
    struct tg_jout j;

    answer_begin(&j, &body, rows);
    put_rows(&j, &page, rows);
    finish(req, receipt, &j);
}

void tg_reply_nothing(struct tg_req *req, struct tg_receipt *receipt, const struct tg_why *why)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct tg_jout j;

    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "rows");
    tg_jout_open(&j, '[');
    tg_jout_close(&j, ']');
    tg_jout_key(&j, "next");
    tg_jout_null(&j);
    if (why->rule[0] != '\0') {
        tg_jout_key(&j, "nothing");
        tg_reasons_why(why, wants_english(req), &j);
    }
    tg_jout_close(&j, '}');
    finish(req, receipt, &j);
}

void tg_reply_row(struct tg_req *req, struct tg_receipt *receipt, struct tg_policy *policy,
                  const struct tg_scope *scope, const struct tg_rows *rows)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct page page = page_of(req, policy, scope);
    struct tg_jout j;

    answer_begin(&j, &body, rows);
    put_row(&j, &page, &rows->row[0]);
    finish(req, receipt, &j);
}

void tg_reply_disclosure(struct tg_req *req, struct tg_receipt *receipt, const struct tg_disclosure *d)
{
    static const struct tg_rows none = {.n = 0};
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct page page = page_of(req, d->policy, d->scope);
    const struct tg_rows *rows = d->rows != NULL ? d->rows : &none;
    struct tg_jout j;

    answer_begin(&j, &body, rows);
    tg_jout_open(&j, '{');
    tg_jout_raw(&j, d->members);
    tg_jout_key(&j, "row");
    if (rows->n > 0) {
        put_row(&j, &page, &rows->row[0]);
    } else {
        tg_jout_null(&j);
    }
    tg_jout_close(&j, '}');
    finish(req, receipt, &j);
}

void tg_reply_results(struct tg_req *req, struct tg_receipt *receipt, const struct tg_disclosure *d,
                      const struct tg_result *results, size_t n)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct page page = page_of(req, d->policy, d->scope);
    struct tg_jout j;

    answer_begin(&j, &body, d->rows);
    tg_jout_open(&j, '{');
    tg_jout_raw(&j, d->members);
    tg_jout_key(&j, "results");
    tg_jout_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        tg_jout_open(&j, '{');
        tg_jout_member(&j, "outcome", results[i].outcome);
        if (results[i].row != NULL) {
            tg_jout_key(&j, "row");
            put_row(&j, &page, results[i].row);
        }
        tg_jout_close(&j, '}');
    }
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    finish(req, receipt, &j);
}

void tg_reply_written(struct tg_req *req, struct tg_receipt *receipt, struct tg_span json)
{
    if (is_receipt(receipt)) {
        answer(req, &(struct sending){200, MEDIA_JSON, NULL}, json);
    } else {
        tg_reply_problem(req, TG_E_AUDIT_DOWN, NULL);
    }
    tg_receipt_free(&receipt);
}

void tg_reply_public(struct tg_req *req, struct tg_span json)
{
    answer(req, &(struct sending){200, MEDIA_JSON, NULL}, json);
}

/* RFC 6749 section 5.2 */
static const char *oauth_error(enum tg_err err)
{
    int status = tg_err_status(err);

    if (err == TG_E_GRANT_TYPE) {
        return "unsupported_grant_type";
    }
    if (status >= 500) {
        return "temporarily_unavailable";
    }
    return err == TG_E_BAD_MEMBER || err == TG_E_BAD_REQUEST || err == TG_E_MEDIA_TYPE ? "invalid_request"
                                                                                       : "invalid_grant";
}

static bool is_oauth(const struct tg_req *req)
{
    const struct tg_route *route = tg_req_route(req);

    return route != NULL && strncmp(route->path, "/oauth/", 7) == 0;
}

/* What was refused: member, choice, cap and nothing are NULL where they do not belong to it. */
struct problem {
    const struct tg_why *nothing;
    bool english; /* nothing only */
    enum tg_err err;
    const char *member;
    const struct tg_sign_in_facts *choice;
    const struct tg_cap *cap;
    tg_sec wait; /* cap only */
};

static void put_choice(struct tg_jout *j, const struct tg_sign_in_facts *choice)
{
    tg_jout_key(j, "posts");
    tg_jout_open(j, '[');
    for (unsigned i = 0; i < choice->n_posts; i++) {
        tg_jout_str(j, choice->posts[i]);
    }
    tg_jout_close(j, ']');
}

/* The policy's own words, because they say whom to ask. */
static void put_titles(struct tg_jout *j, const struct problem *p)
{
    char text[2 * TG_POLICY_SENTENCE_BYTES + 2];

    if (p->cap == NULL) {
        tg_jout_member(j, "title", tg_err_en(p->err));
        tg_jout_member(j, "title_ja", tg_err_ja(p->err));
        return;
    }
    (void)snprintf(text, sizeof text, "%s %s", p->cap->reason_en, p->cap->next_en);
    tg_jout_member(j, "title", text);
    (void)snprintf(text, sizeof text, "%s%s", p->cap->reason_ja, p->cap->next_ja);
    tg_jout_member(j, "title_ja", text);
    tg_jout_member(j, "rule", p->cap->rule);
    tg_jout_member_int(j, "retry_after", p->wait);
}

static void put_problem(struct tg_jout *j, const struct problem *p, bool oauth)
{
    enum tg_err err = p->err;
    char type[64];

    (void)snprintf(type, sizeof type, TG_PROBLEM_PREFIX "%s", tg_err_code(err));
    tg_jout_open(j, '{');
    tg_jout_member(j, "type", type);
    put_titles(j, p);
    tg_jout_member_int(j, "status", tg_err_status(err));
    if (p->member != NULL) {
        tg_jout_member(j, "member", p->member);
    }
    if (p->choice != NULL) {
        put_choice(j, p->choice);
    }
    if (p->nothing != NULL && p->nothing->rule[0] != '\0') {
        tg_jout_key(j, "nothing");
        tg_reasons_why(p->nothing, p->english, j);
    }
    if (oauth) {
        tg_jout_member(j, "error", oauth_error(err));
        tg_jout_member(j, "error_description", tg_err_en(err));
    }
    tg_jout_close(j, '}');
}

/* RFC 6750 section 3: a 401 names the scheme. RFC 6585 section 4: a 429 says when to come again. */
static const char *header_of(const struct problem *p, char out[64])
{
    if (p->cap != NULL) {
        (void)snprintf(out, 64, "Retry-After: %lld\r\n", (long long)p->wait);
        return out;
    }
    return tg_err_status(p->err) == 401 ? "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n" : NULL;
}

static void refuse(struct tg_req *req, const struct problem *p)
{
    static const char last_words[] = "{\"type\":\"about:blank\",\"status\":500}";
    TG_BUF_AUTO body = TG_BUF_INIT(TG_PROBLEM_BYTES);
    bool oauth = is_oauth(req);
    char header[64];
    struct tg_jout j;

    tg_jout_init(&j, &body);
    put_problem(&j, p, oauth);
    if (tg_jout_end(&j) != TG_OK) {
        answer(req, &(struct sending){500, MEDIA_PROBLEM, NULL}, tg_span_str(last_words));
        return;
    }
    answer(req,
           &(struct sending){tg_err_status(p->err), oauth ? MEDIA_JSON : MEDIA_PROBLEM, header_of(p, header)},
           tg_span_buf(&body));
}

void tg_reply_problem(struct tg_req *req, enum tg_err err, const char *member)
{
    refuse(req, &(struct problem){.err = err, .member = member});
}

void tg_reply_absent(struct tg_req *req, const struct tg_why *why)
{
    refuse(req, &(struct problem){.err = TG_E_NOT_FOUND, .nothing = why, .english = wants_english(req)});
}

void tg_reply_capped(struct tg_req *req, const struct tg_cap *cap, tg_sec wait)
{
    refuse(req, &(struct problem){.err = TG_E_VOLUME_CAP, .cap = cap, .wait = wait});
}

void tg_reply_choice(struct tg_req *req, const struct tg_sign_in_facts *choice)
{
    refuse(req, &(struct problem){.err = TG_E_POST_CHOICE, .choice = choice});
}
