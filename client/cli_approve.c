/* approve: an act of administration, shown, and signed by the card. Nobody signs in for it. */
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/sha256.h"
#include "client/cli.h"
#include "client/session/approve.h"

#define FILES 16u

struct wish {
    const char *act, *prior, *seq;
    int n;
    char **files;
    struct tg_approving what[FILES];
    char digest[FILES][65];
    char in_force[65];
};

static const struct {
    const char *act, *ja, *en;
} acts[] = {
    {"policy", "閲覧規則の変更", "change of the policy"},
    {"cards", "名簿・カードの取り込み", "import of people, cards, companies or consents"},
    {"data", "お客さまデータの取り込み", "import of customers"},
};

static const char *act_name(const struct tg_cli *cli, const char *act)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(acts[i].act, act) == 0) {
            return cli->english ? acts[i].en : acts[i].ja;
        }
    }
    return NULL;
}

static const char **slot_of(struct wish *w, const char *name)
{
    if (strcmp(name, "--act") == 0) {
        return &w->act;
    }
    if (strcmp(name, "--prior") == 0) {
        return &w->prior;
    }
    return strcmp(name, "--seq") == 0 ? &w->seq : NULL;
}

/* Options first, then files. */
static const char *words_read(const struct tg_cli *cli, struct wish *w)
{
    int i = 1;

    for (; i < cli->argc && strncmp(cli->argv[i], "--", 2) == 0; i += 2) {
        const char **slot = slot_of(w, cli->argv[i]);

        if (strcmp(cli->argv[i], "--") == 0) {
            i++;
            break;
        }
        if (slot == NULL || *slot != NULL || i + 1 == cli->argc) {
            return "approve --act policy|cards|data [--prior DIGEST --seq N] FILE…";
        }
        *slot = cli->argv[i + 1];
    }
    w->files = cli->argv + i;
    w->n = cli->argc - i;
    if (w->act == NULL || act_name(cli, w->act) == NULL) {
        return "--act is policy, cards or data";
    }
    return w->n < 1 || w->n > (int)FILES ? "approve takes 1 to 16 files" : NULL;
}

static const char *order_read(struct wish *w)
{
    uint64_t seq = 0;

    if ((w->prior == NULL) != (w->seq == NULL)) {
        return "--prior and --seq go together";
    }
    if (w->prior == NULL) {
        return NULL;
    }
    if (strcmp(w->act, "policy") != 0) {
        return "--prior and --seq are of --act policy";
    }
    if (!tg_sha256_is(w->prior)) {
        return "--prior is a digest of 64 hex digits";
    }
    if (tg_u64_parse(tg_span_str(w->seq), INT32_MAX, &seq) != TG_OK || seq == 0) {
        return "--seq is a number from 1";
    }
    w->what[0].prior = w->prior;
    w->what[0].seq = (int64_t)seq;
    return NULL;
}

static enum tg_err wish_read(struct tg_cli *cli, struct wish *w)
{
    const char *why = words_read(cli, w);

    if (why == NULL) {
        why = order_read(w);
    }
    if (why == NULL && strcmp(w->act, "policy") == 0 && w->n != 1) {
        why = "one policy at a time";
    }
    if (why != NULL) {
        (void)fprintf(stderr, "tegata-cli: %s\n%s", why, tg_cli_usage);
        return TG_E_USAGE;
    }
    for (int i = 0; i < w->n; i++) {
        enum tg_err e = tg_sha256_file(w->files[i], w->digest[i]);

        if (e != TG_OK) {
            (void)fputs("tegata-cli: ", stderr);
            tg_put_clean(stderr, w->files[i]);
            (void)fprintf(stderr, ": %s\n", cli->english ? tg_err_en(e) : tg_err_ja(e));
            return TG_E_USAGE;
        }
        w->what[i].act = w->act;
        w->what[i].digest = w->digest[i];
    }
    return TG_OK;
}

/* What a policy follows is asked of the server, unless it was said. */
static enum tg_err order_ask(const struct tg_client_conf *conf, struct wish *w)
{
    int64_t seq = 0;
    enum tg_err e;

    if (strcmp(w->act, "policy") != 0 || w->what[0].prior != NULL) {
        return TG_OK;
    }
    if ((e = tg_policy_in_force(conf, w->in_force, &seq)) != TG_OK) {
        return e;
    }
    w->what[0].prior = w->in_force;
    w->what[0].seq = seq + 1;
    return TG_OK;
}

static void show_line(const struct tg_cli *cli, const char *ja, const char *en, const char *value)
{
    (void)fprintf(stderr, "  %s: ", cli->english ? en : ja);
    tg_put_clean(stderr, value);
    (void)fputc('\n', stderr);
}

/* Before the PIN is asked for, so that nobody signs what they have not seen. */
static void show(const struct tg_cli *cli, const struct wish *w)
{
    char number[24];

    (void)fputs(cli->english ? "To be approved with your card:\n" : "あなたのカードで承認する内容:\n",
                stderr);
    (void)fprintf(stderr, "  %s: %s (%s)\n", cli->english ? "Act" : "行為", act_name(cli, w->act), w->act);
    for (int i = 0; i < w->n; i++) {
        show_line(cli, "ファイル", "File", w->files[i]);
        show_line(cli, "SHA-256", "SHA-256", w->digest[i]);
    }
    if (w->what[0].prior != NULL) {
        (void)snprintf(number, sizeof number, "%lld", (long long)w->what[0].seq);
        show_line(cli, "適用の番号", "Activation number", number);
        show_line(cli, "現行の規則", "In force now", w->what[0].prior);
    }
    show_line(cli, "サーバー", "Server", cli->server);
    (void)fputs(cli->english ? "The PIN signs this; the approval is good for 24 hours. Ctrl-C: not signed.\n"
                             : "PIN を入れると署名します。承認は 24 時間有効です。Ctrl-C で取りやめます。\n",
                stderr);
}

static enum tg_err print_json(const struct wish *w, int i, struct tg_span approval)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_JWS_BYTES * 2);
    struct tg_jout j;

    tg_jout_init(&j, &out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "act", w->act);
    tg_jout_member(&j, "digest", w->digest[i]);
    if (w->what[i].prior != NULL) {
        tg_jout_member(&j, "prior", w->what[i].prior);
        tg_jout_member_int(&j, "seq", w->what[i].seq);
    }
    tg_jout_key(&j, "approval");
    tg_jout_span(&j, approval);
    tg_jout_close(&j, '}');
    if (tg_jout_end(&j) != TG_OK) {
        return TG_E_INTERNAL;
    }
    tg_put_json(stdout, tg_span_buf(&out));
    (void)putchar('\n');
    return TG_OK;
}

/* One line a file, in their order. */
static enum tg_err print(const struct tg_cli *cli, const struct wish *w, struct tg_span lines)
{
    enum tg_err e = TG_OK;

    for (int i = 0; i < w->n && e == TG_OK; i++) {
        const uint8_t *end = memchr(lines.p, '\n', lines.n);
        size_t n = end != NULL ? (size_t)(end - lines.p) : lines.n;

        if (cli->json) {
            e = print_json(w, i, tg_span(lines.p, n));
        } else {
            (void)printf("%.*s\n", (int)n, (const char *)lines.p);
        }
        lines = tg_span(lines.p + n + 1, lines.n - n - 1);
    }
    return e == TG_OK && fflush(stdout) != 0 ? TG_E_IO : e;
}

static enum tg_err sign(struct tg_cli *cli, struct wish *w, int *tries)
{
    TG_BUF_AUTO lines = TG_BUF_INIT(FILES * (TG_JWS_BYTES + 1));
    struct tg_client_conf conf = tg_cli_client(cli);
    enum tg_err e = order_ask(&conf, w);

    if (e != TG_OK) {
        return e;
    }
    show(cli, w);
    if ((e = tg_approve(&conf, &(struct tg_approvals){w->what, (size_t)w->n}, tries, &lines)) != TG_OK) {
        return e;
    }
    return print(cli, w, tg_span_buf(&lines));
}

enum tg_exit tg_cli_approve(struct tg_cli *cli)
{
    struct wish w = {.n = 0};
    int tries = -1;
    enum tg_err e = wish_read(cli, &w);

    if (e != TG_OK) {
        return tg_cli_exit(e);
    }
    if ((e = sign(cli, &w, &tries)) != TG_OK) {
        struct tg_cli_fault f = {.e = e, .tries = tg_cli_exit(e) == TG_EXIT_PIN ? tries : -1};

        if (cli->json) {
            tg_cli_error_json(cli, &f);
        }
        tg_cli_error_text(cli, &f);
    }
    return tg_cli_exit(e);
}
