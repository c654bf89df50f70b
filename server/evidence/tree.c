#include "server/evidence/tree.h"

#include <stddef.h>

bool tg_tree_put(void **tree, void *node, tg_tree_order *order)
{
    return tsearch(node, tree, order) != NULL;
}

void *tg_tree_find(void *const *tree, const void *wanted, tg_tree_order *order)
{
    void *const *found = tfind(wanted, tree, order);

    return found != NULL ? *found : NULL;
}
