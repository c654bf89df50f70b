/* The report of a dry run for machines: RFC 4180, one row for each post that shifts, then one for each class
 * whose fields it changes.
 */
#include "server/admin_staff.h"

static const char *const shift_names[TG_SHIFT_COUNT] = {
    [TG_SHIFT_LOSES] = "loses", [TG_SHIFT_CHANGES] = "changes", [TG_SHIFT_GAINS] = "gains"};

static void put_cell(FILE *out, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        (void)fputs(text, out);
        return;
    }
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        (void)fprintf(out, "%s%c", *text == '"' ? "\"" : "", *text);
    }
    (void)fputc('"', out);
}

void tg_staff_csv_cells(FILE *out, const char *const *cell, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put_cell(out, cell[i]);
        (void)fputc(i + 1 < n ? ',' : '\n', out);
    }
}

void tg_staff_csv_head(FILE *out, const char *what)
{
    if (strcmp(what, "staff") == 0) {
        (void)fputs(
            "effect,person,name,from,to,post,was_role,is_role,was_office,is_office,was_company,is_company,"
            "was_areas,is_areas,class,fields_gained,fields_lost,purposes_gained,purposes_lost\n",
            out);
    } else if (strcmp(what, "cards") == 0) {
        (void)fputs("effect,card,was_person,is_person\n", out);
    } else {
        (void)fputs("effect,code,was_kind,is_kind,was_name,is_name\n", out);
    }
}

enum cell {
    EFFECT,
    PERSON,
    NAME,
    FROM,
    TO,
    POST,
    WAS_ROLE,
    IS_ROLE,
    WAS_OFFICE,
    IS_OFFICE,
    WAS_COMPANY,
    IS_COMPANY,
    WAS_AREAS,
    IS_AREAS,
    CLASS,
    FIELDS_GAINED,
    FIELDS_LOST,
    PURPOSES_GAINED,
    PURPOSES_LOST,
    CELLS
};

struct row {
    const char *cell[CELLS];
    char from[11], to[11];
    char gained[TG_F_COUNT * 32], lost[TG_F_COUNT * 32];
};

static void row_begin(struct row *row, const char *effect, const struct tg_person *person)
{
    for (size_t i = 0; i < CELLS; i++) {
        row->cell[i] = "";
    }
    row->cell[EFFECT] = effect;
    row->cell[PERSON] = person->id;
    row->cell[NAME] = person->name;
}

static void row_hat(struct row *row, const struct tg_post *post, size_t at)
{
    if (post == NULL) {
        return;
    }
    row->cell[POST] = post->id;
    row->cell[WAS_ROLE + at] = post->role;
    row->cell[WAS_OFFICE + at] = post->office;
    row->cell[WAS_COMPANY + at] = post->works_for->code;
    row->cell[WAS_AREAS + at] = post->areas;
}

static void words_add(char *text, size_t size, const char *word)
{
    size_t n = strlen(text);

    (void)snprintf(text + n, size - n, "%s%s", n > 0 ? " " : "", word);
}

static void field_words(char *text, size_t size, tg_mask fields)
{
    text[0] = '\0';
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((fields >> f & 1) != 0) {
            words_add(text, size, tg_field_name((enum tg_field)f));
        }
    }
}

static void purpose_words(char *text, size_t size, const struct tg_policy *p, uint32_t purposes)
{
    text[0] = '\0';
    for (size_t i = 0; tg_policy_purpose_at(p, i) != NULL; i++) {
        if ((purposes >> i & 1) != 0) {
            words_add(text, size, tg_policy_purpose_at(p, i));
        }
    }
}

static void put_classes(const struct tg_staff_report *r, struct row *row, const struct tg_sight_of *was,
                        const struct tg_sight_of *is)
{
    row->cell[PURPOSES_GAINED] = row->cell[PURPOSES_LOST] = "";
    row->cell[FIELDS_GAINED] = row->gained;
    row->cell[FIELDS_LOST] = row->lost;
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        if (was->fields[c] == is->fields[c]) {
            continue;
        }
        row->cell[CLASS] = tg_class_name((enum tg_class)c);
        field_words(row->gained, sizeof row->gained, is->fields[c] & ~was->fields[c]);
        field_words(row->lost, sizeof row->lost, was->fields[c] & ~is->fields[c]);
        tg_staff_csv_cells(r->out, row->cell, CELLS);
    }
}

static void put_shift(const struct tg_staff_report *r, const struct tg_person *person,
                      const struct tg_post_shift *s)
{
    struct row row;
    struct tg_sight_of was = tg_sight_of(r->policy, s->was, s->term.from);
    struct tg_sight_of is = tg_sight_of(r->policy, s->is, s->term.from);

    row_begin(&row, shift_names[s->shift], person);
    row_hat(&row, s->was, 0);
    row_hat(&row, s->is, 1);
    tg_day_text(s->term.from, row.from);
    tg_day_text(s->term.to, row.to);
    row.cell[FROM] = row.from;
    row.cell[TO] = s->term.to == TG_DAY_MAX ? "" : row.to;
    purpose_words(row.gained, sizeof row.gained, r->policy, is.purposes & ~was.purposes);
    purpose_words(row.lost, sizeof row.lost, r->policy, was.purposes & ~is.purposes);
    row.cell[PURPOSES_GAINED] = row.gained;
    row.cell[PURPOSES_LOST] = row.lost;
    tg_staff_csv_cells(r->out, row.cell, CELLS);
    put_classes(r, &row, &was, &is);
}

static void put_person(const struct tg_staff_report *r, const char *effect, const struct tg_person *person)
{
    struct row row;

    row_begin(&row, effect, person);
    tg_staff_csv_cells(r->out, row.cell, CELLS);
}

void tg_staff_csv_person(const struct tg_staff_report *r, const struct tg_person_shift *p)
{
    const struct tg_person *one = p->is != NULL ? p->is : p->was;

    if (p->was == NULL || p->is == NULL) {
        put_person(r, p->was == NULL ? "new" : "off-list", one);
    }
    for (size_t i = 0; i < p->n; i++) {
        put_shift(r, one, &p->shift[i]);
    }
    if (p->idle) {
        put_person(r, "no-post", one);
    }
}
