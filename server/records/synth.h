/* Plausible customers of the seven prefectures of Tohoku and Niigata, deterministic by seed: for trying
 * things out, tests and benches. Names, phone numbers and points are invented; municipalities, area codes and
 * postal prefixes are real.
 *
 *   tg_synth_new(companies, seed, &s)
 *   tg_synth_row(s, i, &c)        row i of the seed, whichever rows were made before: ready for tg_load_add
 * or a CSV line
 */
#ifndef TG_SYNTH_H
#define TG_SYNTH_H

#include "server/records/load.h"

struct tg_synth;

void tg_synth_free(struct tg_synth **s);
/* companies must have a home retailer and at least one other retailer; borrowed. TG_E_CONFIG, TG_E_NOMEM. */
enum tg_err tg_synth_new(const struct tg_companies *companies, uint64_t seed, struct tg_synth **ret) TG_MUST;
/* Values are borrowed until the next call. TG_E_LIMIT beyond 100 million. */
enum tg_err tg_synth_row(struct tg_synth *s, uint64_t i, struct tg_customer *ret) TG_MUST;

#endif
