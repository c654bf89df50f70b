/* tsearch(3) for nodes that are found by what they say. The tree keeps the node that it is given, although
 * the prototype of tsearch promises it const: here that is said.
 */
#ifndef TG_TREE_H
#define TG_TREE_H

#include <search.h>
#include <stdbool.h>

typedef int tg_tree_order(const void *a, const void *b);

/* False: no memory, the node is still the caller's. One with the same order must not be there already. */
bool tg_tree_put(void **tree, void *node, tg_tree_order *order) __attribute__((warn_unused_result));
/* NULL: there is none. */
void *tg_tree_find(void *const *tree, const void *wanted, tg_tree_order *order);

#endif
