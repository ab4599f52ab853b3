/* internal.h: between the files of rooms/codes/ only: how the lists lie in memory. */
#ifndef HENG_CODES_INTERNAL_H
#define HENG_CODES_INTERNAL_H

#include "rooms/codes/codes.h"

struct entry {
  struct code code;
  const char *note;
  int line;
};

struct code_list {
  VEC(struct entry) entries;  /* sorted by code, then by since */
  uint32_t *by_name;          /* indexes of entries, sorted by folded name */
  int covers_from, covers_to; /* budget years the list says it covers; 0 none */
  int official_from, official_to;
  const char *file;
};

struct code_lists {
  struct arena arena;
  struct code_list list[CODES_LISTS];
};

extern const char *const code_list_files[CODES_LISTS]; /* "functional.tsv" … */
extern const char *const code_list_names_zh[CODES_LISTS];
extern const char *const code_list_names_en[CODES_LISTS];

/* Looks for what is wrong in loaded lists: repeated rows, overlapping years, absent parents. Writes one line each; returns how many. */
int codes_problems(const struct code_lists *c, struct buf *out);

#endif
