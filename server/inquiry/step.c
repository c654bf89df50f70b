#include "server/inquiry/step.h"

#include "certs/base/text.h"

static const char *const names[TG_DO_COUNT] = {
    [TG_DO_ASKED] = "asked",         [TG_DO_TAKEN] = "taken",
    [TG_DO_ANSWERED] = "answered",   [TG_DO_READ] = "read",
    [TG_DO_WITHDRAWN] = "withdrawn", [TG_DO_TRIED] = "tried",
    [TG_DO_SEEN] = "seen",           [TG_DO_OWN] = "own",
    [TG_DO_REFERRED] = "referred",   [TG_DO_REFUSED] = "refused",
};

const char *tg_inquiry_do_name(enum tg_inquiry_do d)
{
    return (unsigned)d < TG_DO_COUNT ? names[d] : NULL;
}

enum tg_err tg_fields_write(tg_mask fields, struct tg_buf *out)
{
    enum tg_err e = TG_OK;
    bool first = true;

    for (unsigned f = 0; f < TG_F_COUNT && e == TG_OK; f++) {
        if ((fields & TG_BIT(f)) != 0) {
            e = tg_buf_addf(out, "%s%s", first ? "" : " ", tg_field_name((enum tg_field)f));
            first = false;
        }
    }
    return e;
}

enum tg_err tg_fields_read(const char *text, tg_mask *ret)
{
    tg_mask fields = 0;

    for (const char *at = text; *at != '\0';) {
        char word[TG_POLICY_WORD_BYTES];
        size_t n = strcspn(at, " ");

        if (n == 0 || tg_copy(word, sizeof word, tg_span(at, n)) != TG_OK) {
            return TG_E_FORM;
        }
        enum tg_field f = tg_field_find(word);
        if (f == TG_F_COUNT || (fields & TG_BIT(f)) != 0) {
            return TG_E_FORM;
        }
        fields |= TG_BIT(f);
        at += n;
        if (*at == ' ' && *++at == '\0') {
            return TG_E_FORM;
        }
    }
    *ret = fields;
    return TG_OK;
}

static void put(struct tg_jout *j, const char *name, const char *text)
{
    if (text[0] != '\0') {
        tg_jout_member(j, name, text);
    }
}

static enum tg_err put_fields(struct tg_jout *j, tg_mask fields)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_FIELDS * TG_POLICY_WORD_BYTES);
    enum tg_err e = tg_fields_write(fields, &text);

    if (e == TG_OK && fields != 0) {
        tg_jout_key(j, "fields");
        tg_jout_span(j, tg_span_buf(&text));
    }
    return e;
}

enum tg_err tg_inquiry_step_write(const struct tg_inquiry_step *s, struct tg_buf *out)
{
    struct tg_jout j;
    enum tg_err e;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    put(&j, "do", names[s->what]);
    put(&j, "inquiry", s->id);
    tg_jout_member_int(&j, "at", s->at);
    put(&j, "subject", s->subject);
    put(&j, "record", s->record);
    if ((e = put_fields(&j, s->fields)) != TG_OK) {
        return e;
    }
    put(&j, "consent", s->consent);
    put(&j, "purpose", s->purpose);
    put(&j, "answer", s->answer);
    put(&j, "try", s->tried);
    if (s->seconds > 0) {
        tg_jout_member_int(&j, "seconds", s->seconds);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

static bool take(const json_t *act, const char *name, char *to, size_t size)
{
    const char *text = tg_json_str(act, name);

    return text == NULL || tg_copy(to, size, tg_span_str(text)) == TG_OK;
}

static bool find_do(const char *name, enum tg_inquiry_do *ret)
{
    for (unsigned i = 0; name != NULL && i < TG_DO_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum tg_inquiry_do)i;
            return true;
        }
    }
    return false;
}

/* What each of them cannot be without. */
static bool whole(const struct tg_inquiry_step *s)
{
    bool asked = s->what == TG_DO_ASKED;

    if (s->what <= TG_DO_WITHDRAWN && s->id[0] == '\0') {
        return false;
    }
    if (asked && (s->record[0] == '\0' || s->consent[0] == '\0' || s->purpose[0] == '\0' || s->fields == 0 ||
                  s->seconds <= 0 || s->subject[0] == '\0')) {
        return false;
    }
    if (s->what == TG_DO_ANSWERED && s->answer[0] == '\0') {
        return false;
    }
    return s->at > 0 && (s->what != TG_DO_TRIED || strlen(s->tried) == 64);
}

enum tg_err tg_inquiry_step_read(const json_t *act, struct tg_inquiry_step *ret)
{
    struct tg_inquiry_step s = {.at = tg_json_int(act, "at", 0), .seconds = tg_json_int(act, "seconds", 0)};
    const char *fields = tg_json_str(act, "fields");

    if (!find_do(tg_json_str(act, "do"), &s.what) || !take(act, "inquiry", s.id, sizeof s.id) ||
        !take(act, "subject", s.subject, sizeof s.subject) ||
        !take(act, "record", s.record, sizeof s.record) ||
        !take(act, "consent", s.consent, sizeof s.consent) ||
        !take(act, "purpose", s.purpose, sizeof s.purpose) ||
        !take(act, "answer", s.answer, sizeof s.answer) || !take(act, "try", s.tried, sizeof s.tried) ||
        (fields != NULL && tg_fields_read(fields, &s.fields) != TG_OK) || !whole(&s)) {
        return TG_E_FORM;
    }
    *ret = s;
    return TG_OK;
}
