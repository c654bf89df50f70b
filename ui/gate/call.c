#include "ui/gate/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define URI_BYTES 64u /* with every digit apart from the next */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool tg_call_is(const char *text)
{
    const char *digits = text + (text[0] == '+' ? 1 : 0);
    size_t n = strspn(digits, "0123456789");

    return digits[n] == '\0' && n >= TG_CALL_DIGITS_MIN && n <= TG_CALL_DIGITS;
}

/* What stands between digits, and how long it is; 0: something else. */
static size_t gap(const char *at)
{
    return strncmp(at, "%20", 3) == 0 ? 3 : *at != '\0' && strchr("-.() ", *at) != NULL ? 1 : 0;
}

bool tg_call_read(const char *uri, char out[TG_CALL_BYTES])
{
    static const char head[] = "tegata:phone/";
    const char *at = uri + sizeof head - 1;
    size_t n = 0, skip;

    out[0] = '\0';
    if (strnlen(uri, URI_BYTES) == URI_BYTES || strncmp(uri, head, sizeof head - 1) != 0)
        return false;
    if (*at == '+' || strncasecmp(at, "%2b", 3) == 0) {
        out[n++] = '+';
        at += *at == '+' ? 1 : 3;
    }
    for (; *at != '\0' && n + 1 < TG_CALL_BYTES; at += skip) {
        skip = is_digit(*at) ? 1 : gap(at);
        if (skip == 0)
            break;
        if (is_digit(*at))
            out[n++] = *at;
    }
    out[n] = '\0';
    if (*at != '\0' || !tg_call_is(out))
        out[0] = '\0';
    return out[0] != '\0';
}

/* ---- the letter box ---- */

/* In a folder that is this user's and nobody else's: who can write there is this user. */
static bool address_make(struct sockaddr_un *ret)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    struct stat st;

    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (folder == NULL || folder[0] != '/' || stat(folder, &st) != 0 || !S_ISDIR(st.st_mode) ||
        st.st_uid != getuid() || (st.st_mode & 077) != 0)
        return false;
    int n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/tegata-call", folder);
    return n > 0 && (size_t)n < sizeof ret->sun_path;
}

static int box_make(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* A box that nobody reads any more refuses to be connected to. */
static bool somebody_reads(const struct sockaddr_un *at)
{
    int fd = box_make();
    bool yes = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;

    if (fd >= 0)
        (void)close(fd);
    return yes;
}

int tg_call_listen(void)
{
    struct sockaddr_un at;
    int fd, one = 1;

    if (!address_make(&at) || somebody_reads(&at) || (fd = box_make()) < 0)
        return -1;
    (void)unlink(at.sun_path);
    if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof one) == 0 &&
        bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 && chmod(at.sun_path, 0600) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static bool is_ours(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
        struct ucred who;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS ||
            c->cmsg_len != CMSG_LEN(sizeof who))
            continue;
        memcpy(&who, CMSG_DATA(c), sizeof who);
        return who.uid == getuid();
    }
    return false;
}

bool tg_call_take(int fd, char out[TG_CALL_BYTES])
{
    char letter[TG_CALL_BYTES] = "";
    _Alignas(struct cmsghdr) char who[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec text = {letter, sizeof letter - 1};
    struct msghdr m = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = who, .msg_controllen = sizeof who};
    ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    bool good = n > 0 && (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 && is_ours(&m) &&
                strlen(letter) == (size_t)n && tg_call_is(letter);

    if (good)
        memcpy(out, letter, sizeof letter);
    explicit_bzero(letter, sizeof letter);
    return good;
}

bool tg_call_hand(const char *number)
{
    struct sockaddr_un at;
    int fd = address_make(&at) ? box_make() : -1;
    size_t n = strlen(number);
    bool done =
        fd >= 0 && sendto(fd, number, n, MSG_NOSIGNAL, (const struct sockaddr *)&at, sizeof at) == (ssize_t)n;

    if (fd >= 0)
        (void)close(fd);
    return done;
}
