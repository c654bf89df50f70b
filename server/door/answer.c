/* The head of every answer, in one fixed order, and the body behind it: one buffer, one record, one write. */
#include <openssl/rand.h>

#include "certs/base/text.h"
#include "server/door/loop.h"

/* Status line, Date, X-Request-Id, the fixed lines, Allow, Connection and two numbers; counted generously. */
#define HEAD_FIXED_BYTES 512u

static const struct status {
    int code;
    const char *phrase;
} statuses[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

void tg_loop_id(struct tg_loop *l, char out[33])
{
    if (l->id_next == 0) {
        /* Ids only have to be unguessable for correlation, not for safety: zeros are better than no answer.
         */
        if (RAND_bytes(l->ids, sizeof l->ids) != 1)
            memset(l->ids, 0, sizeof l->ids);
        l->id_next = TG_IDS;
    }
    l->id_next--;
    tg_hex(l->ids + (size_t)l->id_next * 16, 16, out);
}

/* IMF-fixdate, RFC 9110 5.6.7; strftime() would ask the locale. */
static void make_date(struct tg_loop *l, tg_sec now)
{
    static const char day[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm;
    time_t t = (time_t)now;
    l->date_at = now;
    l->date_n = 0;
    if (gmtime_r(&t, &tm) == NULL)
        return;
    int n =
        snprintf(l->date, sizeof l->date, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", day[tm.tm_wday],
                 tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    l->date_n = n > 0 && (size_t)n < sizeof l->date ? (size_t)n : 0;
}

/* The room was reserved before. */
static void put(struct tg_buf *b, const void *p, size_t n)
{
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

static void put_str(struct tg_buf *b, const char *s)
{
    put(b, s, strlen(s));
}

static void put_number(struct tg_buf *b, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    put(b, digits + at, sizeof digits - at);
}

static void put_status(struct tg_buf *b, int status)
{
    const char *phrase = "";
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].code == status) {
            phrase = statuses[i].phrase;
            break;
        }
    }
    put_str(b, "HTTP/1.1 ");
    put_number(b, (uint64_t)status);
    put_str(b, " ");
    put_str(b, phrase);
    put_str(b, "\r\n");
}

/* Whole lines, no empty one, no control but their ends. */
static bool are_lines(const char *s, size_t n)
{
    size_t line = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\r' && i > line && i + 1 < n && s[i + 1] == '\n')
            line = ++i + 1;
        else if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
            return false;
    }
    return line == n;
}

static void put_ending(struct tg_req *r, struct tg_buf *b, int status, bool endless)
{
    struct tg_conn *c = r->conn;
    if (status == 405 && r->refused == TG_E_METHOD) {
        char allow[32];
        tg_route_allow(r, allow);
        put_str(b, "Allow: ");
        put_str(b, allow);
        put_str(b, "\r\n");
    }
    if (endless || c->close_after || c->loop->draining) {
        c->close_after = true;
        put_str(b, "Connection: close\r\n");
    }
    put_str(b, "\r\n");
}

enum tg_err tg_answer_head(struct tg_req *r, int status, const char *media, const char *headers,
                           int64_t length)
{
    struct tg_loop *l = r->conn->loop;
    struct tg_buf *b = &l->scratch;
    size_t extra = headers == NULL ? 0 : strlen(headers);
    size_t media_n = media == NULL ? 0 : strlen(media);
    if (status < 200 || status > 599 || extra + media_n > TG_HTTP_EXTRA_BYTES || !are_lines(headers, extra))
        return TG_E_FORM;
    tg_buf_reset(b);
    enum tg_err e = tg_buf_reserve(b, HEAD_FIXED_BYTES + extra + media_n + (length > 0 ? (size_t)length : 0));
    if (e != TG_OK)
        return e;
    tg_sec now = tg_now();
    if (now != l->date_at)
        make_date(l, now);
    put_status(b, status);
    put(b, l->date, l->date_n);
    put_str(b, "X-Request-Id: ");
    put(b, r->id, 32);
    if (media != NULL) {
        put_str(b, "\r\nContent-Type: ");
        put(b, media, media_n);
    }
    /* RFC 9110 8.6: a 204 has no Content-Length */
    if (length >= 0 && status != 204) {
        put_str(b, "\r\nContent-Length: ");
        put_number(b, (uint64_t)length);
    }
    put_str(b, "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
    if (extra > 0)
        put(b, headers, extra);
    put_ending(r, b, status, length < 0);
    return TG_OK;
}

void tg_req_answer(struct tg_req *r, int status, const char *media, const char *headers, struct tg_span body)
{
    struct tg_conn *c = r->conn;
    if (r->ended)
        return;
    if (c->fd >= 0) {
        struct tg_buf *b = &c->loop->scratch;
        bool ok = body.n <= TG_HTTP_ANSWER_BYTES && (status != 204 || body.n == 0) &&
                  tg_answer_head(r, status, media, headers, (int64_t)body.n) == TG_OK;
        if (ok && body.n > 0)
            put(b, body.p, body.n);
        if (!ok || !tg_conn_send(c, tg_span_buf(b)))
            tg_conn_kill(c);
    }
    tg_req_end(r);
}
