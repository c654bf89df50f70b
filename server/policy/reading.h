/* The reader's hands: one token of look-ahead, faults that say where, and the statements. Internal to the
 * room.
 */
#ifndef TG_POLICY_READING_H
#define TG_POLICY_READING_H

#include "server/policy/lexer.h"
#include "server/policy/model.h"

/* Reading: the lexer, one token of look-ahead, and where the fault goes. */
struct tg_reading {
    struct tg_lexer lexer;
    struct tg_token token;
    struct tg_policy *policy;
    struct tg_policy_fault *fault;
};

void tg_fault_here(struct tg_reading *r, const char *what);
static inline enum tg_err tg_fail_here(struct tg_reading *r, const char *what)
{
    tg_fault_here(r, what);
    return TG_E_POLICY;
}
void tg_read_next(struct tg_reading *r);
bool tg_read_is(const struct tg_reading *r, const char *word);
/* Takes the word; what is expected stands in the fault. */
enum tg_err tg_read_word(struct tg_reading *r, const char *what, const char **ret) TG_MUST;
enum tg_err tg_read_keyword(struct tg_reading *r, const char *word) TG_MUST;
/* Two sentences, each may begin on a new line. */
enum tg_err tg_read_say(struct tg_reading *r, struct tg_say *ret) TG_MUST;
enum tg_err tg_read_line_end(struct tg_reading *r) TG_MUST;
void tg_read_blank_lines(struct tg_reading *r);
/* One word of a field list: a field, a group, or (only where allowed) any. Twice is a fault. */
enum tg_err tg_read_item(struct tg_reading *r, bool any_allowed, struct tg_rule *to) TG_MUST;

/* The statements; the keyword has been taken. */
enum tg_err tg_read_group(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_field(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_class(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_purpose(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_role(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_show(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_hide(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_limit(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_consent(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_inquiry(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_cap(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_nothing(struct tg_reading *r) TG_MUST;
enum tg_err tg_read_grant(struct tg_reading *r) TG_MUST;

/* What the statements about rules share. A rule begins with its id; names of roles, without kinds where a rule
 * opens something; a whole number of 1 … max. */
enum tg_err tg_read_rule(struct tg_reading *r, enum tg_rule_type type, struct tg_rule **ret) TG_MUST;
enum tg_err tg_read_roles(struct tg_reading *r, struct tg_rule *rule) TG_MUST;
enum tg_err tg_read_number(struct tg_reading *r, unsigned max, unsigned *ret) TG_MUST;
bool tg_read_at_line_end(const struct tg_reading *r);

#endif
