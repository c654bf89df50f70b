/* tg_staff: a person who has been admitted, under one post. Only admit makes one (staff_make.h is its own),
 * so whoever holds a tg_staff knows that card, signature, path, revocation, person, post and session were
 * checked on this request. There is no terminal in here.
 */
#ifndef TG_STAFF_H
#define TG_STAFF_H

#include <stdint.h>

#include "server/staff/company.h"

struct tg_staff;

const char *tg_staff_person(const struct tg_staff *s);
const char *tg_staff_card(const struct tg_staff *s); /* card UUID */
const char *tg_staff_post(const struct tg_staff *s); /* post id: the hat */
const char *tg_staff_role(const struct tg_staff *s);
const char *tg_staff_office(const struct tg_staff *s);
const char *tg_staff_areas(const struct tg_staff *s);
const char *tg_staff_employer(const struct tg_staff *s); /* company code */
const char *tg_staff_company(const struct tg_staff *s);  /* company code whose rights the post has */
enum tg_company_kind tg_staff_company_kind(const struct tg_staff *s);
const char *tg_staff_session(const struct tg_staff *s); /* session id, for the audit */

#endif
