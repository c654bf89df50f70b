/* What inquiries cost, for a tool that counts instructions.
 *
 *   tegata-inquiring look OPEN N       what N look-ups have to do with inquiries, while so many are open
 *   tegata-inquiring round OPEN N      N times asked, taken, answered and read, as far as the room goes
 */
#include <stdio.h>
#include <stdlib.h>

#include "certs/base/text.h"
#include "server/inquiry/inquiries.h"
#include "server/inquiry/meter.h"

enum { NOW = 1800000000 };

static struct tg_inquiry_step step_of(enum tg_inquiry_do what, const char *person, const char *id)
{
    struct tg_inquiry_step s = {.what = what,
                                .at = NOW,
                                .company = "TOHOKU",
                                .office = "八戸営業所",
                                .subject = "switching",
                                .purpose = "switching",
                                .record = "c2jrh3pm6iq4rdmnkmczz",
                                .consent = "C-2027-0001",
                                .fields = TG_BIT(TG_F_METER),
                                .seconds = 86400};

    (void)snprintf(s.person, sizeof s.person, "%s", person);
    (void)snprintf(s.id, sizeof s.id, "%s", id);
    (void)snprintf(s.answer, sizeof s.answer, "as-recorded");
    return s;
}

static void go(struct tg_inquiries *q, struct tg_inquiry_step *s)
{
    TG_BUF_AUTO act = TG_BUF_INIT(4096);
    struct tg_inquiry i;

    if (tg_inquiries_begin(q, s, &i) != TG_OK || tg_inquiry_step_write(s, &act) != TG_OK) {
        abort();
    }
    tg_inquiries_done(q, s, &i);
}

static void ask(struct tg_inquiries *q, const char *person, char id[TG_INQUIRY_ID_BYTES])
{
    struct tg_inquiry_step s = step_of(TG_DO_ASKED, person, "");

    go(q, &s);
    memcpy(id, s.id, TG_INQUIRY_ID_BYTES);
}

static void round_trip(struct tg_inquiries *q)
{
    static const enum tg_inquiry_do rest[] = {TG_DO_TAKEN, TG_DO_ANSWERED, TG_DO_READ};
    char id[TG_INQUIRY_ID_BYTES];

    ask(q, "E9999", id);
    for (size_t k = 0; k < 3; k++) {
        struct tg_inquiry_step s = step_of(rest[k], k == 2 ? "E9999" : "N0001", id);

        go(q, &s);
    }
}

int main(int argc, char **argv)
{
    struct tg_inquiries *q = NULL;
    struct tg_meter *m = NULL;
    char id[TG_INQUIRY_ID_BYTES], person[16];
    uint64_t open = 0, n = 0;

    if (argc != 4 || tg_u64_parse(tg_span_str(argv[2]), 10000, &open) != TG_OK ||
        tg_u64_parse(tg_span_str(argv[3]), 1000000, &n) != TG_OK || tg_inquiries_new(&q) != TG_OK ||
        tg_meter_new(&m) != TG_OK) {
        return 2;
    }
    for (uint64_t i = 0; i < open; i++) {
        (void)snprintf(person, sizeof person, "E%04u", (unsigned)(i / 50));
        ask(q, person, id);
    }
    for (uint64_t i = 0; i < n; i++) {
        if (strcmp(argv[1], "round") == 0) {
            round_trip(q);
        } else {
            tg_meter_add(m, &(struct tg_meter_where){"TOHOKU", "八戸営業所", NOW}, TG_METER_LOOK,
                         (tg_usec)(90 + i % 50));
        }
    }
    tg_inquiries_free(&q);
    tg_meter_free(&m);
    return 0;
}
