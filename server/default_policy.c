#include "server/default_policy.h"

/* The file's bytes as they are, between two labels. TG_DEFAULT_POLICY_FILE comes from the build. */
__asm__(".section .rodata\n"
        ".globl tg_default_policy_start\n"
        "tg_default_policy_start:\n"
        ".incbin \"" TG_DEFAULT_POLICY_FILE "\"\n"
        ".globl tg_default_policy_end\n"
        "tg_default_policy_end:\n"
        ".byte 0\n"
        ".previous\n");

extern const uint8_t tg_default_policy_start[];
extern const uint8_t tg_default_policy_end[];

struct tg_span tg_default_policy(void)
{
    return tg_span(tg_default_policy_start, (size_t)(tg_default_policy_end - tg_default_policy_start));
}
