/* The control socket: one line in, one answer out, one connection a question. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "tests/card/inner.h"
#include "tests/card/slot.h"

#define LINE_BYTES 4096u
#define ANSWER_BYTES (256u * 1024u)

static enum tg_err address(const char *path, struct sockaddr_un *a)
{
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    /* 108 bytes, a limit of the kernel: long paths are refused rather than cut. */
    return tg_copy(a->sun_path, sizeof a->sun_path, tg_span_str(path));
}

enum tg_err tg_vc_control_open(struct tg_vc_slot *s)
{
    struct sockaddr_un a;
    s->listener = -1;
    if (!s->control)
        return TG_OK;
    enum tg_err e = address(s->control, &a);
    if (e != TG_OK)
        return e;
    (void)unlink(s->control);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return TG_E_IO;
    if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 8) != 0) {
        (void)close(fd);
        return TG_E_IO;
    }
    s->listener = fd;
    return TG_OK;
}

void tg_vc_control_close(struct tg_vc_slot *s)
{
    if (s->listener < 0)
        return;
    (void)close(s->listener);
    (void)unlink(s->control);
    s->listener = -1;
}

/* "WORD ARGUMENT" -> the argument, NULL when the line starts with another word. */
static const char *argument(const char *line, const char *word)
{
    size_t n = strlen(word);
    return strncmp(line, word, n) == 0 && line[n] == ' ' ? line + n + 1 : NULL;
}

static enum tg_err answer_tries(struct tg_vc_slot *s, const char *arg, struct tg_buf *out)
{
    uint8_t ref = 0;
    if (tg_vc_unhex(tg_span_str(arg), &ref, 1) != TG_OK)
        return TG_E_USAGE;
    return tg_buf_addf(out, "%d\n", tg_vcard_tries(s->card, ref));
}

static enum tg_err move(struct tg_vc_slot *s, bool present, bool ejected)
{
    s->present = present;
    s->ejected = ejected;
    if (!present && s->reader >= 0)
        tg_vc_vpcd_close(s);
    return TG_OK;
}

static enum tg_err obey(struct tg_vc_slot *s, const char *line, struct tg_buf *out)
{
    const char *arg = argument(line, "fault");
    if (arg)
        return tg_vcard_fault(s->card, arg);
    if ((arg = argument(line, "tries")))
        return answer_tries(s, arg, out);
    if (strcmp(line, "stats") == 0)
        return tg_vcard_stats(s->card, out);
    if (strcmp(line, "remove") == 0)
        return move(s, false, false);
    if (strcmp(line, "insert") == 0)
        return move(s, true, false);
    if (strcmp(line, "eject") == 0)
        return move(s, false, true);
    if (strcmp(line, "reset-stats") != 0)
        return TG_E_USAGE;
    tg_vcard_stats_reset(s->card);
    return TG_OK;
}

static enum tg_err read_until(int fd, bool line, struct tg_buf *to)
{
    char part[512];
    for (;;) {
        ssize_t n = recv(fd, part, sizeof part, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return TG_E_IO;
        if (n == 0)
            return TG_OK;
        enum tg_err e = tg_buf_add(to, part, (size_t)n);
        if (e != TG_OK || (line && memchr(part, '\n', (size_t)n)))
            return e;
    }
}

static enum tg_err write_all(int fd, struct tg_span s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return TG_E_IO;
        s.p += n;
        s.n -= (size_t)n;
    }
    return TG_OK;
}

static void converse(struct tg_vc_slot *s, int fd)
{
    TG_BUF_AUTO line = TG_BUF_INIT(LINE_BYTES);
    TG_BUF_AUTO out = TG_BUF_INIT(ANSWER_BYTES);
    if (read_until(fd, true, &line) != TG_OK || line.n == 0 || line.p[line.n - 1] != '\n')
        return;
    line.p[line.n - 1] = '\0';
    enum tg_err e = obey(s, (const char *)line.p, &out);
    if (e == TG_OK && out.n == 0)
        e = tg_buf_add_str(&out, "ok\n");
    if (e != TG_OK) {
        tg_buf_reset(&out);
        e = tg_buf_addf(&out, "error %s\n", tg_err_code(e));
    }
    if (e == TG_OK)
        (void)write_all(fd, tg_span_buf(&out));
}

void tg_vc_control_serve(struct tg_vc_slot *s)
{
    struct timeval patience = {.tv_sec = 2};
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    converse(s, fd);
    (void)close(fd);
}

static enum tg_err join(const char *const *words, struct tg_buf *line)
{
    enum tg_err e = TG_OK;
    for (size_t i = 0; words[i] && e == TG_OK; i++)
        e = tg_buf_addf(line, "%s%s", i ? " " : "", words[i]);
    return e == TG_OK ? tg_buf_add_str(line, "\n") : e;
}

enum tg_err tg_vc_control_ask(const char *path, const char *const *words, struct tg_buf *answer)
{
    TG_BUF_AUTO line = TG_BUF_INIT(LINE_BYTES);
    struct sockaddr_un a;
    enum tg_err e = address(path, &a);
    if (e == TG_OK)
        e = join(words, &line);
    if (e != TG_OK)
        return e;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return TG_E_IO;
    e = connect(fd, (struct sockaddr *)&a, sizeof a) == 0 ? write_all(fd, tg_span_buf(&line)) : TG_E_IO;
    if (e == TG_OK)
        e = read_until(fd, false, answer);
    (void)close(fd);
    if (e == TG_OK && answer->n >= 5 && memcmp(answer->p, "error", 5) == 0)
        e = TG_E_USAGE;
    return e;
}
