#include "server/admit/staff_make.h"

const char *tg_staff_person(const struct tg_staff *s)
{
    return s->person;
}

const char *tg_staff_card(const struct tg_staff *s)
{
    return s->card;
}

const char *tg_staff_post(const struct tg_staff *s)
{
    return s->post;
}

const char *tg_staff_role(const struct tg_staff *s)
{
    return s->role;
}

const char *tg_staff_office(const struct tg_staff *s)
{
    return s->office;
}

const char *tg_staff_areas(const struct tg_staff *s)
{
    return s->areas;
}

const char *tg_staff_employer(const struct tg_staff *s)
{
    return s->employer;
}

const char *tg_staff_company(const struct tg_staff *s)
{
    return s->company;
}

enum tg_company_kind tg_staff_company_kind(const struct tg_staff *s)
{
    return s->company_kind;
}

const char *tg_staff_session(const struct tg_staff *s)
{
    return s->session;
}
