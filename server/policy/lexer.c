#include "server/policy/lexer.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"

static size_t character_bytes(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xE0)
        return 2;
    return lead < 0xF0 ? 3 : 4;
}

bool tg_lexer_bad_utf8(struct tg_span in, unsigned *line, unsigned *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < in.n;) {
        size_t n = character_bytes(in.p[i]);
        if (n > in.n - i || !tg_utf8_ok(tg_span(in.p + i, n)))
            return true;
        bool end = in.p[i] == '\n';
        *line += end;
        *column = end ? 1 : *column + 1;
        i += n;
    }
    return false;
}

static int peek(const struct tg_lexer *l)
{
    return l->at < l->in.n ? l->in.p[l->at] : -1;
}

static void skip(struct tg_lexer *l)
{
    size_t n = character_bytes(l->in.p[l->at]);
    l->at += n < l->in.n - l->at ? n : l->in.n - l->at;
    l->column++;
}

static bool word_byte(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static struct tg_token bad(struct tg_token t, const char *what)
{
    t.kind = TG_T_BAD;
    t.text = what;
    return t;
}

static struct tg_token word(struct tg_lexer *l, struct tg_token t)
{
    size_t from = l->at;
    while (word_byte(peek(l)))
        skip(l);
    size_t n = l->at - from;
    if (n >= TG_POLICY_WORD_BYTES)
        return bad(t, "名前が長すぎます / a name is too long");
    memcpy(l->store, l->in.p + from, n);
    l->store[n] = '\0';
    t.kind = TG_T_WORD;
    t.text = l->store;
    l->store += n + 1;
    return t;
}

/* No escapes: a sentence for people needs neither a quote nor a line end inside. */
static struct tg_token sentence(struct tg_lexer *l, struct tg_token t)
{
    skip(l);
    size_t from = l->at;
    while (peek(l) != '"' && peek(l) != '\n' && peek(l) >= 0)
        skip(l);
    struct tg_span s = tg_span(l->in.p + from, l->at - from);
    if (peek(l) != '"')
        return bad(t, "引用符が閉じていません / the quote is not closed on its line");
    skip(l);
    if (s.n == 0)
        return bad(t, "文が空です / an empty sentence");
    if (s.n >= TG_POLICY_SENTENCE_BYTES)
        return bad(t, "文が長すぎます / a sentence is too long");
    if (!tg_text_clean(s))
        return bad(t, "文に制御文字があります / a control character in a sentence");
    memcpy(l->store, s.p, s.n);
    l->store[s.n] = '\0';
    t.kind = TG_T_SENTENCE;
    t.text = l->store;
    l->store += s.n + 1;
    return t;
}

static void skip_blank(struct tg_lexer *l)
{
    while (peek(l) == ' ' || peek(l) == '\t')
        skip(l);
    if (peek(l) == '#')
        while (peek(l) >= 0 && peek(l) != '\n')
            skip(l);
    if (peek(l) == '\r' && l->at + 1 < l->in.n && l->in.p[l->at + 1] == '\n')
        skip(l);
}

struct tg_token tg_lexer_next(struct tg_lexer *l)
{
    skip_blank(l);
    struct tg_token t = {.kind = TG_T_END, .text = "", .line = l->line, .column = l->column};
    int c = peek(l);
    if (c < 0)
        return t;
    if (c == '\n') {
        l->at++;
        l->line++;
        l->column = 1;
        t.kind = TG_T_LINE;
        return t;
    }
    if (c == '"')
        return sentence(l, t);
    if (word_byte(c))
        return word(l, t);
    return bad(t, "使えない文字です / an unexpected character");
}
