#include "server/inquiry/codes.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char tg_mismatch_ja[] =
    "契約名義不一致です。供給地点特定番号と契約名義の組み合わせが一致しません。今の検針票に書いてあるとおりの"
    "契約名義（法人は商号、ご家族の名義、旧姓や屋号）と 22 "
    "桁の番号を、お客さまにもう一度お確かめいただいてください。";
const char tg_mismatch_en[] =
    "The contract name does not fit the supply point number. Ask the customer to read both again from the "
    "present retailer's bill: the name as printed (a company's registered name, another member of the "
    "family, "
    "a former or a trade name) and all 22 digits.";

static const struct tg_subject subjects[] = {
    {.code = "switching",
     .ja = "切替のお申込み：供給地点と設備の確認",
     .en = "switching: supply point and equipment",
     .meti = 4,
     .ends = TG_ENDS_ANSWER,
     .purpose = "switching"},
    {.code = "name-check",
     .ja = "切替のお申込み：契約名義や供給地点特定番号の確認",
     .en = "switching: contract name or supply point number",
     .meti = 4,
     .ends = TG_ENDS_REFERRAL,
     .say_ja = "恐れ入りますが、今ご契約中の会社の検針票（または会員ページ）で、契約名義と 22 "
               "桁の供給地点特定番号を"
               "お確かめのうえ、そのとおりにお知らせください。こちらからお調べすることはできません。",
     .say_en =
         "Please read the contract name and the 22 digits of the supply point number from the bill or the "
         "web page of your present retailer, exactly as they stand there. We cannot look them up for you."},
    {.code = "construction",
     .ja = "工事会社からのお問い合わせ",
     .en = "a construction company asks",
     .meti = 1,
     .ends = TG_ENDS_REFERRAL,
     .say_ja =
         "お尋ねの場所には当社のご契約がないため、当社ではお答えできません。工事のことは、一般送配電事業者の"
         "コールセンターへ、工事会社の方から直接お問い合わせください。",
     .say_en = "There is no contract with us at that place, so we cannot tell you anything about it. For "
               "construction work please call the network company's call centre yourself.",
     .call = true},
    {.code = "remaining-contract",
     .ja = "引越し先に前の契約が残っているというお話",
     .en = "an old contract remains where somebody moves in",
     .meti = 3,
     .ends = TG_ENDS_REFERRAL,
     .say_ja = "前に住んでいた方のご契約については、お答えできません。前の契約が残っているようでしたら、お客"
               "さまから"
               "一般送配電事業者のコールセンターへご連絡ください。当社のお申込みは、このまま承ります。",
     .say_en =
         "We cannot tell you about the previous resident's contract. If an old contract seems to remain, "
         "please call the network company's call centre yourself. We take your application meanwhile.",
     .call = true},
    {.code = "former-supply",
     .ja = "以前のお客さまが、今どこと契約しているか、使い続けているか",
     .en = "with whom a former customer is now, or whether the supply goes on",
     .meti = 2,
     .ends = TG_ENDS_NOWHERE,
     .say_ja = "未収の見込みは、郵便の不着や、ご本人への連絡など、ほかの方法で確かめてください。",
     .say_en = "Judge unpaid bills by other means, such as returned mail or a call to the customer."},
    {.code = "outbound-sales",
     .ja = "営業のための、ほかの会社のお客さまの確認",
     .en = "other retailers' customers, for sales",
     .meti = 5,
     .ends = TG_ENDS_NOWHERE,
     .say_ja = "営業のために、ほかの小売電気事業者のお客さまの情報を確かめることはできません。",
     .say_en = "Other retailers' customers may not be looked up for sales."},
    {.code = "market-analysis",
     .ja = "営業や分析のための情報",
     .en = "data for sales or analysis",
     .meti = 6,
     .ends = TG_ENDS_NOWHERE,
     .say_ja = "営業や分析には、公開されている情報だけを使ってください。",
     .say_en = "For sales and analysis use public data only."},
};

static const struct tg_answer_code answers[] = {
    {"as-recorded", "登録のとおりです。", "As recorded.", true},
    {"partly", "登録のある項目だけをお答えします。", "Only some of the fields are recorded.", true},
    {"not-recorded", "お尋ねの項目は登録がありません。", "The fields asked for are not recorded.", false},
    {"on-site", "現地で確かめる必要があります。工事の申込みの中で確認します。",
     "It has to be seen on site; that is done with the application for construction.", false},
    {"ask-customer", "お客さまに、今の検針票でお確かめいただいてください。",
     "Ask the customer to check the present retailer's bill.", false},
    {"no-basis", "お客さまの同意を確かめられないため、お答えできません。",
     "The customer's consent could not be confirmed: no answer.", false},
};

const char *tg_subject_end_name(enum tg_subject_end e)
{
    static const char *const names[] = {"answer", "referral", "none"};

    return (unsigned)e < COUNT(names) ? names[e] : NULL;
}

const struct tg_subject *tg_subject_at(size_t i)
{
    return i < COUNT(subjects) ? &subjects[i] : NULL;
}

const struct tg_subject *tg_subject_find(const char *code)
{
    size_t i = 0;

    while (i < COUNT(subjects) && strcmp(subjects[i].code, code) != 0) {
        i++;
    }
    return tg_subject_at(i);
}

const struct tg_answer_code *tg_answer_at(size_t i)
{
    return i < COUNT(answers) ? &answers[i] : NULL;
}

const struct tg_answer_code *tg_answer_find(const char *code)
{
    size_t i = 0;

    while (i < COUNT(answers) && strcmp(answers[i].code, code) != 0) {
        i++;
    }
    return tg_answer_at(i);
}
