/* Exit codes are a contract: every error has one of them, and "done" belongs to success alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/cli.h"

/* Every error that is not "refused"; a new error that belongs here must be put here. */
static const struct {
    enum tg_err e;
    enum tg_exit code;
} named[] = {
    {TG_OK, TG_EXIT_DONE},
    {TG_E_INTERNAL, TG_EXIT_INTERNAL},
    {TG_E_NOMEM, TG_EXIT_INTERNAL},
    {TG_E_IO, TG_EXIT_INTERNAL},
    {TG_E_USAGE, TG_EXIT_USAGE},
    {TG_E_CONFIG, TG_EXIT_USAGE},
    {TG_E_PCSC_DOWN, TG_EXIT_CARD},
    {TG_E_READER_NONE, TG_EXIT_CARD},
    {TG_E_CARD_NONE, TG_EXIT_CARD},
    {TG_E_CARD_REMOVED, TG_EXIT_CARD},
    {TG_E_CARD_BUSY, TG_EXIT_CARD},
    {TG_E_CARD_MUTE, TG_EXIT_CARD},
    {TG_E_CARD_TIMEOUT, TG_EXIT_CARD},
    {TG_E_CARD_RESET, TG_EXIT_CARD},
    {TG_E_CARD_REPLY, TG_EXIT_CARD},
    {TG_E_PIN_FORMAT, TG_EXIT_PIN},
    {TG_E_PIN_WRONG, TG_EXIT_PIN},
    {TG_E_PIN_BLOCKED, TG_EXIT_PIN},
    {TG_E_PIN_LAST_TRY, TG_EXIT_PIN},
    {TG_E_PIN_CANCELLED, TG_EXIT_PIN},
    {TG_E_UNREACHABLE, TG_EXIT_UNREACHABLE},
    {TG_E_SERVER_TRUST, TG_EXIT_UNREACHABLE},
    {TG_E_SERVER_REPLY, TG_EXIT_UNREACHABLE},
    {TG_E_BUSY, TG_EXIT_UNREACHABLE},
};

static enum tg_exit expected(enum tg_err e)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i].e == e) {
            return named[i].code;
        }
    }
    return TG_EXIT_REFUSED;
}

static void test_every_error(void **state)
{
    (void)state;
    for (enum tg_err e = TG_OK; e < TG_ERR_COUNT; e++) {
        print_message("%d %s\n", (int)tg_cli_exit(e), tg_err_code(e));
        assert_int_equal(tg_cli_exit(e), expected(e));
    }
    assert_int_equal(tg_cli_exit(TG_ERR_COUNT), TG_EXIT_REFUSED);
}

/* Whatever says "sign in again", "not you" or "not this card" is refused. */
static void test_refused(void **state)
{
    static const enum tg_err refused[] = {TG_E_CERT_REVOKED,  TG_E_CERT_EXPIRED,  TG_E_CERT_UNTRUSTED,
                                          TG_E_CARD_NOT_PIV,  TG_E_CARD_NO_CERT,  TG_E_PERSON_LEFT,
                                          TG_E_CONTRACT_OVER, TG_E_SESSION_ENDED, TG_E_FORBIDDEN,
                                          TG_E_NOT_FOUND,     TG_E_AUDIT_DOWN};

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(tg_cli_exit(refused[i]), TG_EXIT_REFUSED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_error), cmocka_unit_test(test_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
