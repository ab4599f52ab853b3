/* trie.c: words over code points, longest match. The first character is looked up in a table, the others in short lists. */
#include "rooms/claims/internal.h"

#include <stdlib.h>

enum { ROOTS = 0x10000, NODES_MOST = 1 << 20 };

int trie_init(struct trie *t) {
  *t = (struct trie){.root = calloc(ROOTS, sizeof *t->root)};
  struct trie_node none = {0, 0, 0, -1};
  return t->root && VEC_PUSH(&t->nodes, none, NODES_MOST) == RC_OK ? RC_OK : RC_NOMEM; /* node 0 stands for none */
}

void trie_release(struct trie *t) {
  free(t->root);
  free(t->nodes.v);
  *t = (struct trie){0};
}

static int32_t node_new(struct trie *t, uint32_t cp, int32_t sibling) {
  struct trie_node n = {cp, 0, sibling, -1};
  return VEC_PUSH(&t->nodes, n, NODES_MOST) < 0 ? -1 : (int32_t)(t->nodes.n - 1);
}

static int32_t child_of(const struct trie *t, int32_t node, uint32_t cp) {
  int32_t at = t->nodes.v[node].child;
  while (at && t->nodes.v[at].cp != cp) at = t->nodes.v[at].sibling;
  return at;
}

int trie_add(struct trie *t, struct sv word, int32_t value, int32_t *before) {
  int32_t node = 0;
  *before = -1;
  for (size_t at = 0; at < word.n;) {
    bool first = at == 0;
    uint32_t cp = utf8_next(word, &at);
    if (first && cp >= ROOTS) return RC_FORMAT;
    int32_t next = first ? t->root[cp] : child_of(t, node, cp);
    if (!next) {
      next = node_new(t, cp, first ? 0 : t->nodes.v[node].child);
      if (next < 0) return RC_NOMEM;
      if (first)
        t->root[cp] = next;
      else
        t->nodes.v[node].child = next;
    }
    node = next;
  }
  if (node == 0) return RC_FORMAT;
  *before = t->nodes.v[node].value;
  t->nodes.v[node].value = value;
  return RC_OK;
}

int32_t trie_longest(const struct trie *t, const char *text, size_t n, size_t *length) {
  struct sv s = {text, n};
  size_t at = 0;
  int32_t best = -1, node = 0;
  *length = 0;
  while (at < n) {
    bool first = at == 0;
    uint32_t cp = utf8_next(s, &at);
    if (!first && cp == '"') continue; /* "三公"经费 */
    node = !first ? child_of(t, node, cp) : cp < ROOTS ? t->root[cp] : 0;
    if (!node) break;
    if (t->nodes.v[node].value >= 0) best = t->nodes.v[node].value, *length = at;
  }
  return best;
}
