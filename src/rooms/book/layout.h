/* layout.h: a city's book as data (profiles/NAME.layout), read and checked. docs/layout.md is the language. */
#ifndef HENG_BOOK_LAYOUT_H
#define HENG_BOOK_LAYOUT_H

#include "rooms/book/paper.h"

enum { LAYOUT_COLUMNS = 48, LAYOUT_ITEMS = 60, LAYOUT_HEADS = 4, LAYOUT_PARTS = 16, LAYOUT_SIDES = 3 };

/* What a measure, an item or a side takes of the lines: all conditions together. Masks and lists: empty is all. */
struct layout_filter {
  uint16_t sources;
  uint8_t kinds, origins, natures, of /* enum ws_of */;
  enum sum_flow flow; /* of a column that takes other lines than its side; SUM_NONE: the side's */
  struct sv func[SUM_CODES], econ[SUM_CODES];
};
struct layout_measure {
  const char *name;
  struct layout_filter filter;
};
enum column_role { COLUMN_CODE, COLUMN_CODE_PART, COLUMN_NAME, COLUMN_UNIT_NAME, COLUMN_LINE /* 行次 */, COLUMN_MEASURE };
struct layout_column {
  enum column_role role;
  int width, line, part /* of a split code, from 1 */;
  const char *name; /* the measure's name, or what `as` calls it; NULL: labels */
  struct layout_filter filter;
  bool blank; /* zero is not printed */
  struct sv head[LAYOUT_HEADS];
  int nhead;
  int parts[LAYOUT_PARTS], nparts; /* columns of the side that add up to it */
};
enum layout_item_kind { ITEM_LINES, ITEM_SUM, ITEM_CLASSES, ITEM_ECONOMICS, ITEM_FILL, ITEM_GAP /* an empty row */ };
struct layout_item {
  enum layout_item_kind kind;
  struct sv key, label; /* label of classes: the first number, 一、 or （一） */
  int level, line;
  const char *start; /* of its line, for messages */
  bool used;         /* classes, economics: only those with money */
  bool long_numbers; /* classes: 二十一, not 廿一 */
  enum sum_flow flow;
  struct layout_filter filter;
  struct sv parts[LAYOUT_PARTS]; /* keys of the side; "classes" all of these */
  int nparts;
};
enum rows_kind { ROWS_ITEMS, ROWS_FUNCTIONAL, ROWS_ECONOMIC, ROWS_UNITS, ROWS_PROJECTS, ROWS_SINGLE };
struct layout_side {
  const char *kind;
  int line;
  enum sum_flow flow;
  struct layout_filter lines;
  enum rows_kind rows;
  bool with_zero;
  struct sv total; /* label of the row that is the sum of all; n 0: none */
  bool total_last, total_merged;
  struct layout_column column[LAYOUT_COLUMNS];
  struct layout_item item[LAYOUT_ITEMS];
  int ncolumns, nitems;
};
struct layout_table {
  const char *id;
  int line;
  struct sv number, title, contents, unit, empty, note;
  enum scale scale;
  int decimals;
  bool plain /* no thousands separators */, blank, landscape;
  struct layout_side *side[LAYOUT_SIDES];
  int nsides;
  struct sv balance[2]; /* keys of the two sides that must be equal */
};
struct layout_class {
  struct sv code, name;
};
enum layout_statement_kind { LAYOUT_PART, LAYOUT_SECTION, LAYOUT_TABLE, LAYOUT_FORMS, LAYOUT_NARRATIVE };
struct layout_statement {
  enum layout_statement_kind kind;
  struct sv text; /* of the heading; forms: which; narrative: which part */
  struct layout_table *table;
};
struct layout {
  struct arena arena;
  const char *data, *file, *name;
  struct sv title;
  VEC(struct layout_measure) measures;
  VEC(struct layout_class) classes;
  VEC(struct layout_class) economics; /* 类 and 款 as tables of blocks list them */
  VEC(struct layout_statement) statements;
};
/* From text; `file` is for messages, `data` the folder of profiles/kinds.txt. */
int layout_read(const char *data, const char *file, struct sv text, struct layout **out, struct err *e) MUST_CHECK;
bool layout_has_forms(const struct layout *l, const char *which); /* "overall", "projects": what `forms` names */

/* {body}, {year}, {last-year} in a text of the layout. */
struct sv layout_fill(struct arena *a, struct sv text, struct sv body, int year);
/* The number `n` (from 1) in the form of `first`: 一、 （一） 1. (1); 廿一 as in the forms. */
struct sv layout_ordinal(struct arena *a, struct sv first, int n);
struct sv layout_ordinal_long(struct arena *a, struct sv first, int n, bool all); /* all: 二十一 */

/* Tables from lines (derive.c). Adds one block. */
int derive_table(struct paper *p, const struct layout *l, const struct layout_table *t, struct err *e) MUST_CHECK;

#endif
