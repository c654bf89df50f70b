#include "ui/desk/callers.h"

#include <stdio.h>

#include "certs/base/secret.h"

static void caller_done(struct tg_caller *c)
{
    tg_json_done(&c->row);
    tg_wipe(c, sizeof *c);
}

void tg_callers_open(struct tg_callers *c, json_t *row, const char *purpose, const char *case_ref)
{
    tg_json_done(&c->here.row);
    c->here.purpose = purpose;
    (void)snprintf(c->here.case_ref, sizeof c->here.case_ref, "%s", case_ref);
    c->here.row = json_incref(row);
    tg_checks_begin(row, &c->here.checks);
}

void tg_callers_close(struct tg_callers *c)
{
    caller_done(&c->here);
}

bool tg_callers_swap(struct tg_callers *c)
{
    struct tg_caller was = c->here;

    if (was.row == NULL && !c->waiting)
        return false;
    c->here = c->waiting ? c->parked : (struct tg_caller){.row = NULL};
    c->parked = was;
    c->waiting = was.row != NULL; /* who has no record open yet is not worth waiting for */
    if (!c->waiting)
        caller_done(&c->parked);
    return true;
}

void tg_callers_fail(struct tg_callers *c)
{
    tg_checks_wrong(&c->here.checks);
    tg_json_done(&c->here.row);
}

void tg_callers_done(struct tg_callers *c)
{
    caller_done(&c->here);
    caller_done(&c->parked);
    c->waiting = false;
}
