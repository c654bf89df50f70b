#include "server/inquiry/life.h"

#include "server/inquiry/codes.h"

enum tg_inquiry_state tg_inquiry_state(const struct tg_inquiry *i, tg_sec now)
{
    bool open = i->state == TG_INQ_ASKED || i->state == TG_INQ_TAKEN || i->state == TG_INQ_ANSWERED;

    if (open && now >= i->until) {
        return TG_INQ_EXPIRED;
    }
    if (i->state == TG_INQ_TAKEN && now >= i->taken + TG_INQUIRY_LEASE_SECONDS) {
        return TG_INQ_ASKED;
    }
    return i->state;
}

bool tg_inquiry_is_over(const struct tg_inquiry *i, tg_sec now)
{
    enum tg_inquiry_state s = tg_inquiry_state(i, now);

    return s == TG_INQ_READ || s == TG_INQ_EXPIRED || s == TG_INQ_WITHDRAWN;
}

/* Under the hat it was asked with: the same person in another company is somebody else. */
bool tg_inquiry_is_askers(const struct tg_inquiry *i, const char *person, const char *company)
{
    return strcmp(i->person, person) == 0 && strcmp(i->company, company) == 0;
}

bool tg_inquiry_waits_for(const struct tg_inquiry *i, const char *person, tg_sec now)
{
    enum tg_inquiry_state s = tg_inquiry_state(i, now);

    if (strcmp(i->person, person) == 0) {
        return false; /* nobody answers their own question, under whatever hat */
    }
    return s == TG_INQ_ASKED || (s == TG_INQ_TAKEN && strcmp(i->by, person) == 0);
}

void tg_inquiry_ask(struct tg_inquiry *i, const struct tg_inquiry_step *s)
{
    *i = (struct tg_inquiry){.state = TG_INQ_ASKED,
                             .fields = s->fields,
                             .seconds = s->seconds,
                             .asked = s->at,
                             .until = s->at + TG_INQUIRY_SECONDS};
    memcpy(i->id, s->id, sizeof i->id);
    memcpy(i->person, s->person, sizeof i->person);
    memcpy(i->company, s->company, sizeof i->company);
    memcpy(i->office, s->office, sizeof i->office);
    memcpy(i->subject, s->subject, sizeof i->subject);
    memcpy(i->purpose, s->purpose, sizeof i->purpose);
    memcpy(i->record, s->record, sizeof i->record);
    memcpy(i->consent, s->consent, sizeof i->consent);
}

static enum tg_err check_answer(const struct tg_inquiry *i, const struct tg_inquiry_step *s)
{
    const struct tg_answer_code *code = tg_answer_find(s->answer);

    if (strcmp(i->by, s->person) != 0 || i->state != TG_INQ_TAKEN || tg_inquiry_is_over(i, s->at)) {
        return TG_E_INQUIRY_OVER; /* the lease may be over: it is still theirs until somebody else takes it */
    }
    if (code == NULL || (s->fields & ~i->fields) != 0 || code->opens != (s->fields != 0)) {
        return TG_E_INQUIRY_FIELDS;
    }
    return TG_OK;
}

static enum tg_err check_asker(const struct tg_inquiry *i, const struct tg_inquiry_step *s)
{
    enum tg_inquiry_state now = tg_inquiry_state(i, s->at);

    if (!tg_inquiry_is_askers(i, s->person, s->company)) {
        return TG_E_NOT_FOUND;
    }
    if (s->what == TG_DO_READ) {
        return now == TG_INQ_ANSWERED ? TG_OK : TG_E_INQUIRY_OVER;
    }
    return tg_inquiry_is_over(i, s->at) ? TG_E_INQUIRY_OVER : TG_OK;
}

enum tg_err tg_inquiry_check(const struct tg_inquiry *i, const struct tg_inquiry_step *s)
{
    switch ((int)s->what) {
    case TG_DO_TAKEN:
        if (strcmp(i->person, s->person) == 0) {
            return TG_E_NOT_FOUND;
        }
        return tg_inquiry_waits_for(i, s->person, s->at) ? TG_OK : TG_E_INQUIRY_OVER;
    case TG_DO_ANSWERED:
        return strcmp(i->person, s->person) == 0 ? TG_E_NOT_FOUND : check_answer(i, s);
    case TG_DO_READ:
    case TG_DO_WITHDRAWN:
        return check_asker(i, s);
    default:
        return TG_E_NOT_FOUND;
    }
}

void tg_inquiry_apply(struct tg_inquiry *i, const struct tg_inquiry_step *s)
{
    switch ((int)s->what) {
    case TG_DO_TAKEN:
        i->state = TG_INQ_TAKEN;
        i->taken = s->at;
        memcpy(i->by, s->person, sizeof i->by);
        break;
    case TG_DO_ANSWERED:
        i->state = TG_INQ_ANSWERED;
        i->answered = s->at;
        i->until = s->at + i->seconds;
        i->opened = s->fields;
        memcpy(i->answer, s->answer, sizeof i->answer);
        break;
    case TG_DO_READ:
        i->state = TG_INQ_READ;
        i->read = i->over = s->at;
        break;
    case TG_DO_WITHDRAWN:
        i->state = TG_INQ_WITHDRAWN;
        i->over = s->at;
        break;
    default:
        break;
    }
}
