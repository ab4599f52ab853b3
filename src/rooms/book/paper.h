/* paper.h: a book laid out and not yet written: headings, paragraphs, tables of cells, each amount with what it is the sum of. Made from a workspace
 * by derive (tables), forms (performance), narrative (sentences); read by every writer, by `show`, `why` and the check. */
#ifndef HENG_BOOK_PAPER_H
#define HENG_BOOK_PAPER_H

#include "rooms/book/workspace.h"

/* What an amount is the sum of: a conjunction over the axes of the lines. The unit includes the units below it. */
enum sum_flow {
  SUM_NONE,
  SUM_SPENDING,
  SUM_INCOME,
  SUM_CARRY_OUT,    /* 年终结转结余 */
  SUM_DISTRIBUTION, /* 结余分配 */
  SUM_PRIOR,        /* prior-lines.csv */
  SUM_DETAIL,
  SUM_PURCHASE
};
#define SUM_CODES 6
struct sum {
  enum sum_flow flow;
  int16_t year;                               /* 0: the workspace's */
  uint16_t sources;                           /* masks; 0: all */
  uint8_t kinds, origins, natures;            /* masks; 0: all. natures: of the unit (机关运行经费) */
  uint8_t of;                                 /* enum ws_of: of the derived version, or another of the year's */
  int32_t unit, project;                      /* -1: all */
  struct sv category;                         /* of the project; n 0: all. "3" is every 3x */
  struct sv func[SUM_CODES], econ[SUM_CODES]; /* prefixes of codes, any of them; n 0 from the end on. All empty: all */
  bool negative;                              /* taken away */
};
int64_t sum_of(const struct workspace *w, const struct sum *s, int16_t version); /* slow: walks the lines; version -1: w->version */

enum paper_role { CELL_HEAD, CELL_TEXT, CELL_CENTRE, CELL_NUMBER };
struct paper_cell {
  int16_t row_span, column_span; /* at least 1 */
  int32_t row, column;           /* from 0 */
  enum paper_role role;
  int8_t indent;          /* levels */
  bool amount;            /* fen holds; text is its printing (may be empty for a zero that is printed blank) */
  bool percent;           /* fen holds 1/10^6 of 1 */
  struct sv text;         /* as printed; may hold line ends */
  int64_t fen;            /* exact, before rounding to the table's unit */
  const struct sum *sums; /* it is their sum; nsums 0: entered, not summed */
  int nsums;
  const int32_t *parts; /* indexes of cells of this table that add up to it (合计 of its rows or columns): the formula in book.xlsx */
  int nparts;
};
/* What rows and columns are, in the words of profiles/kinds.txt: the same book of facts that the audit recognises. */
struct paper_row {
  struct sv key;       /* "2170101", "in.gp", unit or project code; empty: a row of the head */
  struct sv right_key; /* of the right side of a two-sided table */
  struct sv third_key; /* of the third side, where there are three blocks beside each other */
  int8_t level;        /* 0 total, 1 类 … */
  int32_t parent;      /* row, -1 */
};
struct paper_column {
  const char *measure; /* "total", "basic.personnel"; NULL: labels */
  int width;           /* relative */
};
struct paper_table {
  const char *id;         /* "T5-1", "T12-3": what `show` takes; the HTML anchor */
  const char *kind;       /* of kinds.txt: "gp-function"; a two-sided table: the left side's */
  const char *right_kind; /* NULL: one side */
  int right_column;       /* first column of the right side */
  int third_column;       /* of the third side, which is of right_kind too; 0: none */
  struct sv number;       /* 公开表5-1 */
  struct sv title, unit_line /* 单位：万元, or empty */, remark;
  struct sv contents; /* its line in 目录; empty: none (T12-2 …) */
  enum scale scale;
  int decimals;
  bool landscape, form, empty;
  int project;             /* index of the project of a form, -1 */
  int rows, columns, head; /* head: rows that come again on each page */
  struct paper_row *row;
  struct paper_column *column;
  struct paper_cell *cells; /* in row-major order of their first place; every position is covered exactly once */
  int ncells;
};

enum paper_kind { PAPER_PART /* 第一部分 … */, PAPER_SECTION /* 一、 */, PAPER_SUBSECTION /* （一） */, PAPER_TEXT, PAPER_TABLE };
struct paper_block {
  enum paper_kind kind;
  struct sv text;     /* heading or paragraph */
  const char *anchor; /* "S3": unique in the book */
  struct paper_table *table;
};
struct paper_missing { /* what the officer is asked for: a cause where a change needs one, a text that is not there */
  struct sv subject;   /* goes into causes.csv, or texts/… */
  const char *text;    /* what is missing, with the amount to explain */
};
struct paper_problem { /* what the layout cannot show as it should: money without a row, sides that do not balance. Each is also an error of the check
                        */
  const char *id, *table; /* C-FIT, H-TOTAL, R-T1B; T1 */
  const char *text;
};
enum paper_from { PAPER_FROM_TEXT /* texts/NAME.md */, PAPER_FROM_CAUSE /* causes.csv */ };
struct paper_origin {  /* words that the officer wrote, as they stand in a block; what lies in none was derived */
  int32_t block, cell; /* cell: of the block's table; -1: the block's own text */
  int32_t from, n;     /* bytes of the text */
  enum paper_from from_kind;
  int32_t index, source; /* of workspace.texts or causes; the byte of its paragraph or cause where these begin */
};
struct paper {
  struct arena arena;
  const struct workspace *workspace;
  struct sv body, title; /* 武汉市地方金融工作局; …2023年部门预算 */
  int year;
  const char *profile;
  VEC(struct paper_block) blocks;
  VEC(struct paper_missing) missing;
  VEC(struct paper_problem) problems;
  VEC(struct paper_origin) origins; /* by block, in the order of the text */
};

/* The whole book by the layout of the workspace's profile (profiles/NAME.layout, NAME.narrative). The workspace must outlive it.
 * data: the folder of rules/, profiles/, codes/. */
struct layout;
int layout_load(const char *data, const char *profile, struct layout **out, struct err *e) MUST_CHECK;
void layout_free(struct layout *l);
int paper_side(const struct paper_table *t, int column);             /* 0 left, 1 right, 2 third */
struct sv paper_key(const struct paper_table *t, int row, int side); /* what the row is on that side */
int paper_make(const struct workspace *w, const struct layout *l, struct paper **out, struct err *e) MUST_CHECK;
void paper_free(struct paper *p);
const struct paper_table *paper_table_named(const struct paper *p, const char *id);

/* Parts of paper_make(), in the order of the layout's statements. */
int derive_tables(struct paper *p, const struct layout *l, struct err *e) MUST_CHECK; /* 表1–10 alone, without the parts around them */
int derive_forms(struct paper *p, const struct layout *l, struct err *e) MUST_CHECK;  /* 表11, 12-x: adds blocks */
int derive_narrative(struct paper *p, const char *data, const char *part, struct err *e) MUST_CHECK; /* part "1", "3", "4": adds blocks */

/* Writers. Each writes one file (temporary name, fsync, rename); the same paper gives the same bytes. created: seconds since 1970, -1 none. */
int paper_write_pdf(const struct paper *p, const char *path, struct err *e) MUST_CHECK;
int paper_write_docx(const struct paper *p, const char *path, struct err *e) MUST_CHECK;
int paper_write_xlsx(const struct paper *p, const char *path, struct err *e) MUST_CHECK;
int paper_write_csv(const struct paper_table *t, const char *path, struct err *e) MUST_CHECK;
int paper_write_json(const struct paper *p, const char *path, struct err *e) MUST_CHECK;
void paper_json_cell(struct buf *out, const struct paper_table *t, const struct paper_cell *c); /* one cell as in book.json */
int paper_write_html(const struct paper *p, const char *path, struct err *e) MUST_CHECK;        /* the whole site in one file */

#endif
