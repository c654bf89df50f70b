#include "server/evidence/proof.h"

static enum tg_err place_of(struct tg_proof *p, const struct tg_past *past, uint32_t *ret)
{
    struct tg_place *place = NULL;
    enum tg_err err = tg_places_get(&p->places, past->terminal, past->peer, &place);

    if (err != TG_OK)
        return err;
    place->answers++;
    *ret = place->number;
    return TG_OK;
}

static void note_fault(struct tg_proof *p, uint64_t seq, const char *what)
{
    p->differing++;
    if (p->n_faults < TG_PROOF_NAMED)
        p->fault[p->n_faults++] = (struct tg_proof_fault){.seq = seq, .what = what};
}

enum tg_err tg_proof_add(struct tg_proof *p, const struct tg_past *past)
{
    const char *differs = NULL;
    uint32_t place = 0;
    enum tg_err err;

    if (past->settled == TG_SETTLED_NOT) {
        p->not_asked++;
        return TG_OK;
    }
    if (past->gap != TG_GAP_NONE) {
        p->gaps[past->gap]++;
        return TG_OK;
    }
    if ((err = place_of(p, past, &place)) != TG_OK ||
        (err = tg_groups_add(&p->groups, past, place, &differs)) != TG_OK)
        return err;
    p->decisions++;
    p->answers += past->n_rows > 0;
    p->records += past->n_rows;
    if (differs != NULL)
        note_fault(p, past->seq, differs);
    return TG_OK;
}

bool tg_proof_holds(const struct tg_proof *p)
{
    uint64_t missing = 0;

    for (unsigned g = 0; g < TG_GAP_COUNT; g++)
        missing += p->gaps[g];
    return p->decisions > 0 && p->differing == 0 && missing == 0;
}

void tg_proof_done(struct tg_proof *p)
{
    tg_groups_done(&p->groups);
    tg_places_done(&p->places);
}
