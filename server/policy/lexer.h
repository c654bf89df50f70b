/* The words of a policy file: names, numbers, "sentences", ends of lines. '#' begins a comment. Columns count
 * characters. */
#ifndef TG_LEXER_H
#define TG_LEXER_H

#include <stdbool.h>

#include "certs/base/blob.h"

enum tg_token_kind { TG_T_WORD, TG_T_SENTENCE, TG_T_LINE, TG_T_END, TG_T_BAD };

struct tg_token {
    enum tg_token_kind kind;
    const char *text; /* WORD, SENTENCE: the text. BAD: what is wrong, "日本語 / English" */
    unsigned line, column;
};

struct tg_lexer {
    struct tg_span in; /* well-formed UTF-8 */
    size_t at;
    unsigned line, column;
    char *store; /* texts go here: in.n + 1 bytes are enough */
};

struct tg_token tg_lexer_next(struct tg_lexer *l);
/* Where the text stops being UTF-8; false when it is well-formed throughout. */
bool tg_lexer_bad_utf8(struct tg_span in, unsigned *line, unsigned *column);

#endif
