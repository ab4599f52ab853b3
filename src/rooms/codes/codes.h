/* codes.h: classification lists (政府收支分类科目 and others) by year, as data in codes/ (TSV). */
#ifndef HENG_ROOMS_CODES_H
#define HENG_ROOMS_CODES_H

#include "base/option.h"
#include "base/text.h"

enum code_list_id {
  CODES_FUNCTIONAL,
  CODES_ECON_DEPARTMENT,
  CODES_ECON_GOVERNMENT,
  CODES_REVENUE,
  CODES_DEPT_INCOME,
  CODES_PROJECT_CATEGORY,
  CODES_PERF_INDICATOR,
  CODES_LISTS
};

struct code {
  const char *code, *name, *folded; /* folded: text_fold of the name */
  int since, until;                 /* effective years, 0 open */
  char source, confidence;          /* s seed, p public, r recall, o official; H M L */
};

struct code_lists;
int codes_load(const char *folder, struct code_lists **out, struct err *e) MUST_CHECK;
void codes_free(struct code_lists *c);
/* NULL when the code is not in the list in that year. */
const struct code *code_find(const struct code_lists *c, enum code_list_id list, struct sv code, int year);
/* By name (folded), within a parent code ("" for any); NULL when absent or ambiguous. */
const struct code *code_by_name(const struct code_lists *c, enum code_list_id list, struct sv folded_name, const char *parent, int year);
size_t codes_count(const struct code_lists *c, enum code_list_id list); /* entries of all years, by code */
const struct code *codes_entry(const struct code_lists *c, enum code_list_id list, size_t index);
bool codes_official(const struct code_lists *c, enum code_list_id list, int year); /* an official list of that year is loaded */
bool codes_cover(const struct code_lists *c, enum code_list_id list, int year);    /* the loaded list says it covers that year */

/* Answers rules that ask for a code (rule_set_lookup): `context` is the struct code_lists; `list` is "functional" or "economic" by code, or
 * "economic-name" by name. 1 found, its name in *name; 0 not in the list; -1 no list covers that year. */
int codes_lookup(const void *context, const char *list, struct sv code, int year, const char **name);

/* The folder of the data files, with `sub` ("profiles", "codes", "rules", or "") under it: $HENG_DATA, else beside the program or above it (a build
 * folder, share/heng), else where it was installed. Writes at most `size` bytes, returns out; an empty text when it does not fit. */
const char *codes_data_path(char *out, size_t size, const char *sub);

extern const struct room codes_room;

#endif
