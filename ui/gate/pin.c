#include "ui/gate/pin.h"

#include "certs/base/limits.h"

bool tg_pin_put(struct tg_secret *pin, char digit)
{
    return digit >= '0' && digit <= '9' && pin->n < TG_PIN_MAX && tg_secret_add(pin, &digit, 1) == TG_OK;
}

void tg_pin_rub(struct tg_secret *pin)
{
    if (pin->n > 0)
        tg_wipe(pin->p + --pin->n, 1);
}

bool tg_pin_whole(const struct tg_secret *pin)
{
    return pin->n >= TG_PIN_MIN;
}
