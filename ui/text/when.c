#include "ui/text/when.h"

#include <inttypes.h>

#include "ui/tr.h"

#define DAY 86400
#define TOKYO (9 * 3600)

enum tg_err tg_when_text(tg_sec t, struct tg_buf *out)
{
    char day[11];
    int64_t of_day = (t + TOKYO) % DAY;

    if (t <= 0)
        return TG_OK;
    tg_day_text(tg_day_of(t), day);
    return tg_buf_addf(out, "%s %02d:%02d", day, (int)(of_day / 3600), (int)(of_day % 3600 / 60));
}

enum tg_err tg_lasts_text(int64_t seconds, struct tg_buf *out)
{
    int64_t s = seconds > 0 ? seconds : 0, days = s / DAY, hours = s % DAY / 3600, minutes = s % 3600 / 60;

    if (days > 0)
        return tg_buf_addf(out, _("%d days %d h"), (int)days, (int)hours);
    if (hours > 0)
        return tg_buf_addf(out, _("%d h %02d min"), (int)hours, (int)minutes);
    if (minutes > 0)
        return tg_buf_addf(out, _("%d min"), (int)minutes);
    return tg_buf_addf(out, _("%d s"), (int)s);
}
