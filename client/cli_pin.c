#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "client/cli.h"

/* A line longer than this is no PIN and nobody typing. */
#define LINE_BYTES 256u

/* One line, at most TG_PIN_MAX characters kept; a longer one is a format error later, so one more is taken.
 */
static enum tg_err line_read(int fd, struct tg_secret *pin)
{
    char c = 0;
    ssize_t n = 0;
    size_t taken = 0;

    while (taken++ < LINE_BYTES && (n = read(fd, &c, 1)) == 1 && c != '\n') {
        if (c != '\r' && pin->n <= TG_PIN_MAX && tg_secret_add(pin, &c, 1) != TG_OK) {
            return TG_E_PIN_FORMAT;
        }
    }
    tg_wipe(&c, 1);
    return n < 0 ? TG_E_IO : pin->n == 0 ? TG_E_PIN_CANCELLED : TG_OK;
}

enum {
    KEY_CTRL_C = 3,
    KEY_CTRL_D = 4,
    KEY_BACKSPACE = 8,
    KEY_CTRL_U = 21,
    KEY_ESCAPE = 27,
    KEY_DELETE = 127
};

/* False when the line is finished or given up. */
static bool key_take(char key, struct tg_secret *pin, enum tg_err *e)
{
    switch (key) {
    case '\n':
    case '\r':
        *e = pin->n == 0 ? TG_E_PIN_CANCELLED : TG_OK;
        return false;
    case KEY_CTRL_C:
    case KEY_CTRL_D:
    case KEY_ESCAPE:
        *e = TG_E_PIN_CANCELLED;
        return false;
    case KEY_BACKSPACE:
    case KEY_DELETE:
        if (pin->n > 0) {
            pin->p[--pin->n] = 0;
        }
        return true;
    case KEY_CTRL_U:
        tg_secret_wipe(pin);
        return true;
    default:
        if (pin->n <= TG_PIN_MAX) {
            *e = tg_secret_add(pin, &key, 1);
        }
        return *e == TG_OK;
    }
}

/* Key by key and without signals: Ctrl-C cancels here, so that the terminal always gets its echo back. */
static enum tg_err keys_read(int tty, struct tg_secret *pin)
{
    enum tg_err e = TG_OK;
    char key = 0;
    ssize_t n = 0;
    size_t taken = 0;

    while (taken++ < LINE_BYTES && (n = read(tty, &key, 1)) == 1 && key_take(key, pin, &e)) {
    }
    tg_wipe(&key, 1);
    if (n != 1) { /* the terminal has gone */
        e = TG_E_PIN_CANCELLED;
    }
    return taken > LINE_BYTES ? TG_E_PIN_FORMAT : e;
}

static void prompt(const struct tg_cli *cli, int tty, int tries, bool wrong)
{
    const char *wrong_text = cli->english ? "Wrong PIN. " : "PIN が違います。";

    if (wrong) {
        (void)dprintf(tty, "%s", wrong_text);
    }
    if (tries == 1) {
        (void)dprintf(tty, "%s",
                      cli->english ? "One try left; a wrong PIN now blocks the card. "
                                   : "残り 1 回です。間違えるとカードがロックされます。");
    } else if (tries > 1) {
        (void)dprintf(tty, cli->english ? "%d tries left. " : "残り %d 回。", tries);
    }
    (void)dprintf(tty, "PIN: ");
}

/* Without echo, on the controlling terminal: stdin may be the batch. */
static enum tg_err terminal_ask(const struct tg_cli *cli, int tries, bool wrong, struct tg_secret *pin)
{
    struct termios old, quiet;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    enum tg_err e = TG_E_PIN_CANCELLED;

    if (tty < 0) {
        return TG_E_PIN_CANCELLED;
    }
    if (tcgetattr(tty, &old) == 0) {
        quiet = old;
        quiet.c_lflag &= (tcflag_t) ~(ECHO | ECHOE | ECHOK | ECHONL | ICANON | ISIG);
        quiet.c_cc[VMIN] = 1;
        quiet.c_cc[VTIME] = 0;
        if (tcsetattr(tty, TCSAFLUSH, &quiet) == 0) {
            prompt(cli, tty, tries, wrong);
            e = keys_read(tty, pin);
            (void)tcsetattr(tty, TCSAFLUSH, &old);
            (void)dprintf(tty, "\n");
        }
    }
    (void)close(tty);
    return e;
}

enum tg_err tg_cli_ask_pin(void *arg, int tries, bool wrong, struct tg_secret *pin)
{
    const struct tg_cli *cli = arg;

    if (cli->pin_fd >= 0) {
        return line_read(cli->pin_fd, pin);
    }
    return terminal_ask(cli, tries, wrong, pin);
}
