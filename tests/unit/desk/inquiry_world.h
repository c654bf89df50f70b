/* The people, consents and first steps of the tests of inquiries. */
#ifndef TG_TEST_INQUIRY_WORLD_H
#define TG_TEST_INQUIRY_WORLD_H

#include "tests/unit/desk/rig.h"

#define LIST "/v1/inquiries"
#define ASK "/v1/inquiries/ask"
#define TAKE "/v1/inquiries/take"
#define ANSWER "/v1/inquiries/answer"
#define READ "/v1/inquiries/read"
#define METER "/v1/inquiries/meter"
#define WITHDRAW "/v1/inquiries/withdraw"
#define POINT "0200000000000000000003" /* other1's: 佐々木 次郎 */
#define ELSE "0200000000000000000004"  /* other2's: 山田 太郎 */
#define NONE "0200000000000000000099"
#define OWN "0200000000000000000001"

#define SWITCHING(point, name, consent) \
    "{\"subject\":\"switching\",\"point\":\"" point "\",\"name\":\"" name "\",\"consent\":\"" consent "\""
#define QUESTION SWITCHING(POINT, "佐々木次郎", "C-1") ",\"fields\":\"meter night_equipment\"}"

enum who { COLLEAGUE, RIVAL, SECOND, DUNNING, BOSS, PEOPLE };
extern struct person people[PEOPLE];

int inquiry_setup(void **state);
int inquiry_fresh(void **state); /* everybody signed in anew */
int inquiry_teardown(void **state);
void put_consents(struct rig *r, bool withdrawn);
void sign_in_all(struct rig *r);
void restart(struct rig *r);
void refused(struct person *p, const char *path, const char *body, int status, const char *problem);
void on(struct person *p, const char *path, const char *id, int status, struct answer *a);
void refused_on(struct person *p, const char *path, const char *id, int status, const char *problem);
void put_question(struct rig *r, char id[32]);
void take(struct rig *r, const char *id);
void answer(struct rig *r, const char *id, const char *more);
const json_t *fields_of(const struct answer *a);

#endif
