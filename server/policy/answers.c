/* The tables once more, in the shape in which decisions hand them out: a decision then copies, and finds
 * nothing out.
 */
#include "server/policy/model.h"

/* A few letters tell names apart; two of the same slot stand side by side. */
static size_t slot_of(const char *name, size_t length)
{
    unsigned last = (unsigned char)name[length - 1], middle = (unsigned char)name[length / 2];
    return (length + last * 5 + middle * 23) % (4 * TG_ROLES);
}

static size_t next_slot(size_t slot)
{
    return (slot + 1) % (4 * TG_ROLES);
}

static void fill_names(struct tg_names *to, const struct tg_def *d, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t slot = slot_of(d[i].name, d[i].length);
        while (to->slot[slot] != 0)
            slot = next_slot(slot);
        to->slot[slot] = (uint8_t)(i + 1);
    }
}

static size_t find_name(const struct tg_names *in, const struct tg_def *d, size_t n, const char *name)
{
    size_t length = strlen(name);
    if (length == 0)
        return n;
    for (size_t slot = slot_of(name, length); in->slot[slot] != 0; slot = next_slot(slot)) {
        const struct tg_def *found = &d[in->slot[slot] - 1];
        if (found->length == length && memcmp(found->name, name, length) == 0)
            return in->slot[slot] - 1U;
    }
    return n;
}

size_t tg_policy_role(const struct tg_policy *p, const char *name)
{
    return find_name(&p->role_names, p->role, p->n_roles, name);
}

size_t tg_policy_purpose(const struct tg_policy *p, const char *name)
{
    return find_name(&p->purpose_names, p->purpose, p->n_purposes, name);
}

static void fill_why(struct tg_policy *p)
{
    p->why[0] = (struct tg_why){.rule = "class-has-not",
                                .reason_ja = "この区分にはない項目です。",
                                .reason_en = "Records of this class do not have this field.",
                                .next_ja = "ほかの項目をご覧ください。",
                                .next_en = "Look at the other fields."};
    for (size_t i = 0; i < p->n_rules; i++) {
        if (p->rule[i].type != TG_RULE_SHOW)
            p->why[1 + i] = tg_rule_why(&p->rule[i]);
        p->why[1 + TG_POLICY_RULES + i] = (struct tg_why){
            .rule = p->rule[i].id, .reason_ja = "", .reason_en = "", .next_ja = "", .next_en = ""};
    }
}

static void fill_answer(const struct tg_policy *p, size_t role, size_t purpose, struct tg_answer *to)
{
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        tg_mask fields = p->shown[role][c] & p->purpose_fields[purpose];
        for (unsigned f = 0; f < TG_F_COUNT; f++) {
            struct tg_cell cell = {
                .role = role, .purpose = purpose, .class = (enum tg_class)c, .field = (enum tg_field)f};
            to->said[c][f] = (uint16_t)tg_cell_said(p, &cell, false);
        }
        if (fields != 0)
            to->part[to->n++] = (struct tg_part){.class = (enum tg_class)c,
                                                 .fields = fields,
                                                 .hidden = p->class[c].fields & ~fields,
                                                 .rule = p->rule[p->show_rule[role][c] - 1].id};
    }
}

enum tg_err tg_policy_answers(struct tg_policy *p)
{
    p->answers = calloc(p->n_roles * p->n_purposes, sizeof *p->answers);
    if (p->answers == NULL)
        return TG_E_NOMEM;
    fill_names(&p->role_names, p->role, p->n_roles);
    fill_names(&p->purpose_names, p->purpose, p->n_purposes);
    fill_why(p);
    for (size_t i = 0; i < p->n_roles * p->n_purposes; i++)
        fill_answer(p, i / p->n_purposes, i % p->n_purposes, &p->answers[i]);
    return TG_OK;
}
