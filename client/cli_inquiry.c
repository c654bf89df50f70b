/* inquiry …: 照会 to the network company, from the question to its one reading. */
#include "client/cli.h"

static const struct {
    enum tg_command_kind kind;
    struct tg_verb verb;
} verbs[] = {
    {TG_CMD_SUBJECTS, {"subjects", "/v1/inquiries", NULL, {{NULL, NULL, TG_TAKE_TEXT, false}}}},
    {TG_CMD_INQUIRIES, {"list", "/v1/inquiries", NULL, {{NULL, NULL, TG_TAKE_TEXT, false}}}},
    {TG_CMD_QUEUE, {"queue", "/v1/inquiries", NULL, {{NULL, NULL, TG_TAKE_TEXT, false}}}},
    {TG_CMD_METER, {"meter", "/v1/inquiries/meter", NULL, {{NULL, NULL, TG_TAKE_TEXT, false}}}},
    {TG_CMD_INQUIRY,
     {"ask",
      "/v1/inquiries/ask",
      "subject",
      {{"--point", "point", TG_TAKE_TEXT, false},
       {"--id", "id", TG_TAKE_TEXT, false},
       {"--name", "name", TG_TAKE_TEXT, false},
       {"--consent", "consent", TG_TAKE_TEXT, false},
       {"--fields", "fields", TG_TAKE_TEXT, false},
       {"--step", "step", TG_TAKE_TEXT, false}}}},
    {TG_CMD_INQUIRY, {"take", "/v1/inquiries/take", "inquiry", {{NULL, NULL, TG_TAKE_TEXT, false}}}},
    {TG_CMD_INQUIRY,
     {"answer",
      "/v1/inquiries/answer",
      "inquiry",
      {{"--answer", "answer", TG_TAKE_TEXT, true}, {"--fields", "fields", TG_TAKE_TEXT, false}}}},
    {TG_CMD_INQUIRY, {"read", "/v1/inquiries/read", "inquiry", {{NULL, NULL, TG_TAKE_TEXT, false}}}},
    {TG_CMD_INQUIRY, {"withdraw", "/v1/inquiries/withdraw", "inquiry", {{NULL, NULL, TG_TAKE_TEXT, false}}}},
};

enum tg_err tg_inquiry_command(int argc, char **argv, struct tg_command *ret, const char **why)
{
    *why = "inquiry subjects | list | queue | meter | bulk | ask | take | answer | read | withdraw";
    for (size_t i = 0; argc > 0 && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(argv[0], verbs[i].verb.word) == 0) {
            ret->kind = verbs[i].kind;
            return tg_verb_command(&verbs[i].verb, argc - 1, argv + 1, ret, why);
        }
    }
    return TG_E_USAGE;
}

enum tg_err tg_audit_command(int argc, char **argv, struct tg_command *ret, const char **why)
{
    static const struct tg_verb mine = {"mine",
                                        "/v1/audit/mine",
                                        NULL,
                                        {{"--days", "days", TG_TAKE_NUMBER, false},
                                         {"--from", "from", TG_TAKE_TIME, false},
                                         {"--limit", "limit", TG_TAKE_NUMBER, false}}};

    *why = "audit mine";
    if (argc < 1 || strcmp(argv[0], mine.word) != 0) {
        return TG_E_USAGE;
    }
    ret->kind = TG_CMD_MINE;
    return tg_verb_command(&mine, argc - 1, argv + 1, ret, why);
}
