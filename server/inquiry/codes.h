/* What may be asked, and what may be answered: codes with their sentences, no free text. Free text about a
 * customer would be a second record that no policy knows.
 *
 * METI's types of 2023 (関係小売電気事業者の事案に関する類型) each have an end here: 4 asks about the point
 * of a consent; 1 and 3 end in a sentence for the customer and a telephone number; 2, 5 and 6 end nowhere.
 */
#ifndef TG_INQUIRY_CODES_H
#define TG_INQUIRY_CODES_H

#include <stdbool.h>
#include <stddef.h>

enum tg_subject_end { TG_ENDS_ANSWER, TG_ENDS_REFERRAL, TG_ENDS_NOWHERE };
const char *tg_subject_end_name(enum tg_subject_end e); /* "answer", "referral", "none" */

struct tg_subject {
    const char *code;
    const char *ja, *en; /* what it is called */
    unsigned meti;       /* 1 … 6 */
    enum tg_subject_end ends;
    const char *purpose;         /* that its data are for; NULL unless it ends in an answer */
    const char *say_ja, *say_en; /* referral: to be read aloud; nowhere: why not, and what to do instead */
    bool call;                   /* referral: at the network company, whose number belongs to it */
};
/* NULL: unknown. */
const struct tg_subject *tg_subject_find(const char *code);
/* In the order in which they are shown; NULL behind the last. */
const struct tg_subject *tg_subject_at(size_t i);

struct tg_answer_code {
    const char *code;
    const char *ja, *en;
    bool opens; /* the fields asked for are shown with it */
};
const struct tg_answer_code *tg_answer_find(const char *code);
const struct tg_answer_code *tg_answer_at(size_t i);

/* 契約名義不一致: what to do when point and name do not fit, whatever the cause. */
extern const char tg_mismatch_ja[], tg_mismatch_en[];

#endif
