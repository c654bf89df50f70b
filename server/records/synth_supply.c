#include "server/records/synth_draw.h"

#define COUNT(a) ((unsigned)(sizeof(a) / sizeof(a)[0]))
#define FIRST_YEAR 1985u
#define LAST_YEAR 2025u        /* the whole of it lies behind us */
#define LIBERALISED_YEAR 2016u /* households may change their retailer */

enum tariff { AMPERE, KVA, MOTOR, HIGH };

static void put_field(struct tg_draw *d, enum tg_field f, const char *text)
{
    size_t from = d->page->n;
    tg_page_put(d->page, text);
    d->c->value[f] = tg_page_since(d->page, from);
}

static void put_amount(struct tg_draw *d, enum tg_field f, unsigned v, const char *unit)
{
    size_t from = d->page->n;
    tg_page_number(d->page, v, 0);
    tg_page_put(d->page, unit);
    d->c->value[f] = tg_page_since(d->page, from);
}

static enum tariff tariff_of(struct tg_draw *d)
{
    if (d->high)
        return HIGH;
    unsigned at = tg_dice_below(&d->dice, 100);
    if (d->company)
        return at < 45 ? MOTOR : at < 80 ? KVA : AMPERE;
    return at < 2 ? MOTOR : at < 14 ? KVA : AMPERE;
}

static void put_ampere(struct tg_draw *d)
{
    static const uint8_t step[] = {10, 15, 20, 20, 30, 30, 30, 30, 40, 40, 40, 50, 50, 60, 60, 60};
    unsigned a = step[tg_dice_below(&d->dice, COUNT(step))];
    put_amount(d, TG_F_CAPACITY, a, "A");
    put_amount(d, TG_F_CURRENT_LIMIT, a, tg_dice_hit(&d->dice, 850) ? "A（計器設定）" : "A（ブレーカー）");
    put_field(d, TG_F_SUPPLY_METHOD,
              a <= 30 && tg_dice_hit(&d->dice, 300) ? "単相2線式100V" : "単相3線式100/200V");
}

static void put_capacity(struct tg_draw *d, enum tariff t)
{
    switch (t) {
    case KVA:
        put_amount(d, TG_F_CAPACITY, 6 + tg_dice_below(&d->dice, d->company ? 43 : 10), "kVA");
        put_field(d, TG_F_SUPPLY_METHOD, "単相3線式100/200V");
        break;
    case MOTOR:
        put_amount(d, TG_F_CAPACITY, 1 + tg_dice_below(&d->dice, 48), "kW");
        put_field(d, TG_F_SUPPLY_METHOD, "三相3線式200V");
        break;
    case HIGH:
        put_amount(d, TG_F_CAPACITY, 50 + 5 * tg_dice_below(&d->dice, 380), "kW");
        put_field(d, TG_F_SUPPLY_METHOD, "三相3線式6,600V");
        break;
    case AMPERE:
    default:
        put_ampere(d);
        break;
    }
}

static void put_meter(struct tg_draw *d, enum tariff t)
{
    static const char *const kind[] = {"S30-", "S60-", "S3P-", "H6K-"};
    unsigned which = t == HIGH ? 3 : t == MOTOR ? 2 : tg_dice_below(&d->dice, 2);
    size_t from = d->page->n;
    tg_page_put(d->page, kind[which]);
    tg_page_number(d->page, tg_dice_below(&d->dice, 10000000), 7);
    d->c->value[TG_F_METER] = tg_page_since(d->page, from);
}

/* 根城線12号, 内丸支線5右3号 */
static void put_pole(struct tg_draw *d)
{
    static const char *const line[] = {"線", "線", "線", "支線", "幹線", "東線", "西線"};
    static const char *const side[] = {"右", "左", "東", "西"};
    size_t from = d->page->n;
    tg_page_put(d->page, d->town);
    tg_page_put(d->page, line[tg_dice_below(&d->dice, COUNT(line))]);
    tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 240), 0);
    if (tg_dice_hit(&d->dice, 300)) {
        tg_page_put(d->page, side[tg_dice_below(&d->dice, COUNT(side))]);
        tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 9), 0);
    }
    tg_page_put(d->page, "号");
    d->c->value[TG_F_POLE] = tg_page_since(d->page, from);
}

static void put_night(struct tg_draw *d)
{
    static const char *const heater[] = {"電気温水器 3.4kW",       "電気温水器 4.4kW",
                                         "電気温水器 5.4kW",       "蓄熱式電気暖房器 4.0kW",
                                         "蓄熱式電気暖房器 7.0kW", "ヒートポンプ給湯機 1.5kW"};
    bool has = !d->company && tg_dice_hit(&d->dice, 140);
    put_field(d, TG_F_NIGHT_EQUIPMENT, has ? heater[tg_dice_below(&d->dice, COUNT(heater))] : "なし");
}

/* 12,480円 */
static void put_yen(struct tg_page *p, unsigned yen)
{
    tg_page_number(p, yen / 1000, 0);
    tg_page_put(p, ",");
    tg_page_number(p, yen % 1000, 3);
    tg_page_put(p, "円");
}

static void put_arrears(struct tg_draw *d)
{
    unsigned months = 1 + tg_dice_below(&d->dice, 3);
    size_t from = d->page->n;
    put_yen(d->page, months * (3000 + tg_dice_below(&d->dice, 15000)));
    tg_page_put(d->page, "（");
    tg_page_number(d->page, months, 0);
    tg_page_put(d->page, "か月）");
    d->c->value[TG_F_ARREARS] = tg_page_since(d->page, from);
}

static void put_usage(struct tg_draw *d, enum tariff t)
{
    static const unsigned most[] = {700, 2000, 4000, 90000};
    if (d->class == TG_C_VACANT)
        return;
    put_amount(d, TG_F_USAGE, 20 + tg_dice_below(&d->dice, most[t]), "kWh");
    bool bills = d->class == TG_C_OWN || d->class == TG_C_FORMER;
    if (bills && tg_dice_hit(&d->dice, 30))
        put_arrears(d);
}

static void put_kind(struct tg_draw *d, enum tariff t)
{
    static const char *const own[] = {"従量電灯Ｂ", "従量電灯Ｃ", "低圧電力", "業務用電力"};
    static const char *const other[] = {"低圧（電灯）", "低圧（電灯）", "低圧（動力）", "高圧"};
    static const char *const night[] = {"時間帯別電灯", "ピークシフト季節別時間帯別電灯", "深夜電力Ｂ"};
    const char *kind = other[t];
    if (d->class == TG_C_LAST_RESORT)
        kind = tg_dice_hit(&d->dice, 700) ? "最終保障電力Ａ" : "最終保障電力Ｂ";
    else if (d->class == TG_C_OWN || d->class == TG_C_FORMER || d->class == TG_C_GENERATOR_OWN)
        kind = own[t];
    if (kind == own[AMPERE] && tg_dice_hit(&d->dice, 120))
        kind = night[tg_dice_below(&d->dice, COUNT(night))];
    put_field(d, TG_F_CONTRACT_KIND, kind);
}

void tg_synth_supply(struct tg_draw *d)
{
    enum tariff t = tariff_of(d);
    put_capacity(d, t);
    put_meter(d, t);
    put_pole(d);
    put_amount(d, TG_F_READ_DAY, 1 + tg_dice_below(&d->dice, 26), "日");
    put_night(d);
    put_usage(d, t);
    if (d->class != TG_C_VACANT)
        put_kind(d, t);
}

static void put_date(struct tg_draw *d, enum tg_field f, unsigned year)
{
    size_t from = d->page->n;
    tg_page_number(d->page, year, 4);
    tg_page_put(d->page, "-");
    tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 12), 2);
    tg_page_put(d->page, "-");
    tg_page_number(d->page, 1 + tg_dice_below(&d->dice, 28), 2);
    d->c->value[f] = tg_page_since(d->page, from);
}

/* A contract that ended began in an earlier year. */
void tg_synth_contract(struct tg_draw *d)
{
    bool over = d->class == TG_C_FORMER || d->class == TG_C_VACANT;
    bool changed = d->class == TG_C_OTHER || d->class == TG_C_LAST_RESORT || d->class == TG_C_GENERATOR_OTHER;
    unsigned first = changed ? LIBERALISED_YEAR : FIRST_YEAR;
    unsigned last = over ? LIBERALISED_YEAR : LAST_YEAR;
    unsigned year = first + tg_dice_below(&d->dice, last - first + 1);
    if (d->class != TG_C_VACANT)
        put_date(d, TG_F_CONTRACT_START, year);
    unsigned end = year + 1 + tg_dice_below(&d->dice, over ? LAST_YEAR - year : 1);
    if (over)
        put_date(d, TG_F_CONTRACT_END, end);
    if (d->class == TG_C_FORMER)
        put_field(d, TG_F_CONTRACT_STATUS,
                  end >= LIBERALISED_YEAR && tg_dice_hit(&d->dice, 800) ? "切替により終了" : "廃止");
    else if (d->class == TG_C_VACANT)
        put_field(d, TG_F_CONTRACT_STATUS, "契約なし");
    else
        put_field(d, TG_F_CONTRACT_STATUS, tg_dice_hit(&d->dice, 985) ? "供給中" : "停止中");
}

/* What the feed-in tariff paid for small solar plants, by the year of the contract. */
static unsigned solar_yen(unsigned year)
{
    static const uint8_t yen[] = {42, 38, 37, 33, 31, 28, 26, 24, 21, 19, 17, 16, 16, 15};
    return yen[year - 2012];
}

void tg_synth_generator(struct tg_draw *d)
{
    bool sun = tg_dice_hit(&d->dice, 900);
    unsigned year = 2012 + tg_dice_below(&d->dice, LAST_YEAR - 2012 + 1);
    unsigned tenth = d->company ? 100 + tg_dice_below(&d->dice, 396) : 25 + tg_dice_below(&d->dice, 75);
    size_t from = d->page->n;
    tg_page_put(d->page, sun ? "太陽光 " : "小水力 ");
    tg_page_number(d->page, tenth / 10, 0);
    tg_page_put(d->page, ".");
    tg_page_number(d->page, tenth % 10, 1);
    tg_page_put(d->page, "kW 低圧連系 FIT ");
    tg_page_number(d->page, sun ? solar_yen(year) : 34, 0);
    tg_page_put(d->page, "円/kWh ");
    tg_page_number(d->page, year, 4);
    tg_page_put(d->page, d->company || !sun ? "年から20年" : "年から10年");
    d->c->value[TG_F_GEN_TERMS] = tg_page_since(d->page, from);
}
