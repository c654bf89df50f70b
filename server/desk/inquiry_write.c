/* Inquiries as openapi.yaml has them. */
#include "server/desk/asking.h"

void tg_fields_put(struct tg_jout *j, tg_mask fields)
{
    tg_jout_open(j, '[');
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((fields & TG_BIT(f)) != 0) {
            tg_jout_str(j, tg_field_name((enum tg_field)f));
        }
    }
    tg_jout_close(j, ']');
}

static void put_time(struct tg_jout *j, const char *name, tg_sec t)
{
    tg_jout_key(j, name);
    if (t > 0) {
        tg_jout_int(j, t);
    } else {
        tg_jout_null(j);
    }
}

/* Nobody is named: who answers needs to know for which company and office, and who asks knows. */
void tg_inquiry_put(struct tg_jout *j, const struct tg_inquiry *i)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "id", i->id);
    tg_jout_member(j, "subject", i->subject);
    tg_jout_member(j, "state", tg_inquiry_state_name(i->state));
    tg_jout_member(j, "company", i->company);
    tg_jout_member(j, "office", i->office);
    tg_jout_key(j, "fields");
    tg_fields_put(j, i->fields);
    tg_jout_member(j, "consent", i->consent);
    tg_jout_member(j, "record", i->record);
    tg_jout_member_int(j, "asked", i->asked);
    tg_jout_member_int(j, "until", i->until);
    put_time(j, "taken", i->taken);
    put_time(j, "answered", i->answered);
    put_time(j, "read", i->read);
    tg_jout_close(j, '}');
}

void tg_answer_put(struct tg_jout *j, const struct tg_answer_code *c)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "code", c->code);
    tg_jout_member(j, "ja", c->ja);
    tg_jout_member(j, "en", c->en);
    tg_jout_key(j, "opens");
    tg_jout_bool(j, c->opens);
    tg_jout_close(j, '}');
}

static void put_phone(struct tg_jout *j, struct tg_desk *d)
{
    struct tg_people people = {.book = NULL};

    tg_admit_people(d->conf.admit, &people);
    const char *phone = people.book != NULL ? tg_companies_network_phone(tg_book_companies(people.book)) : "";
    tg_jout_key(j, "phone");
    if (phone[0] != '\0') {
        tg_jout_str(j, phone);
    } else {
        tg_jout_null(j);
    }
    tg_admit_people_done(&people);
}

void tg_referral_put(struct tg_jout *j, struct tg_desk *d, const struct tg_subject *s)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "ja", s->say_ja);
    tg_jout_member(j, "en", s->say_en);
    if (s->call) {
        put_phone(j, d);
    } else {
        tg_jout_key(j, "phone");
        tg_jout_null(j);
    }
    tg_jout_close(j, '}');
}
