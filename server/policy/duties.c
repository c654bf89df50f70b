/* Separation of duties: what no policy may say, whoever signs it. */
#include "server/policy/model.h"

#define CLASS_BIT(c) ((uint32_t)1 << (c))

/* What a power cut can need: whom, where, how to call, what stands there. No contract, usage or bill. */
static const tg_mask outage_fields = TG_BIT(TG_F_NAME) | TG_BIT(TG_F_KANA) | TG_BIT(TG_F_POSTCODE) |
                                     TG_BIT(TG_F_ADDRESS) | TG_BIT(TG_F_PHONE) | TG_BIT(TG_F_POINT) |
                                     TG_BIT(TG_F_SUPPLY_METHOD) | TG_BIT(TG_F_METER) | TG_BIT(TG_F_POLE);
/* What a switch 切替 needs of the point, and no more: not whose it is, nor what the other contract says. */
static const tg_mask consent_fields = TG_BIT(TG_F_POSTCODE) | TG_BIT(TG_F_ADDRESS) | TG_BIT(TG_F_POINT) |
                                      TG_BIT(TG_F_CAPACITY) | TG_BIT(TG_F_CURRENT_LIMIT) |
                                      TG_BIT(TG_F_SUPPLY_METHOD) | TG_BIT(TG_F_METER) |
                                      TG_BIT(TG_F_READ_DAY) | TG_BIT(TG_F_NIGHT_EQUIPMENT);

bool tg_role_has_data(const struct tg_def *role)
{
    return role->kind != TG_KIND_NONE;
}

enum tg_side tg_role_side(const struct tg_def *role)
{
    switch (role->kind) {
    case TG_KIND_RETAIL:
        return TG_SIDE_RETAIL;
    case TG_KIND_NETWORK:
        return TG_SIDE_NETWORK;
    case TG_KIND_NONE:
        return role->side;
    case TG_KIND_EMERGENCY: /* staff of either side stand on the roster */
    case TG_KIND_COUNT:
        break;
    }
    return TG_SIDE_BOTH;
}

/* Fields of one side among those of a rule. */
static bool opens_side(const struct tg_policy *p, const struct tg_rule *rule, enum tg_side side)
{
    tg_mask fields = tg_rule_fields(rule);
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        if ((fields & TG_BIT(f)) != 0 && p->field[f].side == side)
            return true;
    return false;
}

/* Retail may see its own customers only, and no network fields; the network, and whoever helps it in an
 * emergency, no fields of retail sales; the rest, nothing. NULL: all is well.
 */
static const char *wrong_show(const struct tg_policy *p, const struct tg_rule *rule, size_t role)
{
    enum tg_kind kind = p->role[role].kind;
    if (kind == TG_KIND_NONE)
        return "この職務にお客さまの情報は見せられません / a role of kind none may be shown nothing";
    if (kind == TG_KIND_RETAIL && (rule->classes & ~(CLASS_BIT(TG_C_OWN) | CLASS_BIT(TG_C_FORMER))) != 0)
        return "小売の職務に自社以外の区分は見せられません / retail may be shown own and former only";
    if (kind == TG_KIND_RETAIL && opens_side(p, rule, TG_SIDE_NETWORK))
        return "小売の職務に送配電の項目は見せられません / retail may not be shown network fields";
    if (kind != TG_KIND_RETAIL && opens_side(p, rule, TG_SIDE_RETAIL))
        return "送配電・災害対応の職務に小売営業の項目は見せられません / network may not be shown retail "
               "fields";
    if (kind == TG_KIND_EMERGENCY && (tg_rule_fields(rule) & ~outage_fields) != 0)
        return "災害対応の職務に見せられるのは、停電の対応に要る項目だけです / emergency roles may be shown "
               "what an outage needs only";
    return NULL;
}

/* A consent lets a retailer see the supply point that a customer of somebody else asks it to serve. */
static const char *wrong_consent(const struct tg_policy *p, const struct tg_rule *rule, size_t role)
{
    if (p->role[role].kind != TG_KIND_RETAIL)
        return "同意で見せられるのは、小売の職務だけです / a consent opens nothing to other roles than "
               "retail";
    if ((rule->classes & ~(CLASS_BIT(TG_C_OTHER) | CLASS_BIT(TG_C_LAST_RESORT))) != 0)
        return "同意で見せられるのは、他社と最終保障の区分だけです / a consent opens other and last-resort "
               "only";
    if (opens_side(p, rule, TG_SIDE_NETWORK))
        return "小売の職務に送配電の項目は見せられません / retail may not be shown network fields";
    if (opens_side(p, rule, TG_SIDE_RETAIL) || (tg_rule_fields(rule) & ~consent_fields) != 0)
        return "同意で見せられるのは、供給地点と設備の項目だけです / a consent opens the supply point and "
               "its "
               "facility only";
    if ((rule->purposes & ~p->role[role].purposes) != 0)
        return "この職務では選べない利用目的です / the role does not have this purpose";
    return NULL;
}

/* The contract name, in either writing: what an asker must know already. */
static const tg_mask compare_fields = TG_BIT(TG_F_NAME) | TG_BIT(TG_F_KANA);

/* What the network company is asked for a customer who consented is no more than what a consent may open, and
 * nothing but the name is compared: whatever is compared can be guessed at.
 */
static const char *wrong_inquiry(const struct tg_policy *p, const struct tg_rule *rule, size_t role)
{
    const char *what = wrong_consent(p, rule, role);
    if (what != NULL)
        return what;
    if ((rule->compare & ~compare_fields) != 0)
        return "照会で照らし合わせるのは、契約名義だけです / an inquiry compares the contract name only";
    for (size_t i = 0; i < p->n_rules; i++)
        if (p->rule[i].type == TG_RULE_CONSENT && tg_rule_has_role(p, &p->rule[i], role) &&
            (rule->purposes & ~p->rule[i].purposes) == 0 && (rule->classes & ~p->rule[i].classes) == 0)
            return NULL;
    return "照会には、同じ職務、区分、利用目的の consent が要ります / an inquiry needs a consent rule for the "
           "same role, classes and purposes";
}

/* Who lifts a cap stands over the people of that side, and sees and administers nothing. */
static const char *wrong_release(const struct tg_def *by, const struct tg_def *role)
{
    if (tg_role_has_data(by))
        return "お客さまの情報を見る職務は、上限を解除できません / a role with customer data may not lift a "
               "cap";
    if (by->side == TG_SIDE_BOTH)
        return "上限を解除する職務には side が要ります / a role that lifts caps needs a side";
    if (tg_role_side(role) != TG_SIDE_BOTH && tg_role_side(role) != by->side)
        return "ほかの側の職務は、上限を解除できません / a role of the other side may not lift a cap";
    return NULL;
}

static const char *wrong_cap(const struct tg_policy *p, const struct tg_rule *rule, size_t role)
{
    const char *what = NULL;
    if (!tg_role_has_data(&p->role[role]))
        return "お客さまの情報を見ない職務に上限はありません / a role of kind none has no cap";
    for (size_t by = 0; by < p->n_roles && what == NULL; by++)
        if ((rule->releases >> by & 1) != 0)
            what = wrong_release(&p->role[by], &p->role[role]);
    return what;
}

static const char *wrong(const struct tg_policy *p, const struct tg_rule *rule, size_t role)
{
    switch (rule->type) {
    case TG_RULE_SHOW:
        return wrong_show(p, rule, role);
    case TG_RULE_CONSENT:
        return wrong_consent(p, rule, role);
    case TG_RULE_INQUIRY:
        return wrong_inquiry(p, rule, role);
    case TG_RULE_CAP:
        return wrong_cap(p, rule, role);
    case TG_RULE_GRANT:
        return tg_policy_wrong_grant(p, rule, role);
    case TG_RULE_HIDE:
    case TG_RULE_LIMIT:
    case TG_RULE_NOTHING:
        break;
    }
    return NULL;
}

enum tg_err tg_policy_check_duties(const struct tg_policy *p, struct tg_policy_fault *fault)
{
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct tg_rule *rule = &p->rule[i];
        for (size_t role = 0; role < p->n_roles; role++) {
            const char *what = tg_rule_has_role(p, rule, role) ? wrong(p, rule, role) : NULL;
            if (what != NULL)
                return TG_FAIL_AT(fault, rule->line, rule->column, "%s（%s）", what, p->role[role].name);
        }
    }
    return TG_OK;
}
