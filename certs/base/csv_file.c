#include "certs/base/csv_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Large enough that the system calls do not show in an import of ten million rows. */
enum { PIECE = 64 * 1024 };

typedef enum tg_err piece_fn(void *ctx, struct tg_span bytes);

static enum tg_err each_piece(int fd, piece_fn *fn, void *ctx)
{
    uint8_t *piece = malloc(PIECE);
    if (piece == NULL)
        return TG_E_NOMEM;
    enum tg_err e = TG_OK;
    while (e == TG_OK) {
        ssize_t n = read(fd, piece, PIECE);
        if (n == 0)
            break;
        if (n > 0)
            e = fn(ctx, tg_span(piece, (size_t)n));
        else if (errno != EINTR)
            e = TG_E_IO;
    }
    free(piece);
    return e;
}

static enum tg_err sniff_piece(void *ctx, struct tg_span bytes)
{
    struct tg_sniff *s = ctx;
    tg_sniff_feed(s, bytes);
    return TG_OK;
}

static enum tg_err decode_piece(void *ctx, struct tg_span bytes)
{
    struct tg_decoder *d = ctx;
    return tg_decoder_feed(d, bytes);
}

static enum tg_err csv_piece(void *ctx, struct tg_span utf8)
{
    struct tg_csv *c = ctx;
    return tg_csv_feed(c, utf8);
}

/* A file of UTF-8 with one spoiled line is taken for CP932 and fails at its first kanji: of the two readings,
 * the one that came farther is what its writer meant.
 */
static void explain_neither(uint64_t utf8_lines, struct tg_csv_info *info)
{
    info->fault.what = "UTF-8 でも CP932 でもありません / neither UTF-8 nor CP932";
    if (utf8_lines + 1 > info->fault.line) {
        info->fault.line = utf8_lines + 1;
        info->fault.column = 0;
        info->fault.what =
            "ここまでは UTF-8 ですが、この行は UTF-8 として読めません / UTF-8 up to here, but not this line";
    }
}

static void explain(enum tg_err e, struct tg_csv *csv, uint64_t utf8_lines, struct tg_csv_info *info)
{
    info->fault = tg_csv_fault(csv);
    /* What the tokenizer or the row said needs no explanation from here; the rest came from the decoder. */
    if (tg_csv_feed(csv, tg_span(NULL, 0)) != TG_OK)
        return;
    if (e == TG_E_BAD_UTF8)
        info->fault.what = "UTF-8 として読めません / not well-formed UTF-8";
    else if (e == TG_E_FORM && info->charset == TG_CHARSET_CP932)
        explain_neither(utf8_lines, info);
    else if (e == TG_E_TRUNCATED)
        info->fault.what = "文字の途中で終わっています / the file ends inside a character";
}

static enum tg_err parse(int fd, struct tg_csv *csv, uint64_t utf8_lines, struct tg_csv_info *info)
{
    struct tg_decoder *d = NULL;
    enum tg_err e = tg_decoder_new(info->charset, csv_piece, csv, &d);
    if (e == TG_OK)
        e = each_piece(fd, decode_piece, d);
    if (e == TG_OK)
        e = tg_decoder_end(d);
    if (e == TG_OK)
        e = tg_csv_end(csv);
    tg_decoder_free(&d);
    if (e != TG_OK)
        explain(e, csv, utf8_lines, info);
    return e;
}

static enum tg_err read_twice(int fd, tg_csv_row *row, void *ctx, struct tg_csv_info *info)
{
    struct tg_sniff sniff;
    tg_sniff_init(&sniff);
    enum tg_err e = each_piece(fd, sniff_piece, &sniff);
    if (e != TG_OK)
        return e;
    info->charset = tg_sniff_end(&sniff);
    if (lseek(fd, 0, SEEK_SET) != 0)
        return TG_E_IO;
    struct tg_csv *csv = NULL;
    e = tg_csv_new(row, ctx, &csv);
    if (e != TG_OK)
        return e;
    e = parse(fd, csv, sniff.utf8.lines, info);
    tg_csv_free(&csv);
    return e;
}

enum tg_err tg_csv_file(const char *path, tg_csv_row *row, void *ctx, struct tg_csv_info *info)
{
    *info = (struct tg_csv_info){.charset = TG_CHARSET_UTF8, .fault = {.line = 0, .column = 0, .what = ""}};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? TG_E_NOT_FOUND : TG_E_IO;
    enum tg_err e = read_twice(fd, row, ctx, info);
    (void)close(fd);
    return e;
}
