/* What went wrong, for programs and for people; what the server says of it is looked at before it is passed
 * on. */
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/cli.h"

/* The list of posts to choose from; NULL: none. */
static const json_t *posts_of(const json_t *problem)
{
    const json_t *posts = json_object_get(problem, "posts");

    return json_is_array(posts) ? posts : NULL;
}

static void put_posts(struct tg_jout *j, const json_t *posts)
{
    tg_jout_key(j, "posts");
    tg_jout_open(j, '[');
    for (size_t i = 0; i < json_array_size(posts); i++) {
        const char *post = json_string_value(json_array_get(posts, i));

        if (post != NULL) {
            tg_jout_str(j, post);
        }
    }
    tg_jout_close(j, ']');
}

/* The problem of the server, if it is one; NULL otherwise. */
static json_t *problem_of(const struct tg_cli_fault *f)
{
    json_t *doc = NULL;

    if (f->problem.n == 0 || tg_json_parse(f->problem, &doc) != TG_OK) {
        return NULL;
    }
    return doc;
}

/* Our own sentence for each error. Of a limit of look-ups the policy says whom to ask, and so the server. */
static const char *title_of(const struct tg_cli *cli, const struct tg_cli_fault *f, const json_t *problem)
{
    const char *theirs = tg_json_str(problem, cli->english ? "title" : "title_ja");

    if (f->e == TG_E_VOLUME_CAP && theirs != NULL) {
        return theirs;
    }
    return cli->english ? tg_err_en(f->e) : tg_err_ja(f->e);
}

void tg_cli_error_json(const struct tg_cli *cli, const struct tg_cli_fault *f)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_PROBLEM_BYTES);
    TG_JSON_AUTO *problem = problem_of(f);
    const char *member = tg_json_str(problem, "member");
    const json_t *posts = posts_of(problem);
    struct tg_jout j;
    char type[96];

    (void)snprintf(type, sizeof type, TG_PROBLEM_PREFIX "%s", tg_err_code(f->e));
    tg_jout_init(&j, &out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "error", tg_err_code(f->e));
    tg_jout_member(&j, "type", type);
    tg_jout_member(&j, "title", title_of(cli, f, problem));
    if (json_is_integer(json_object_get(problem, "retry_after"))) {
        tg_jout_member_int(&j, "retry_after", tg_json_int(problem, "retry_after", 0));
    }
    if (member != NULL) {
        tg_jout_member(&j, "member", member);
    }
    if (posts != NULL) {
        put_posts(&j, posts);
    }
    if (f->tries >= 0) {
        tg_jout_member_int(&j, "tries", f->tries);
    }
    tg_jout_close(&j, '}');
    if (tg_jout_end(&j) == TG_OK) {
        tg_put_json(stdout, tg_span_buf(&out));
        (void)putchar('\n');
    }
    (void)fflush(stdout);
}

static void print_posts(const struct tg_cli *cli, const json_t *posts)
{
    (void)fputs(cli->english ? "tegata-cli: choose with --post:" : "tegata-cli: --post で選べる職務:",
                stderr);
    for (size_t i = 0; i < json_array_size(posts); i++) {
        const char *post = json_string_value(json_array_get(posts, i));

        if (post != NULL) {
            (void)fputc(' ', stderr);
            tg_put_clean(stderr, post);
        }
    }
    (void)fputc('\n', stderr);
}

void tg_cli_error_text(const struct tg_cli *cli, const struct tg_cli_fault *f)
{
    TG_JSON_AUTO *problem = problem_of(f);
    const char *member = tg_json_str(problem, "member");

    (void)fprintf(stderr, "tegata-cli: %s: ", tg_err_code(f->e));
    tg_put_clean(stderr, title_of(cli, f, problem));
    if (member != NULL) {
        (void)fputs(" (", stderr);
        tg_put_clean(stderr, member);
        (void)fputc(')', stderr);
    }
    (void)fputc('\n', stderr);
    if (posts_of(problem) != NULL) {
        print_posts(cli, posts_of(problem));
    }
    if (f->tries >= 0) {
        (void)fprintf(stderr,
                      cli->english ? "tegata-cli: PIN tries left: %d\n" : "tegata-cli: PIN の残り回数: %d\n",
                      f->tries);
    }
}
