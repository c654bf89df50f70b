/* The exit codes of DESIGN 8: every error is one of them. */
#include "client/cli.h"

enum tg_exit tg_cli_exit(enum tg_err e)
{
    switch ((int)e) {
    case TG_OK:
        return TG_EXIT_DONE;
    case TG_E_USAGE:
    case TG_E_CONFIG:
        return TG_EXIT_USAGE;
    case TG_E_PCSC_DOWN:
    case TG_E_READER_NONE:
    case TG_E_CARD_NONE:
    case TG_E_CARD_REMOVED:
    case TG_E_CARD_BUSY:
    case TG_E_CARD_MUTE:
    case TG_E_CARD_TIMEOUT:
    case TG_E_CARD_RESET:
    case TG_E_CARD_REPLY:
        return TG_EXIT_CARD;
    case TG_E_PIN_FORMAT:
    case TG_E_PIN_WRONG:
    case TG_E_PIN_BLOCKED:
    case TG_E_PIN_LAST_TRY:
    case TG_E_PIN_CANCELLED:
        return TG_EXIT_PIN;
    case TG_E_UNREACHABLE:
    case TG_E_SERVER_TRUST:
    case TG_E_SERVER_REPLY:
    case TG_E_BUSY:
        return TG_EXIT_UNREACHABLE;
    case TG_E_INTERNAL:
    case TG_E_NOMEM:
    case TG_E_IO:
        return TG_EXIT_INTERNAL;
    default:
        return TG_EXIT_REFUSED;
    }
}
