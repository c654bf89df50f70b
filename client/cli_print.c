#include "certs/base/json.h"
#include "client/cli.h"

/* What people read; the machine names stay in --json. */
static const struct label {
    const char *name, *ja, *en;
} labels[] = {
    {"name", "契約名義", "Name"},
    {"kana", "カナ", "Kana"},
    {"postcode", "郵便番号", "Postcode"},
    {"address", "住所", "Address"},
    {"phone", "電話", "Phone"},
    {"point", "供給地点特定番号", "Supply point"},
    {"customer_no", "お客さま番号", "Customer no."},
    {"capacity", "契約容量", "Capacity"},
    {"current_limit", "契約電流", "Current limit"},
    {"supply_method", "供給方式", "Supply method"},
    {"meter", "計器番号", "Meter"},
    {"pole", "引込柱番号", "Pole"},
    {"read_day", "検針日", "Reading day"},
    {"night_equipment", "深夜機器設備", "Night equipment"},
    {"contract_kind", "契約種別", "Contract kind"},
    {"contract_start", "契約開始日", "Contract start"},
    {"contract_end", "契約終了日", "Contract end"},
    {"contract_status", "契約状態", "Contract status"},
    {"retailer", "小売電気事業者", "Retailer"},
    {"usage", "使用量", "Usage"},
    {"arrears", "未収", "Arrears"},
    {"gen_point", "受電地点特定番号", "Receiving point"},
    {"gen_terms", "購入条件", "Purchase terms"},
    {"person", "職員", "Person"},
    {"card", "カード", "Card"},
    {"post", "職務", "Post"},
    {"role", "役割", "Role"},
    {"office", "事業所", "Office"},
    {"employer", "所属会社", "Employer"},
    {"company", "担当会社", "Works for"},
};

/* Classes by text, so that nobody takes one company's customer for another's. */
static const struct label classes[] = {
    {"own", "自社", "own"},
    {"former", "旧自社", "former"},
    {"other", "他社", "other retailer"},
    {"last-resort", "最終保障", "last resort"},
    {"generator-own", "発電者・自社", "generator, own"},
    {"generator-other", "発電者・他社", "generator, other"},
    {"vacant", "空き", "vacant"},
};

static const char *label_in(const struct tg_cli *cli, const struct label *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return cli->english ? list[i].en : list[i].ja;
        }
    }
    return name;
}

static const char *label_of(const struct tg_cli *cli, const char *name)
{
    return label_in(cli, labels, sizeof labels / sizeof *labels, name);
}

/* 供給地点特定番号 is read in groups of 2-4-4-4-4-4; what is not 22 digits stays as it is. */
static const char *grouped(const char *name, const char *value, char out[28])
{
    bool point = strcmp(name, "point") == 0 || strcmp(name, "gen_point") == 0;
    size_t at = 0;

    if (!point || strlen(value) != 22) {
        return value;
    }
    for (size_t i = 0; i < 22; i++) {
        if (i % 4 == 2) {
            out[at++] = '-';
        }
        out[at++] = value[i];
    }
    out[at] = '\0';
    return out;
}

static void print_line(const char *label, const char *value)
{
    (void)fputs("  ", stdout);
    tg_put_clean(stdout, label);
    (void)fputs(": ", stdout);
    tg_put_clean(stdout, value);
    (void)putchar('\n');
}

static void print_members(const struct tg_cli *cli, json_t *obj)
{
    const char *name;
    json_t *value;
    char point[28];

    json_object_foreach(obj, name, value)
    {
        if (json_is_string(value)) {
            print_line(label_of(cli, name), grouped(name, json_string_value(value), point));
        }
    }
}

static const char *text_of(const json_t *obj, const char *name)
{
    const char *s = tg_json_str(obj, name);

    return s != NULL ? s : "";
}

static void print_hidden(const struct tg_cli *cli, json_t *hidden)
{
    const char *name;
    json_t *why;

    json_object_foreach(hidden, name, why)
    {
        (void)fputs("  ", stdout);
        tg_put_clean(stdout, label_of(cli, name));
        (void)printf(": (%s) ", cli->english ? "hidden" : "非表示");
        tg_put_clean(stdout, text_of(why, "reason"));
        (void)fputs(" → ", stdout);
        tg_put_clean(stdout, text_of(why, "next"));
        (void)putchar('\n');
    }
}

void tg_print_row(const struct tg_cli *cli, json_t *row)
{
    (void)putchar('[');
    tg_put_clean(stdout, label_in(cli, classes, sizeof classes / sizeof *classes, text_of(row, "class")));
    (void)fputs("] ", stdout);
    tg_put_clean(stdout, text_of(row, "id"));
    (void)putchar('\n');
    print_members(cli, json_object_get(row, "fields"));
    print_hidden(cli, json_object_get(row, "hidden"));
}

/* What the policy says of it: nobody of ours, and where to refer the caller. */
static void print_nothing(const struct tg_cli *cli, json_t *why)
{
    if (why == NULL) {
        (void)puts(cli->english ? "Nothing was found." : "見つかりませんでした。");
        return;
    }
    tg_put_clean(stdout, text_of(why, "reason"));
    (void)fputs("\n  → ", stdout);
    tg_put_clean(stdout, text_of(why, "next"));
    (void)putchar('\n');
}

static void print_rows(const struct tg_cli *cli, json_t *doc)
{
    json_t *rows = json_object_get(doc, "rows");
    const char *next = tg_json_str(doc, "next");

    for (size_t i = 0; i < json_array_size(rows); i++) {
        tg_print_row(cli, json_array_get(rows, i));
    }
    if (json_array_size(rows) == 0) {
        print_nothing(cli, json_object_get(doc, "nothing"));
    }
    if (next != NULL) {
        (void)printf("%s --cursor ", cli->english ? "more:" : "続き:");
        tg_put_clean(stdout, next);
        (void)putchar('\n');
    }
}

static void print_release(const struct tg_cli *cli, json_t *doc)
{
    const json_t *roles = json_object_get(doc, "roles");

    (void)fputs(cli->english ? "The limit is lifted: " : "照会の上限を解除しました: ", stdout);
    tg_put_clean(stdout, text_of(doc, "person"));
    for (size_t i = 0; i < json_array_size(roles); i++) {
        const char *role = json_string_value(json_array_get(roles, i));

        (void)fputs(i == 0 ? " (" : ", ", stdout);
        tg_put_clean(stdout, role != NULL ? role : "");
        (void)fputs(i + 1 == json_array_size(roles) ? ")" : "", stdout);
    }
    (void)puts(cli->english
                   ? "\n  One more hour's worth of look-ups, for an hour from now. It is on record."
                   : "\n  今から 1 時間、上限もう 1 回分の照会ができます。この解除は記録されています。");
}

enum tg_err tg_cli_print(const struct tg_cli *cli, enum tg_command_kind kind, struct tg_span json)
{
    TG_JSON_AUTO *doc = NULL;

    if (tg_json_parse(json, &doc) != TG_OK) { /* not our server's: nothing of it is shown */
        return TG_E_SERVER_REPLY;
    }
    if (cli->json) {
        tg_put_json(stdout, json);
        (void)putchar('\n');
    } else if (kind == TG_CMD_SEARCH) {
        print_rows(cli, doc);
    } else if (kind == TG_CMD_SHOW) {
        tg_print_row(cli, doc);
    } else if (kind >= TG_CMD_SUBJECTS && kind <= TG_CMD_INQUIRY) {
        tg_print_inquiring(cli, kind, doc);
    } else if (kind == TG_CMD_RELEASE) {
        print_release(cli, doc);
    } else if (kind == TG_CMD_GRANT) {
        tg_print_granting(cli, doc);
    } else {
        print_members(cli, doc);
        tg_print_granting(cli, doc); /* what is open to one */
    }
    return fflush(stdout) == 0 ? TG_OK : TG_E_IO;
}

const char *tg_cli_word(const struct tg_cli *cli, const struct tg_cli_word *words, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i].code, code) == 0) {
            return cli->english ? words[i].en : words[i].ja;
        }
    }
    return code;
}

const char *tg_cli_text(const json_t *obj, const char *name)
{
    const char *s = tg_json_str(obj, name);

    return s != NULL ? s : "";
}
