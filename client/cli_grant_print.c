/* Events, rosters, alarms, debts and views for people; programs take --json. */
#include <inttypes.h>

#include "certs/base/clock.h"
#include "certs/base/json.h"
#include "client/cli.h"

static const struct tg_cli_word words[] = {
    {"declared", "届け出済み", "declared"},
    {"half", "一方の承認済み", "one approval"},
    {"live", "有効", "live"},
    {"ended", "終了", "ended"},
    {"proposed", "提案済み", "proposed"},
    {"valid", "有効", "valid"},
    {"outage", "停電", "outage"},
    {"fault", "システム障害", "system fault"},
    {"transition", "過渡期業務", "transition"},
    {"drill", "訓練", "drill"},
    {"break-glass", "緊急開始（承認なし）", "break-glass"},
    {"one-approver", "承認者一人", "one approver"},
    {"time", "期限", "by time"},
    {"closed", "終了操作", "closed"},
    {"withdrawn", "取り下げ", "withdrawn"},
    {"lapsed", "承認前に期限切れ", "lapsed"},
    {"network", "送配電", "network"},
    {"retail", "小売", "retail"},
    {"open", "未点検", "not reviewed"},
    {"explained", "説明済み", "explained"},
    {"questioned", "要確認", "questioned"},
};

static const char *word_of(const struct tg_cli *cli, const char *code)
{
    return tg_cli_word(cli, words, sizeof words / sizeof *words, code);
}

static void put_named(const char *label, const char *value)
{
    (void)printf("  %s: ", label);
    tg_put_clean(stdout, value);
    (void)putchar('\n');
}

/* By the clock of Japan, as everything here is. */
static void put_time(const struct tg_cli *cli, const char *ja, const char *en, const json_t *value)
{
    char date[11];
    int64_t at = json_integer_value(value), second = (at + 9 * 3600) % 86400;

    if (!json_is_integer(value)) {
        return;
    }
    tg_day_text(tg_day_of(at), date);
    (void)printf("  %s: %s %02d:%02d\n", cli->english ? en : ja, date, (int)(second / 3600),
                 (int)(second / 60 % 60));
}

static void put_list(const struct tg_cli *cli, const char *label, const json_t *list)
{
    if (json_array_size(list) == 0) {
        return;
    }
    (void)printf("  %s:", label);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));

        (void)fputs(i > 0 ? ", " : " ", stdout);
        tg_put_clean(stdout, word_of(cli, one != NULL ? one : ""));
    }
    (void)putchar('\n');
}

/* "工藤 誠 (TOHOKU-NW)", one after the other. */
static void put_people(const char *label, const json_t *people)
{
    if (json_array_size(people) == 0) {
        return;
    }
    (void)printf("  %s:", label);
    for (size_t i = 0; i < json_array_size(people); i++) {
        const json_t *one = json_array_get(people, i);

        (void)fputs(i > 0 ? ", " : " ", stdout);
        tg_put_clean(stdout, tg_cli_text(one, "name"));
        (void)fputs(" (", stdout);
        tg_put_clean(stdout, tg_cli_text(one, "company"));
        (void)fputs(")", stdout);
    }
    (void)putchar('\n');
}

static void put_yours(const struct tg_cli *cli, const json_t *yours)
{
    const char *why = tg_json_str(yours, "why");

    if (!json_is_true(json_object_get(yours, "on_roster"))) {
        return;
    }
    put_named(cli->english ? "For you" : "あなた", json_is_true(json_object_get(yours, "usable"))
                                                       ? (cli->english ? "usable now" : "いま使えます")
                                                   : why != NULL ? why
                                                                 : "");
}

static void put_state(const struct tg_cli *cli, const json_t *one)
{
    (void)fputs(" [", stdout);
    tg_put_clean(stdout, word_of(cli, tg_cli_text(one, "state")));
    (void)fputs("]", stdout);
}

static void put_event(const struct tg_cli *cli, const json_t *e)
{
    bool english = cli->english;
    const char *ended = tg_json_str(e, "ended_by");
    const json_t *views = json_object_get(e, "views");

    tg_put_clean(stdout, tg_cli_text(e, "id"));
    if (tg_json_str(e, "state") != NULL) {
        put_state(cli, e);
    }
    (void)fputs(" ", stdout);
    tg_put_clean(stdout, word_of(cli, tg_cli_text(e, "kind")));
    (void)fputs(" ", stdout);
    tg_put_clean(stdout, tg_cli_text(e, "cause"));
    (void)putchar('\n');
    put_named(english ? "Municipalities" : "市区町村", tg_cli_text(e, "areas"));
    put_list(cli, english ? "Flags" : "注意", json_object_get(e, "flags"));
    put_people(english ? "Approved by" : "承認", json_object_get(e, "approvals"));
    put_list(cli, english ? "Waits for" : "承認待ち", json_object_get(e, "waits_for"));
    put_time(cli, "いつまで", "Until", json_object_get(e, "until"));
    if (ended != NULL) {
        put_named(english ? "Ended" : "終わり方", word_of(cli, ended));
    }
    put_people(english ? "Roster" : "名簿", json_object_get(e, "roster"));
    put_yours(cli, json_object_get(e, "yours"));
    if (json_is_object(views)) {
        (void)printf("  %s: %" JSON_INTEGER_FORMAT " (%s %" JSON_INTEGER_FORMAT ")\n",
                     english ? "Views" : "閲覧", json_integer_value(json_object_get(views, "total")),
                     word_of(cli, "open"), json_integer_value(json_object_get(views, "open")));
    }
}

static void put_roster(const struct tg_cli *cli, const json_t *r)
{
    tg_put_clean(stdout, tg_cli_text(r, "id"));
    put_state(cli, r);
    (void)fputs(" ", stdout);
    tg_put_clean(stdout, tg_cli_text(r, "name"));
    (void)putchar('\n');
    put_named(cli->english ? "Municipalities" : "市区町村", tg_cli_text(r, "areas"));
    put_people(cli->english ? "Approved by" : "承認", json_object_get(r, "approvals"));
    put_list(cli, cli->english ? "Waits for" : "承認待ち", json_object_get(r, "waits_for"));
    put_time(cli, "いつまで", "Until", json_object_get(r, "until"));
    put_people(cli->english ? "People" : "名簿", json_object_get(r, "people"));
}

static void put_alarm(const struct tg_cli *cli, const json_t *a)
{
    (void)fputs("! ", stdout);
    tg_put_clean(stdout, tg_cli_text(a, "id"));
    (void)fputs(" ", stdout);
    tg_put_clean(stdout, tg_cli_text(a, cli->english ? "text_en" : "text_ja"));
    (void)putchar('\n');
}

static void put_debt(const struct tg_cli *cli, const json_t *d)
{
    (void)fputs(cli->english ? "Review owed: " : "点検が残っています: ", stdout);
    tg_put_clean(stdout, tg_cli_text(d, "office"));
    (void)fputs(" ", stdout);
    tg_put_clean(stdout, tg_cli_text(d, "event"));
    (void)printf(" %" JSON_INTEGER_FORMAT "\n", json_integer_value(json_object_get(d, "views")));
}

static void put_view(const struct tg_cli *cli, const json_t *v)
{
    (void)printf("%" JSON_INTEGER_FORMAT " [", json_integer_value(json_object_get(v, "view")));
    tg_put_clean(stdout, word_of(cli, tg_cli_text(v, "state")));
    (void)fputs("] ", stdout);
    tg_put_clean(stdout, tg_cli_text(v, "name"));
    (void)fputs(" (", stdout);
    tg_put_clean(stdout, tg_cli_text(v, "office"));
    (void)printf(") %s %" JSON_INTEGER_FORMAT "\n",
                 strcmp(tg_cli_text(v, "kind"), "show") == 0 ? "show" : "search",
                 json_integer_value(json_object_get(v, "rows")));
    put_time(cli, "いつ", "At", json_object_get(v, "at"));
}

typedef void put_one(const struct tg_cli *cli, const json_t *one);

static void put_each(const struct tg_cli *cli, const json_t *doc, const char *member, put_one *put)
{
    const json_t *list = json_object_get(doc, member);

    for (size_t i = 0; i < json_array_size(list); i++) {
        put(cli, json_array_get(list, i));
    }
}

/* Whatever of these the answer has. */
void tg_print_granting(const struct tg_cli *cli, json_t *doc)
{
    const json_t *open = json_object_get(doc, "open"), *next = json_object_get(doc, "next");

    put_each(cli, doc, "alarms", put_alarm);
    put_each(cli, doc, "debts", put_debt);
    put_each(cli, doc, "events", put_event);
    put_each(cli, doc, "grants", put_event);
    put_each(cli, doc, "rosters", put_roster);
    put_each(cli, doc, "views", put_view);
    if (json_object_get(doc, "state") != NULL) {
        (json_object_get(doc, "roster") != NULL ? put_event : put_roster)(cli, doc);
    }
    if (json_is_integer(open)) {
        (void)printf("%s: %" JSON_INTEGER_FORMAT "\n", word_of(cli, "open"), json_integer_value(open));
    }
    if (json_is_integer(next)) {
        (void)printf("%s --after %" JSON_INTEGER_FORMAT "\n",
                     cli->english ? "more:" : "続き:", json_integer_value(next));
    }
}
