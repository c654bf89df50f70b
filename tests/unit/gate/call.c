/* A caller's number from outside: what is taken for one, and who may put one into the letter box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/gate/call.h"
#include "ui/gate/state.h"

static const struct {
    const char *uri, *number; /* "" refused */
} uris[] = {
    {"tegata:phone/0178221234", "0178221234"},
    {"tegata:phone/0178-22-1234", "0178221234"},
    {"tegata:phone/(0178)%2022.1234", "0178221234"},
    {"tegata:phone/+81178221234", "+81178221234"},
    {"tegata:phone/%2B81178221234", "+81178221234"},
    {"tegata:phone/%2b81178221234", "+81178221234"},
    {"tegata:phone/110", "110"},
    {"tegata:phone/123456789012345", "123456789012345"},
    {"tegata:phone/1234567890123456", ""},
    {"tegata:phone/+1234567890123456", ""},
    {"tegata:phone/11", ""},
    {"tegata:phone/", ""},
    {"tegata:phone/+", ""},
    {"tegata:phone/--- ---", ""},
    {"tegata:phone/0178+221234", ""},
    {"tegata:phone/0178221234x", ""},
    {"tegata:phone/0178221234%00", ""},
    {"tegata:phone/0178221234%0a", ""},
    {"tegata:phone/0178221234\n", ""},
    {"tegata:phone/０１７８２２１２３４", ""},
    {"tegata:phone/0178221234?search=1", ""},
    {"tegata:phone/0178221234/", ""},
    {"tegata:phone//0178221234", ""},
    {"tegata://phone/0178221234", ""},
    {"tegata:point/0212345678901234567890", ""},
    {"tegata:name/0178221234", ""},
    {"TEGATA:phone/0178221234", ""},
    {"tegata:", ""},
    {"", ""},
};

static void what_is_a_number(void **state)
{
    char out[TG_CALL_BYTES], much[4096];

    (void)state;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        bool got = tg_call_read(uris[i].uri, out);

        if (strcmp(out, uris[i].number) != 0 || got != (uris[i].number[0] != '\0'))
            fail_msg("%s: '%s'", uris[i].uri, out);
    }
    memset(much, '1', sizeof much - 1);
    memcpy(much, "tegata:phone/", 13);
    much[sizeof much - 1] = '\0';
    assert_false(tg_call_read(much, out));
    memset(much + 13, '-', sizeof much - 14);
    assert_false(tg_call_read(much, out));
}

static char folder[64];

static void in_folder(mode_t mode)
{
    (void)snprintf(folder, sizeof folder, "/tmp/tegata-call-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, mode), 0);
    assert_int_equal(setenv("XDG_RUNTIME_DIR", folder, 1), 0);
}

static void folder_gone(void)
{
    char box[128];

    (void)snprintf(box, sizeof box, "%s/tegata-call", folder);
    (void)unlink(box);
    assert_int_equal(rmdir(folder), 0);
}

/* Past tg_call_hand, as a thief would. */
static void letter(const void *bytes, size_t n)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/tegata-call", folder);
    assert_true(fd >= 0);
    assert_int_equal(sendto(fd, bytes, n, 0, (struct sockaddr *)&at, sizeof at), (ssize_t)n);
    (void)close(fd);
}

static void from_hand_to_hand(void **state)
{
    char out[TG_CALL_BYTES] = "";
    int fd, second;
    struct stat st;
    char box[128];

    (void)state;
    in_folder(0700);
    assert_false(tg_call_hand("0178221234")); /* nobody is there */
    fd = tg_call_listen();
    assert_true(fd >= 0);
    (void)snprintf(box, sizeof box, "%s/tegata-call", folder);
    assert_int_equal(stat(box, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(tg_call_take(fd, out)); /* and does not block */
    assert_true(tg_call_hand("0178221234"));
    assert_true(tg_call_take(fd, out));
    assert_string_equal(out, "0178221234");
    assert_false(tg_call_take(fd, out));
    second = tg_call_listen(); /* the first has it */
    assert_int_equal(second, -1);
    (void)close(fd);
    assert_false(tg_call_hand("0178221234"));
    fd = tg_call_listen(); /* what a gate that was killed has left is no hindrance */
    assert_true(fd >= 0);
    assert_true(tg_call_hand("+81178221234"));
    assert_true(tg_call_take(fd, out));
    (void)close(fd);
    folder_gone();
}

static void other_letters_are_dropped(void **state)
{
    static const char *const bad[] = {"",
                                      "1",
                                      "abc",
                                      "0178221234x",
                                      "0178-22-1234",
                                      "0178221234\n",
                                      "1234567890123456",
                                      "+",
                                      "++123",
                                      "tegata:phone/0178221234",
                                      "{\"number\":\"0178221234\"}",
                                      "<span>"};
    static char much[60000];
    char out[TG_CALL_BYTES] = "kept";
    int fd;

    (void)state;
    in_folder(0700);
    fd = tg_call_listen();
    assert_true(fd >= 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        letter(bad[i], strlen(bad[i]));
        assert_false(tg_call_take(fd, out));
    }
    letter("0178221234\0", 11); /* a NUL within */
    assert_false(tg_call_take(fd, out));
    memset(much, '1', sizeof much);
    letter(much, sizeof much);
    assert_false(tg_call_take(fd, out));
    assert_string_equal(out, "kept");
    assert_true(tg_call_hand("0178221234")); /* and the next one is read */
    assert_true(tg_call_take(fd, out));
    (void)close(fd);
    folder_gone();
}

/* Where others could put letters in, or read them, there is no box. */
static void no_box_in_the_open(void **state)
{
    (void)state;
    in_folder(0755);
    assert_int_equal(tg_call_listen(), -1);
    assert_false(tg_call_hand("0178221234"));
    folder_gone();
    assert_int_equal(setenv("XDG_RUNTIME_DIR", "relative", 1), 0);
    assert_int_equal(tg_call_listen(), -1);
    assert_int_equal(setenv("XDG_RUNTIME_DIR", "/nonexistent", 1), 0);
    assert_int_equal(tg_call_listen(), -1);
    assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
    assert_int_equal(tg_call_listen(), -1);
    assert_false(tg_call_hand("0178221234"));
}

/* Until a desk is open for it, and for two minutes at most. */
static void kept_for_a_while(void **state)
{
    static struct tg_gate g;

    (void)state;
    for (unsigned view = 0; view < TG_GATE_STATES; view++) { /* without a desk to tell */
        g.view.state = (enum tg_gate_state)view;
        (void)snprintf(g.call, sizeof g.call, "0178221234");
        g.call_until = tg_mono_us() + 60 * 1000 * 1000;
        tg_gate_call(&g);
        assert_string_equal(g.call, "0178221234");
        g.call_until = tg_mono_us() - 1;
        tg_gate_call(&g);
        assert_memory_equal(g.call, (char[TG_CALL_BYTES]){0}, TG_CALL_BYTES);
    }
    assert_int_equal(TG_CALL_KEPT_MS, 2 * 60 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_a_number),          cmocka_unit_test(from_hand_to_hand),
        cmocka_unit_test(other_letters_are_dropped), cmocka_unit_test(no_box_in_the_open),
        cmocka_unit_test(kept_for_a_while),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
