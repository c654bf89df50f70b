#include "ui/desk/labels.h"

#include <stdio.h>
#include <string.h>

#include "ui/desk/names.h"
#include "ui/text/wareki.h"
#include "ui/tr.h"

static const struct tg_field_label fields[] = {
    {"name", N_("Name"), N_("Customer")},
    {"kana", N_("Kana"), NULL},
    {"postcode", N_("Postcode"), N_("Contact")},
    {"address", N_("Address"), NULL},
    {"phone", N_("Telephone"), NULL},
    {"point", N_("Supply point number"), N_("Supply point")},
    {"customer_no", N_("Customer number"), NULL},
    {"contract_kind", N_("Kind of contract"), N_("Contract")},
    {"contract_start", N_("Start of contract"), NULL},
    {"contract_end", N_("End of contract"), NULL},
    {"contract_status", N_("State of contract"), NULL},
    {"retailer", N_("Retailer"), NULL},
    {"capacity", N_("Contract capacity"), N_("Equipment")},
    {"current_limit", N_("Contract current"), NULL},
    {"supply_method", N_("Supply method"), NULL},
    {"meter", N_("Meter number"), NULL},
    {"pole", N_("Service pole number"), NULL},
    {"read_day", N_("Meter reading day"), NULL},
    {"night_equipment", N_("Night-time equipment"), NULL},
    {"usage", N_("Consumption"), N_("Consumption and bills")},
    {"arrears", N_("Unpaid bills"), NULL},
    {"gen_point", N_("Receiving point number"), N_("Generation")},
    {"gen_terms", N_("Purchase terms"), NULL},
};

struct tg_field_label tg_field_at(size_t i)
{
    struct tg_field_label f = {.name = NULL};

    if (i >= sizeof fields / sizeof *fields)
        return f;
    f.name = fields[i].name;
    f.text = _(fields[i].text);
    f.group = fields[i].group != NULL ? _(fields[i].group) : NULL;
    return f;
}

const char *tg_field_text(const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return _(fields[i].text);
    }
    return name;
}

struct tg_class_label tg_class_label(const char *name)
{
    static const struct {
        const char *name, *shape, *text;
    } classes[] = {
        {"own", "●", N_("ours")},
        {"former", "◐", N_("formerly ours")},
        {"other", "■", N_("other retailer")},
        {"last-resort", "▲", N_("last resort supply")},
        {"generator-own", "◆", N_("generator, ours")},
        {"generator-other", "◇", N_("generator, other")},
        {"vacant", "○", N_("vacant")},
    };

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(classes[i].name, name) == 0)
            return (struct tg_class_label){classes[i].shape, _(classes[i].text)};
    }
    return (struct tg_class_label){"?", name};
}

struct tg_purpose_label tg_purpose_at(size_t i)
{
    static const struct tg_purpose_label purposes[] = {
        {"inquiry", N_("Question")}, {"application", N_("Application")}, {"switching", N_("Switching")},
        {"moving", N_("Moving")},    {"billing", N_("Bills")},           {"construction", N_("Works")},
        {"outage", N_("Power cut")},
    };

    if (i >= sizeof purposes / sizeof *purposes)
        return (struct tg_purpose_label){NULL, NULL};
    return (struct tg_purpose_label){purposes[i].name, _(purposes[i].text)};
}

const char *tg_role_text(const char *name)
{
    static const struct {
        const char *name, *text;
    } roles[] = {
        {"retail.counter", N_("Counter (retail)")},
        {"retail.callcenter", N_("Call centre (retail)")},
        {"retail.dunning", N_("Bills and arrears (retail)")},
        {"retail.contractor", N_("Contractor (retail)")},
        {"retail.duty", N_("Duty officer (retail)")},
        {"retail.supervisor", N_("Supervisor (retail)")},
        {"nw.operator", N_("Network service centre")},
        {"nw.duty", N_("Duty officer (network)")},
        {"emergency.responder", N_("Emergency responder")},
        {"auditor", N_("Auditor")},
        {"directory.admin", N_("Personnel office")},
        {"policy.admin", N_("Policy administrator")},
        {"data.admin", N_("Data administrator")},
    };

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (strcmp(roles[i].name, name) == 0)
            return _(roles[i].text);
    }
    return name;
}

static const char *point_text(const char *value, char out[TG_VALUE_BYTES])
{
    size_t at = 0;

    if (strlen(value) != 22 || strspn(value, "0123456789") != 22)
        return value;
    for (size_t i = 0; i < 22; i++) {
        if (i % 4 == 2)
            out[at++] = '-';
        out[at++] = value[i];
    }
    out[at] = '\0';
    return out;
}

/* 03-1234-5678, 090-1234-5678, 0120-123-456. Where an area code of three to five digits ends only the
 * numbering plan's table of exchanges knows (0223-2x is Iwanuma, 022-35x is Sendai); a wrong hyphen is worse
 * than none.
 */
static const char *phone_text(const char *value, char out[TG_VALUE_BYTES])
{
    static const struct {
        const char *begins;
        size_t digits, first, second;
    } plans[] = {{"0120", 10, 4, 3}, {"0570", 10, 4, 3}, {"0990", 10, 4, 3}, {"0800", 11, 4, 3},
                 {"03", 10, 2, 4},   {"06", 10, 2, 4},   {"050", 11, 3, 4},  {"060", 11, 3, 4},
                 {"070", 11, 3, 4},  {"080", 11, 3, 4},  {"090", 11, 3, 4}};
    size_t n = strlen(value);

    for (size_t i = 0; i < sizeof plans / sizeof *plans && strspn(value, "0123456789") == n; i++) {
        int first = (int)plans[i].first, second = (int)plans[i].second;

        if (n != plans[i].digits || strncmp(value, plans[i].begins, strlen(plans[i].begins)) != 0)
            continue;
        (void)snprintf(out, TG_VALUE_BYTES, "%.*s-%.*s-%s", first, value, second, value + first,
                       value + first + second);
        return out;
    }
    return value;
}

static const char *company_text(const char *code, char out[TG_VALUE_BYTES])
{
    const char *name = tg_names_company(code);

    if (name == NULL || strlen(name) + strlen(code) + sizeof "（）" > TG_VALUE_BYTES)
        return name != NULL ? name : code;
    (void)snprintf(out, TG_VALUE_BYTES, "%s（%s）", name, code);
    return out;
}

const char *tg_value_text(const char *name, const char *value, char out[TG_VALUE_BYTES])
{
    tg_day day;

    if (strcmp(name, "point") == 0 || strcmp(name, "gen_point") == 0)
        return point_text(value, out);
    if (strcmp(name, "phone") == 0)
        return phone_text(value, out);
    if (strcmp(name, "retailer") == 0)
        return company_text(value, out);
    if (tg_day_parse(tg_span_str(value), &day) != TG_OK)
        return value;
    tg_wareki_text(day, out);
    return out;
}
