/* What live grants cost a look-up, for a tool that counts instructions.
 *
 *   tegata-granting POLICY retail|responder LIVE N     N decisions of that role, with so many live events
 *
 * The responder stands on the roster of one of them; each has thirty-two people.
 */
#include <stdio.h>
#include <stdlib.h>

#include "certs/base/file.h"
#include "certs/base/text.h"
#include "server/admit/staff_make.h"
#include "server/grants/inner.h"

enum { NOW = 1800000000, ROSTER = 32 };

static volatile uint64_t seen; /* what was decided is used */

static struct tg_event *live_event(unsigned i)
{
    struct tg_event *e = calloc(1, sizeof *e);

    if (e == NULL || (e->roster.p = calloc(ROSTER, sizeof *e->roster.p)) == NULL)
        abort();
    e->roster.n = ROSTER;
    for (unsigned k = 0; k < ROSTER; k++) {
        (void)snprintf(e->roster.p[k].person, TG_PERSON_BYTES, "E%04u%02u", i, k);
        e->roster.p[k].acknowledged = NOW;
    }
    (void)snprintf(e->id, sizeof e->id, "EV-20270115-%03u", i + 1);
    (void)snprintf(e->role, sizeof e->role, "emergency.responder");
    (void)snprintf(e->areas, sizeof e->areas, "02203 02207");
    e->state = TG_EVENT_LIVE;
    e->mode = TG_MODE_FULL;
    e->from = NOW - 60;
    e->until = NOW + 3600;
    return e;
}

static void decide(struct tg_grants *g, const struct tg_policy *p, const struct tg_staff *s)
{
    static struct tg_grant grant;
    struct tg_matter m = {.purpose = "outage", .now = NOW};
    struct tg_scope *scope = NULL;

    if (tg_policy_by_grant(p, s->role)) { /* as the desk asks */
        struct tg_grantee who = {s->person, s->role, s->office, s->company};

        if (tg_grants_of(g, &who, NOW, &grant) != TG_OK)
            abort();
        m.grant = &grant;
    }
    if (tg_policy_decide(p, s, &m, &scope) != TG_OK)
        abort();
    seen += tg_scope_count(scope);
    tg_scope_free(&scope);
}

int main(int argc, char **argv)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_staff s = {.person = "E000007", .company = "HOME", .office = "青森", .company_kind = TG_COMPANY_RETAIL};
    struct tg_policy *p = NULL;
    struct tg_policy_fault fault;
    struct tg_grants *g = NULL;

    if (argc != 5 || tg_file_read(argv[1], &text) != TG_OK ||
        tg_policy_compile(tg_span_buf(&text), &p, &fault) != TG_OK || tg_grants_new(&g) != TG_OK)
        return 2;
    (void)snprintf(s.role, sizeof s.role, "%s",
                   strcmp(argv[2], "retail") == 0 ? "retail.counter" : "emergency.responder");
    unsigned live = (unsigned)strtoul(argv[3], NULL, 10), n = (unsigned)strtoul(argv[4], NULL, 10);
    for (unsigned i = 0; i < live; i++)
        if (tg_grants_add(g, live_event(i), NOW) != TG_OK)
            abort();
    for (unsigned i = 0; i < n; i++)
        decide(g, p, &s);
    tg_grants_free(&g);
    tg_policy_unref(&p);
    return 0;
}
