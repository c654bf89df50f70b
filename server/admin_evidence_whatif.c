/* policy what-if: the real audit under a policy that is not in force yet. */
#include <inttypes.h>

#include "server/admin_acts.h"
#include "server/admin_evidence.h"
#include "server/evidence/matrix.h"
#include "server/evidence/whatif.h"

#define DAYS_DEFAULT 90u

/* The fields of a class that decisions of the journal show to change, for a role. */
struct used {
    char *role;
    tg_mask fields[TG_C_COUNT];
};

struct run {
    struct tg_evidence evidence;
    struct tg_policy *now, *next;
    struct tg_whatif whatif;
    bool csv;
    struct used *used; /* in the order of the roles */
    size_t n_used;
    enum tg_err err;
    /* sums for the last line */
    uint64_t no_policy, gaining, losing, refused, roles_gone, unused, abouts;
    char last_role[64], last_person[256]; /* of the line before: people are counted once per role */
    bool last_gains, last_loses;
};

static enum tg_err add(void *ctx, const struct tg_past *past)
{
    struct run *r = ctx;
    const struct tg_policy *then;
    const char *why;

    if (past->settled == TG_SETTLED_NOT || past->gap != TG_GAP_NONE) {
        return tg_whatif_add(&r->whatif, past, r->now);
    }
    then = tg_shelf_policy(r->evidence.shelf, past->policy, &why);
    if (then == NULL) {
        r->no_policy++;
        return TG_OK;
    }
    return tg_whatif_add(&r->whatif, past, then);
}

static void print_fields(tg_mask m)
{
    const char *before = "";

    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((m >> f & 1) != 0) {
            (void)printf("%s%s", before, tg_field_name((enum tg_field)f));
            before = " ";
        }
    }
}

/* RFC 4180 section 2.6. */
static void print_cell(const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        (void)fputs(text, stdout);
        return;
    }
    (void)putchar('"');
    for (; *text != '\0'; text++) {
        (void)printf("%s%c", *text == '"' ? "\"" : "", *text);
    }
    (void)putchar('"');
}

struct row {
    const char *what, *role, *person, *post, *about, *text;
    tg_mask gained, lost, shown;
    uint64_t answers, records;
};

static void print_row(const struct row *r)
{
    const char *const words[] = {r->what, r->role, r->person, r->post, r->about};
    const tg_mask masks[] = {r->gained, r->lost, r->shown};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        print_cell(words[i]);
        (void)putchar(',');
    }
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        print_fields(masks[i]);
        (void)putchar(',');
    }
    (void)printf("%" PRIu64 ",%" PRIu64 ",", r->answers, r->records);
    print_cell(r->text);
    (void)putchar('\n');
}

static void print_more(const char *what, tg_mask fields)
{
    if (fields != 0) {
        (void)printf("    %s: ", what);
        print_fields(fields);
        (void)putchar('\n');
    }
}

static void print_text(const struct tg_effect_line *l)
{
    static const char *const what[TG_EFFECT_COUNT] = {
        [TG_EFFECT_FIELDS] = "区分 / class",
        [TG_EFFECT_REFUSED] = "拒否になる目的 / purpose refused now",
        [TG_EFFECT_OPENED] = "許可になる目的 / purpose allowed now",
        [TG_EFFECT_ROLE_GONE] = "職務がなくなる / the role is gone"};

    (void)printf("  %s %s\n", what[l->effect], l->about);
    print_more("得る項目 / gains", l->gained);
    print_more("失う項目 / loses", l->lost);
    print_more("うち実際に表示した項目 / of those, really shown", l->lost_shown);
    (void)printf("    回答 / answers %" PRIu64 "、記録（延べ） / records, each time %" PRIu64 "\n",
                 l->answers, l->records);
}

/* Who gains, who loses: each person once per role, whatever lines follow. */
static bool count_person(struct run *r, const struct tg_effect_line *l)
{
    bool same = strcmp(r->last_role, l->role) == 0 && strcmp(r->last_person, l->person) == 0;
    bool gains = l->gained != 0, loses = l->lost != 0;

    if (!same) {
        (void)snprintf(r->last_role, sizeof r->last_role, "%s", l->role);
        (void)snprintf(r->last_person, sizeof r->last_person, "%s", l->person);
        r->last_gains = r->last_loses = false;
    }
    r->gaining += gains && !r->last_gains;
    r->losing += loses && !r->last_loses;
    r->last_gains |= gains;
    r->last_loses |= loses;
    return !same;
}

static void note_used(struct run *r, const struct tg_effect_line *l)
{
    enum tg_class class = tg_class_find(l->about);
    struct used *more;

    if (r->n_used == 0 || strcmp(r->used[r->n_used - 1].role, l->role) != 0) {
        more = realloc(r->used, (r->n_used + 1) * sizeof *more);
        if (more == NULL) {
            r->err = TG_E_NOMEM;
            return;
        }
        r->used = more;
        more[r->n_used] = (struct used){.role = strdup(l->role)};
        if (more[r->n_used].role == NULL) {
            r->err = TG_E_NOMEM;
            return;
        }
        r->n_used++;
    }
    if (l->effect == TG_EFFECT_FIELDS && class != TG_C_COUNT) {
        r->used[r->n_used - 1].fields[class] |= l->gained | l->lost;
    }
}

static void each_line(void *ctx, const struct tg_effect_line *l)
{
    struct run *r = ctx;
    bool first = count_person(r, l);

    note_used(r, l);
    r->refused += l->effect == TG_EFFECT_REFUSED;
    if (!r->csv) {
        if (first) {
            (void)printf("\n%s %s %s\n", l->role, l->person, l->post);
        }
        print_text(l);
        return;
    }
    print_row(&(struct row){.what = tg_effect_name(l->effect),
                            .role = l->role,
                            .person = l->person,
                            .post = l->post,
                            .about = l->about,
                            .text = "",
                            .gained = l->gained,
                            .lost = l->lost,
                            .shown = l->lost_shown,
                            .answers = l->answers,
                            .records = l->records});
}

static tg_mask used_fields(const struct run *r, const char *role, enum tg_class class)
{
    for (size_t i = 0; i < r->n_used; i++) {
        if (strcmp(r->used[i].role, role) == 0) {
            return r->used[i].fields[class];
        }
    }
    return 0;
}

static void print_change(const struct run *r, const struct tg_change *c, const char *what, tg_mask fields)
{
    const char *class = c->class < TG_C_COUNT ? tg_class_name(c->class) : "";

    if (r->csv) {
        print_row(&(struct row){.what = what,
                                .role = c->role,
                                .person = "",
                                .post = "",
                                .about = class,
                                .text = c->text,
                                .gained = c->gains ? fields : 0,
                                .lost = c->loses ? fields : 0});
        return;
    }
    (void)printf("  %s %s %s", what, c->role, class);
    if (fields != 0) {
        (void)printf(" [");
        print_fields(fields);
        (void)putchar(']');
    }
    (void)printf(" %s\n", c->text);
}

/* Only what nobody used: the rest stands with those who did. */
static enum tg_err each_cell(void *ctx, const struct tg_change *c)
{
    struct run *r = ctx;
    tg_mask unused;

    if (c->class == TG_C_COUNT) {
        return TG_OK;
    }
    unused = c->fields & ~used_fields(r, c->role, c->class);
    if (unused != 0) {
        r->unused += (uint64_t)__builtin_popcountll(unused);
        print_change(r, c, "unused", unused);
    }
    return TG_OK;
}

static enum tg_err each_about(void *ctx, const struct tg_change *c)
{
    struct run *r = ctx;

    if (c->class != TG_C_COUNT) {
        return TG_OK;
    }
    r->abouts++;
    r->roles_gone += strcmp(c->what, "role") == 0 && !tg_policy_has_role(r->next, c->role);
    print_change(r, c, c->what, 0);
    return TG_OK;
}

static enum tg_err print_matrix(struct run *r)
{
    struct tg_matrix *was = NULL, *is = NULL;
    enum tg_err e;

    if ((e = tg_matrix_of(r->now, &was)) == TG_OK && (e = tg_matrix_of(r->next, &is)) == TG_OK) {
        if (!r->csv) {
            (void)printf("\n2. だれも使っていないが変わるもの / what changes although nobody used it\n\n");
        }
        e = tg_matrix_compare(was, is, each_cell, r);
        if (e == TG_OK && !r->csv) {
            (void)printf("\n3. 職務の決まり / what is said of roles\n\n");
        }
        if (e == TG_OK) {
            e = tg_matrix_compare(was, is, each_about, r);
        }
    }
    tg_matrix_free(&was);
    tg_matrix_free(&is);
    return e;
}

static void print_head(const struct run *r)
{
    const struct tg_ground *g = &r->evidence.ground;
    char from[28], to[28];

    if (r->csv) {
        (void)puts("what,role,person,post,about,gained,lost,shown,answers,records,text");
        return;
    }
    tg_time_text(r->evidence.what.from, from);
    tg_time_text(tg_now_us(), to);
    (void)printf("今の規則 / policy in force  %s\n新しい規則 / new policy     %s\n", tg_policy_digest(r->now),
                 tg_policy_digest(r->next));
    (void)printf("期間 / period              %s - %s\n記録 / records             %" PRIu64 " - %" PRIu64 "\n",
                 from, to, g->first, g->last);
    (void)printf("\n1. 人ごと / people\n");
}

static void print_summary(const struct run *r)
{
    const struct tg_whatif *w = &r->whatif;
    char line[1024];

    (void)snprintf(line, sizeof line,
                   "変わる判定 / decisions that come out otherwise: %" PRIu64 " of %" PRIu64
                   "; 得る人 / people gaining: %" PRIu64 "; 失う人 / losing: %" PRIu64
                   "; 拒否になる目的 / purposes refused: %" PRIu64 "; なくなる職務 / roles gone: %" PRIu64
                   "; 使われずに変わる項目 / unused cells changed: %" PRIu64
                   "; 職務の決まりの変更 / changes to roles: %" PRIu64
                   "; 比べられない判定 / not compared: %" PRIu64 " without inputs, %" PRIu64
                   " without policy",
                   w->changed, w->compared, r->gaining, r->losing, r->refused, r->roles_gone, r->unused,
                   r->abouts, w->gaps, r->no_policy);
    if (r->csv) {
        print_row(&(struct row){.what = "summary",
                                .role = "",
                                .person = "",
                                .post = "",
                                .about = "",
                                .text = line,
                                .answers = w->changed,
                                .records = w->compared});
    } else {
        (void)printf("\nwhat-if: %s\n", line);
    }
}

static int report(struct run *r)
{
    enum tg_err e;

    print_head(r);
    tg_whatif_walk(&r->whatif, each_line, r);
    e = r->err == TG_OK ? print_matrix(r) : r->err;
    if (e == TG_OK) {
        print_summary(r);
        e = fflush(stdout) == 0 ? TG_OK : TG_E_IO;
    }
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("policy what-if", tg_err_en(e));
}

static int open_policies(const struct tg_admin *a, struct run *r, const char *file)
{
    int code = tg_admin_policy_open(a, file, &r->next);

    r->whatif.policy = r->next;
    return code == TG_ADMIN_DONE ? tg_admin_policy_open(a, NULL, &r->now) : code;
}

static int ask(const struct tg_admin *a, struct run *r, const char *file, tg_usec from)
{
    int code = open_policies(a, r, file);

    if (code == TG_ADMIN_DONE) {
        code = tg_evidence_open(a, from, &r->evidence);
    }
    if (code == TG_ADMIN_DONE) {
        code = tg_evidence_walk(&r->evidence, add, r);
    }
    if (code == TG_ADMIN_DONE) {
        code = report(r);
    }
    tg_whatif_done(&r->whatif);
    tg_evidence_close(&r->evidence);
    tg_policy_unref(&r->now);
    tg_policy_unref(&r->next);
    for (size_t i = 0; i < r->n_used; i++) {
        free(r->used[i].role);
    }
    free(r->used);
    return code;
}

int tg_admin_policy_what_if(struct tg_admin *a)
{
    struct run run = {.csv = false};
    const char *file = NULL;
    tg_usec from = tg_evidence_since(DAYS_DEFAULT);

    for (int i = 0; i < a->argc;) {
        if (strcmp(a->argv[i], "--csv") == 0) {
            run.csv = true;
            i++;
        } else if (a->argv[i][0] != '-' && file == NULL) {
            file = a->argv[i++];
        } else if (!tg_evidence_days(a, &i, &from)) {
            return TG_ADMIN_USAGE;
        }
    }
    return file != NULL ? ask(a, &run, file, from) : TG_ADMIN_USAGE;
}
