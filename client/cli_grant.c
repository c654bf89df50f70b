/* grant …: the words of a command become the members of a request, by a table. What needs the card or a
 * person at the terminal in between (approve, acknowledge) is in cli_grant_sign.
 */
#include "client/cli.h"

static const struct tg_verb verbs[] = {
    {"list", "/v1/grants", NULL, {{NULL, NULL, TG_TAKE_TEXT, false}}},
    {"declare",
     "/v1/grants/declare",
     NULL,
     {{"--kind", "kind", TG_TAKE_TEXT, true},
      {"--cause", "cause", TG_TAKE_TEXT, true},
      {"--areas", "areas", TG_TAKE_TEXT, true},
      {"--seconds", "seconds", TG_TAKE_NUMBER, true},
      {"--end", "end", TG_TAKE_TIME, true},
      {"--role", "role", TG_TAKE_TEXT, false},
      {"--roster", "roster", TG_TAKE_TEXT, false},
      {"--standing", "standing", TG_TAKE_TEXT, false}}},
    {"start", "/v1/grants/start", "event", {{"--reason", "reason", TG_TAKE_TEXT, true}}},
    {"extend",
     "/v1/grants/extend",
     "event",
     {{"--seconds", "seconds", TG_TAKE_NUMBER, true}, {"--end", "end", TG_TAKE_TIME, true}}},
    {"close", "/v1/grants/close", "event", {{NULL, NULL, TG_TAKE_TEXT, false}}},
    {"acknowledge", "/v1/grants/acknowledge", "event", {{"--pledge", "pledge", TG_TAKE_TEXT, true}}},
    {"views", "/v1/grants/views", "event", {{"--after", "after", TG_TAKE_NUMBER, false}}},
    {"review",
     "/v1/grants/review",
     "event",
     {{"--views", "views", TG_TAKE_TEXT, true}, {"--verdict", "verdict", TG_TAKE_TEXT, true}}},
    {"alarm", "/v1/alarms/acknowledge", "alarm", {{NULL, NULL, TG_TAKE_TEXT, false}}},
};

static const struct tg_verb propose = {"propose",
                                       "/v1/rosters/propose",
                                       NULL,
                                       {{"--name", "name", TG_TAKE_TEXT, true},
                                        {"--areas", "areas", TG_TAKE_TEXT, true},
                                        {"--people", "people", TG_TAKE_TEXT, true},
                                        {"--seconds", "seconds", TG_TAKE_NUMBER, true},
                                        {"--until", "until", TG_TAKE_TIME, true},
                                        {"--role", "role", TG_TAKE_TEXT, false}}};

/* "roster" has a verb of its own behind it. */
static const struct tg_verb *verb_find(int *argc, char ***argv)
{
    bool roster = *argc >= 2 && strcmp((*argv)[0], "roster") == 0;
    const char *word = *argc > 0 ? (*argv)[roster ? 1 : 0] : "";

    *argc -= roster ? 2 : 1;
    *argv += roster ? 2 : 1;
    if (roster) {
        return strcmp(word, propose.word) == 0 ? &propose : NULL;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(word, verbs[i].word) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

enum tg_err tg_grant_command(int argc, char **argv, struct tg_command *ret, const char **why)
{
    const struct tg_verb *v;

    *why = "grant list | declare | approve | start | extend | close | acknowledge | views | review | alarm | "
           "roster";
    if (argc < 1 || (v = verb_find(&argc, &argv)) == NULL) {
        return TG_E_USAGE;
    }
    ret->kind = TG_CMD_GRANT;
    return tg_verb_command(v, argc, argv, ret, why);
}
