/* The report of a dry run for people: Japanese and English side by side, sorted, the same for the same books.
 */
#include "server/admin_staff.h"

static const char *const shift_words[TG_SHIFT_COUNT] = {[TG_SHIFT_LOSES] = "失う / loses",
                                                        [TG_SHIFT_CHANGES] = "変わる / changes",
                                                        [TG_SHIFT_GAINS] = "得る / gains"};

static void print_term(FILE *out, struct tg_term t)
{
    char from[11], to[11];

    tg_day_text(t.from, from);
    tg_day_text(t.to, to);
    (void)fprintf(out, "  %s – %-10s  ", from, t.to == TG_DAY_MAX ? "" : to);
}

static void print_role(const struct tg_staff_report *r, const char *role)
{
    struct tg_called c = tg_policy_role_called(r->policy, role);

    (void)fprintf(r->out, "%s%s%s%s", role, c.ja[0] != '\0' ? "（" : "", c.ja, c.ja[0] != '\0' ? "）" : "");
}

static const char *or_all(const char *areas)
{
    return areas[0] != '\0' ? areas : "限りなし / no limit";
}

static void print_hat(const struct tg_staff_report *r, const struct tg_post *post)
{
    (void)fprintf(r->out, "%s: ", post->id);
    print_role(r, post->role);
    (void)fprintf(r->out, " %s [%s]", post->office, post->works_for->code);
    if (post->areas[0] != '\0') {
        (void)fprintf(r->out, " 地域 / areas %s", post->areas);
    }
    (void)fputc('\n', r->out);
}

static void print_change(FILE *out, const char *what, const char *was, const char *is)
{
    if (strcmp(was, is) != 0) {
        (void)fprintf(out, "        %s: %s → %s\n", what, was, is);
    }
}

static void print_changes(const struct tg_staff_report *r, const struct tg_post_shift *s)
{
    (void)fprintf(r->out, "%s:\n", s->is->id);
    print_change(r->out, "職務 / role", s->was->role, s->is->role);
    print_change(r->out, "事業所 / office", s->was->office, s->is->office);
    print_change(r->out, "地域 / areas", or_all(s->was->areas), or_all(s->is->areas));
    print_change(r->out, "働く先 / works for", s->was->works_for->code, s->is->works_for->code);
    print_change(r->out, "雇い主 / employer", s->was_person->company->code, s->is_person->company->code);
    if (s->was->works_for->kind != s->is->works_for->kind) {
        (void)fprintf(r->out, "        会社の種類 / kind of company\n");
    }
}

static void print_fields(const struct tg_staff_report *r, char sign, tg_mask fields)
{
    const char *before = "";

    if (fields == 0) {
        return;
    }
    (void)fprintf(r->out, "          %c ", sign);
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((fields >> f & 1) != 0) {
            struct tg_called c = tg_policy_field_called(r->policy, (enum tg_field)f);

            (void)fprintf(r->out, "%s%s %s", before, c.ja, tg_field_name((enum tg_field)f));
            before = ", ";
        }
    }
    (void)fputc('\n', r->out);
}

static void print_purposes(const struct tg_staff_report *r, char sign, uint32_t purposes)
{
    if (purposes == 0) {
        return;
    }
    (void)fprintf(r->out, "        利用目的 / purposes %c", sign);
    for (size_t i = 0; tg_policy_purpose_at(r->policy, i) != NULL; i++) {
        if ((purposes >> i & 1) != 0) {
            (void)fprintf(r->out, " %s", tg_policy_purpose_at(r->policy, i));
        }
    }
    (void)fputc('\n', r->out);
}

static void print_classes(const struct tg_staff_report *r, const struct tg_sight_of *was,
                          const struct tg_sight_of *is)
{
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        struct tg_called called = tg_policy_class_called(r->policy, (enum tg_class)c);

        if (was->fields[c] != is->fields[c]) {
            (void)fprintf(r->out, "        %s（%s / %s）\n", tg_class_name((enum tg_class)c), called.ja,
                          called.en);
            print_fields(r, '+', is->fields[c] & ~was->fields[c]);
            print_fields(r, '-', was->fields[c] & ~is->fields[c]);
        }
    }
}

static void print_sight(const struct tg_staff_report *r, const struct tg_post_shift *s)
{
    struct tg_sight_of was = tg_sight_of(r->policy, s->was, s->term.from);
    struct tg_sight_of is = tg_sight_of(r->policy, s->is, s->term.from);

    if (s->is != NULL && !is.known) {
        (void)fprintf(r->out,
                      "        規則にない職務です。何も見られません / the policy does not have this role: it "
                      "opens nothing\n");
    } else if (s->is != NULL && is.purposes == 0) {
        (void)fprintf(r->out, "        お客さまの情報は見られません / sees no customer data\n");
    }
    if (was.duty != is.duty) {
        (void)fprintf(r->out, "        管理 / administers: %s → %s\n",
                      was.duty != TG_DUTY_NONE ? tg_duty_name(was.duty) : "-",
                      is.duty != TG_DUTY_NONE ? tg_duty_name(is.duty) : "-");
    }
    print_classes(r, &was, &is);
    print_purposes(r, '+', is.purposes & ~was.purposes);
    print_purposes(r, '-', was.purposes & ~is.purposes);
}

void tg_staff_text_person(const struct tg_staff_report *r, const struct tg_person_shift *p)
{
    const struct tg_person *one = p->is != NULL ? p->is : p->was;

    (void)fprintf(r->out, "\n%s %s%s%s\n", one->id, one->name, p->was == NULL ? "  新しい人 / new" : "",
                  p->is == NULL ? "  名簿から外れます / off the list" : "");
    for (size_t i = 0; i < p->n; i++) {
        const struct tg_post_shift *s = &p->shift[i];

        print_term(r->out, s->term);
        (void)fprintf(r->out, "%s  ", shift_words[s->shift]);
        if (s->shift == TG_SHIFT_CHANGES) {
            print_changes(r, s);
        } else {
            print_hat(r, s->shift == TG_SHIFT_LOSES ? s->was : s->is);
        }
        print_sight(r, s);
    }
    if (p->idle) {
        (void)fprintf(r->out, "  これから先の職務がありません / no post from today on\n");
    }
}

void tg_staff_text_sums(const struct tg_staff_report *r)
{
    (void)fprintf(
        r->out,
        "職務を得る人 / gaining %zu、失う人 / losing %zu、変わる人 / changing %zu、変わらない人 / unchanged "
        "%zu（新しい人 / new %zu、名簿から外れる人 / off the list %zu）\n",
        r->gaining, r->losing, r->changing, r->unchanged, r->come, r->gone);
    if (r->idle > 0) {
        (void)fprintf(r->out, "職務のない人 / people without a post: %zu\n", r->idle);
    }
    if (r->unknown_roles > 0) {
        (void)fprintf(r->out,
                      "規則にない職務に就く人 / people with a role that the policy does not have: %zu\n",
                      r->unknown_roles);
    }
}
