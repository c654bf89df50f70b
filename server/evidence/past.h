/* A decision as the journal has it: its inputs, what came of it, and where it was asked from.
 *
 *   tg_past_reader_new -> reader          remembers sign-ins (areas, kind of company) and the names of the
 * fields tg_past_read(reader, frame, &past)    for each record, in order; past is NULL for what is no
 * decision
 *
 * Searches and shows are decisions. Where an input is not in the journal, the gap says which; nothing is made
 * up for it. Masks are in the bits of field.h, whatever order the journal has.
 */
#ifndef TG_PAST_H
#define TG_PAST_H

#include "certs/seal/seal.h"
#include "server/audit/entry.h"
#include "server/policy/policy.h"

/* What is missing to make the decision again. */
enum tg_gap {
    TG_GAP_NONE,
    TG_GAP_SIGN_IN, /* the session's sign-in is not in the journal, or does not say areas and kind of company
                     */
    TG_GAP_NAMES,   /* no earlier entry says which bit of a mask is which field */
    TG_GAP_WORD,    /* a field or class that this program does not know */
    TG_GAP_CONSENT, /* when the consent began */
    TG_GAP_GRANT,   /* what a grant opened then */
    TG_GAP_COUNT
};
/* "sign-in" …; NULL out of range. */
const char *tg_gap_name(enum tg_gap g);
/* For people, "日本語 / English". */
const char *tg_gap_text(enum tg_gap g);

/* How far the decision came. */
enum tg_settled {
    TG_SETTLED_ALLOWED, /* the policy gave a scope: rules and rows, whatever was answered then */
    TG_SETTLED_REFUSED, /* the policy refused: problem says how */
    TG_SETTLED_NOT      /* refused before the policy was asked */
};

struct tg_past_row {
    const char *id;
    enum tg_class class;
    tg_mask clear, hidden;
};

/* Texts are "" when absent. Everything is borrowed from the reader until its next record. */
struct tg_past {
    uint64_t seq;
    tg_usec time; /* of the decision */
    enum tg_kind kind;
    enum tg_err problem; /* TG_OK: answered */
    enum tg_settled settled;
    enum tg_gap gap;
    const char *person, *card, *office, *post, *session;
    const char *terminal, *peer; /* as claimed; the address */
    const char *basis;           /* reference of the customer's consent that the decision rests on */
    const char *policy;          /* digest */
    struct tg_inputs inputs;     /* of TG_GAP_NONE */
    struct tg_consent consent;
    struct tg_grant grant; /* that the decision rests on, as it was at that moment */
    const char *rules[TG_ENTRY_RULES];
    size_t n_rules;
    struct tg_past_row rows[TG_PAGE_ROWS];
    size_t n_rows;
};

/* What an entry says of administration: that a policy was activated, or, each time a server starts and now
 * and then, where it stands.
 */
struct tg_past_act {
    uint64_t seq;
    tg_usec time;
    const char *digest; /* of the policy that was activated; "": none was */
    int64_t number;     /* of the activation */
    const char *by;     /* who signed it, space between; "": nobody is proven */
    const char *orders; /* "required", "off": whether imports need orders; "": not said */
};

struct tg_past_reader;

/* Decisions from `since` on are wanted; what stands before is read only as far as they need it. TG_E_NOMEM.
 */
enum tg_err tg_past_reader_new(tg_usec since, struct tg_past_reader **ret) TG_MUST;
/* TG_E_AUDIT_BROKEN: no entry of ours; TG_E_NOMEM. */
enum tg_err tg_past_read(struct tg_past_reader *r, const struct tg_frame *f,
                         const struct tg_past **ret) TG_MUST;
/* What the record just read says of administration; NULL: nothing. Borrowed until the next one; told also of
 * records far before `since`.
 */
const struct tg_past_act *tg_past_reader_act(const struct tg_past_reader *r);
void tg_past_reader_free(struct tg_past_reader **r);

#endif
