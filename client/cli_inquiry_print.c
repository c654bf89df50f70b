/* Inquiries for people; programs take --json. */
#include "certs/base/clock.h"
#include "certs/base/json.h"
#include "client/cli.h"

static const struct tg_cli_word words[] = {
    {"asked", "回答待ち", "waiting"},
    {"taken", "担当者が確認中", "being answered"},
    {"answered", "回答あり（一度だけ読めます）", "answered: to be read once"},
    {"read", "読了", "read"},
    {"expired", "期限切れ", "expired"},
    {"withdrawn", "取り下げ", "withdrawn"},
    {"answer", "照会できます", "may be asked"},
    {"referral", "ご案内", "referral"},
    {"none", "照会できません", "no path"},
};

static const char *word_of(const struct tg_cli *cli, const char *code)
{
    return tg_cli_word(cli, words, sizeof words / sizeof *words, code);
}

static const char *said(const struct tg_cli *cli, const json_t *obj)
{
    return tg_cli_text(obj, cli->english ? "en" : "ja");
}

static void line(const char *label, const char *value)
{
    if (value[0] != '\0') {
        (void)printf("  %s: ", label);
        tg_put_clean(stdout, value);
        (void)putchar('\n');
    }
}

static void names(const char *label, const json_t *list)
{
    if (json_array_size(list) == 0) {
        return;
    }
    (void)printf("  %s:", label);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));

        (void)putchar(' ');
        tg_put_clean(stdout, one != NULL ? one : "");
    }
    (void)putchar('\n');
}

/* By the clock of Japan, as everything here is. */
static void moment(const char *label, const json_t *at)
{
    int64_t t = json_integer_value(at), second = (t + 9 * 3600) % 86400;
    char date[11];

    if (!json_is_integer(at)) {
        return;
    }
    tg_day_text(tg_day_of(t), date);
    (void)printf("  %s: %s %02d:%02d\n", label, date, (int)(second / 3600), (int)(second / 60 % 60));
}

static void print_referral(const struct tg_cli *cli, const json_t *r)
{
    tg_put_clean(stdout, said(cli, r));
    (void)putchar('\n');
    line(cli->english ? "Telephone" : "電話", tg_cli_text(r, "phone"));
}

static void print_inquiry(const struct tg_cli *cli, const json_t *i)
{
    bool en = cli->english;

    tg_put_clean(stdout, tg_cli_text(i, "id"));
    (void)fputs(" [", stdout);
    tg_put_clean(stdout, word_of(cli, tg_cli_text(i, "state")));
    (void)fputs("] ", stdout);
    tg_put_clean(stdout, tg_cli_text(i, "office"));
    (void)putchar('\n');
    names(en ? "Asked for" : "照会した項目", json_object_get(i, "fields"));
    line(en ? "Record" : "記録", tg_cli_text(i, "record"));
    line(en ? "Consent" : "同意", tg_cli_text(i, "consent"));
    moment(en ? "Asked" : "照会", json_object_get(i, "asked"));
    moment(en ? "Answered" : "回答", json_object_get(i, "answered"));
    moment(en ? "Until" : "期限", json_object_get(i, "until"));
}

static void print_subject(const struct tg_cli *cli, const json_t *s)
{
    tg_put_clean(stdout, tg_cli_text(s, "code"));
    (void)fputs(" [", stdout);
    tg_put_clean(stdout, word_of(cli, tg_cli_text(s, "ends")));
    (void)fputs("] ", stdout);
    tg_put_clean(stdout, said(cli, s));
    (void)putchar('\n');
    names(cli->english ? "Fields" : "項目", json_object_get(s, "fields"));
    line("→", said(cli, json_object_get(s, "referral")));
}

static void print_wait(const struct tg_cli *cli, const json_t *doc)
{
    const json_t *meter = json_object_get(doc, "meter"), *median = json_object_get(meter, "median");

    (void)printf(cli->english ? "Waiting: %d" : "回答待ち: %d 件",
                 (int)json_integer_value(json_object_get(meter, "open")));
    if (json_is_integer(median)) {
        (void)printf(cli->english ? ", median time to an answer: %d min"
                                  : "、回答までの時間（中央値）: %d 分",
                     (int)(json_integer_value(median) + 59) / 60);
    }
    (void)putchar('\n');
}

static void print_list(const struct tg_cli *cli, const json_t *doc, const char *name,
                       void (*print)(const struct tg_cli *cli, const json_t *one))
{
    const json_t *list = json_object_get(doc, name);

    for (size_t i = 0; i < json_array_size(list); i++) {
        print(cli, json_array_get(list, i));
    }
    if (json_array_size(list) == 0) {
        (void)puts(cli->english ? "There is none." : "ありません。");
    }
}

/* What came of asking, taking or reading; an inquiry alone has its id at the top. */
static void print_result(const struct tg_cli *cli, json_t *doc)
{
    json_t *row = json_object_get(doc, "row");
    bool en = cli->english;

    if (strcmp(tg_cli_text(doc, "result"), "own") == 0) {
        (void)puts(en ? "The company's own customer: look the record up."
                      : "自社のお客さまです。記録を開いてください。");
        line(en ? "Record" : "記録", tg_cli_text(doc, "record"));
    }
    if (json_is_object(json_object_get(doc, "referral"))) {
        print_referral(cli, json_object_get(doc, "referral"));
    }
    if (json_is_object(json_object_get(doc, "explain"))) {
        tg_put_clean(stdout, said(cli, json_object_get(doc, "explain")));
        (void)printf(en ? "\n  Names that may still be tried for this point today: %d\n"
                        : "\n  この地点で、きょう試せる残り: %d 回\n",
                     (int)json_integer_value(json_object_get(doc, "tries")));
    }
    if (tg_json_str(doc, "id") != NULL) {
        print_inquiry(cli, doc);
    } else if (json_is_object(json_object_get(doc, "inquiry"))) {
        print_inquiry(cli, json_object_get(doc, "inquiry"));
    }
    line(en ? "Answer" : "回答", said(cli, json_object_get(doc, "answer")));
    if (json_is_object(row)) {
        tg_print_row(cli, row);
    }
    names(en ? "Not recorded (the service center can be asked: --step question)"
             : "登録なし（サービスセンターに照会できます: --step question）",
          json_object_get(doc, "missing"));
}

/* As CSV: a sheet is what a manager makes of it. */
static void print_meter(const json_t *doc)
{
    static const char *const columns[] = {"week",     "company",        "office",   "asked",
                                          "facility", "mismatch",       "referred", "answered",
                                          "read",     "answer_seconds", "lookups",  "lookup_us"};
    const json_t *weeks = json_object_get(doc, "weeks");

    (void)puts("week,company,office,asked,facility,mismatch,referred,answered,read,answer_seconds,lookups,"
               "lookup_us");
    for (size_t i = 0; i < json_array_size(weeks); i++) {
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            const json_t *one = json_object_get(json_array_get(weeks, i), columns[k]);
            const char *text = json_string_value(one);

            (void)fputs(k > 0 ? "," : "", stdout);
            if (text != NULL) { /* no name of an office has a quote or a comma in it, or it is not ours */
                tg_put_clean(stdout, strpbrk(text, "\",") == NULL ? text : "?");
            } else if (json_is_integer(one)) {
                (void)printf("%lld", (long long)json_integer_value(one));
            }
        }
        (void)putchar('\n');
    }
}

/* What is on record of oneself, a line an entry. */
static void print_mine(const json_t *doc)
{
    const json_t *list = json_object_get(doc, "entries");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        int64_t at = tg_json_int(one, "at", 0), second = (at + 9 * 3600) % 86400;
        const char *const parts[] = {tg_cli_text(one, "kind"), tg_cli_text(one, "purpose"),
                                     tg_cli_text(one, "office"), tg_cli_text(one, "problem")};
        char date[11];

        tg_day_text(tg_day_of(at), date);
        (void)printf("%s %02d:%02d", date, (int)(second / 3600), (int)(second / 60 % 60));
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
            (void)fputs(parts[k][0] != '\0' ? " " : "", stdout);
            tg_put_clean(stdout, parts[k]);
        }
        (void)putchar('\n');
    }
}

void tg_print_inquiring(const struct tg_cli *cli, enum tg_command_kind kind, json_t *doc)
{
    if (kind == TG_CMD_MINE) {
        print_mine(doc);
    } else if (kind == TG_CMD_METER) {
        print_meter(doc);
    } else if (kind == TG_CMD_SUBJECTS) {
        print_list(cli, doc, "subjects", print_subject);
    } else if (kind == TG_CMD_INQUIRIES) {
        print_list(cli, doc, "mine", print_inquiry);
        print_wait(cli, doc);
    } else if (kind == TG_CMD_QUEUE) {
        print_list(cli, doc, "queue", print_inquiry);
        print_wait(cli, doc);
    } else {
        print_result(cli, doc);
    }
}
