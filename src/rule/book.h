/* book.h: a book of observations: what the rules look at, whatever the source. A fact is what a number is of; an observation is one printing of it.
 * The engine knows no table and no measure by name: kinds, measures, items are symbols of one string table. */
#ifndef HENG_RULE_BOOK_H
#define HENG_RULE_BOOK_H

#include "base/money.h"
#include "document/document.h"

typedef uint32_t symbol; /* in book.symbols */
#define NO_SYMBOL INTERN_NONE

enum obs_state { OBS_VALUE, OBS_ZERO /* printed zero */, OBS_BLANK, OBS_DASH, OBS_NOT_APPLICABLE, OBS_UNREADABLE };
enum obs_type { OBS_AMOUNT /* 分 */, OBS_PERCENT /* 1/10^6 of 1: 12.34% = 123400 */, OBS_COUNT /* 1/10^4 */, OBS_TEXT, OBS_CODE };

struct obs {
  enum obs_state state;
  enum obs_type type;
  bool doubtful;       /* cannot prove an error; `table.doubt` or the cell says why */
  bool recognised;     /* read by character recognition: at most a warning, to be confirmed (book_mark_recognised) */
  int64_t value;       /* in the unit of its type; 0 for blank, dash */
  int64_t quantum;     /* of the column, in the same unit; 0 = exact (printed zero, blank read as zero) */
  int decimals;        /* as printed, for messages */
  struct sv text;      /* as printed */
  int32_t row, column; /* in its book_table; also its identity together with table */
  int32_t table;
  struct place place;               /* with the document's index below */
  int32_t document, document_table; /* which file of the book, which table there (from 0) */
};

enum row_role {
  ROW_LEAF,     /* carries a code or item, no children in this table */
  ROW_PARENT,   /* has children in this table */
  ROW_TOTAL,    /* 合计, 总计 of the table or side */
  ROW_SUBTOTAL, /* 小计, 本年收入合计 */
  ROW_OF_WHICH, /* 其中: part of the row above, not to be added */
  ROW_UNKNOWN   /* has amounts but was not recognised: sums over it are not checked */
};

struct book_row {
  enum row_role role;
  struct sv label; /* as printed */
  struct sv code;  /* digits as printed, split cells joined; empty when none */
  symbol key; /* what the row is of: "2170101" (functional), "30201" (economic), "169001" (unit), project code or folded name, or an item of the kind:
                 "income.gp" */
  symbol item;        /* item concept where the kind lists its rows; NO_SYMBOL otherwise */
  int level;          /* 0 total; 1 类 (or dept), 2 款 (or unit), 3 项 (or category), 4 project */
  int parent;         /* row index, -1 for top level */
  bool orphan;        /* has a code whose parent row is missing */
  struct sv sentence; /* of a claim (table.prose): the sentence that says it, folded; else empty */
  struct place place;
};

struct book_column {
  symbol measure;   /* "total", "basic", "basic.personnel" …; NO_SYMBOL = not recognised */
  symbol group;     /* measure it is a part of by its header, or NO_SYMBOL */
  struct sv header; /* header path as printed, joined with "/" */
  enum obs_type type;
  int64_t quantum; /* finest printed in this column */
  int decimals;
  bool amounts;    /* carries at least one number */
  bool other_year; /* an earlier year's figures, or a comparison with them: no part of this table's sums */
  bool derived;    /* not printed: what rules ask of printed cells, or cells of another table beside which a row is held */
};

/* One recognised table, or one side of a two-sided one. */
struct book_table {
  symbol kind;    /* "expenditure", "gp-function" …: the profile's or the common kinds' name */
  const char *id; /* unique in the book: "T05-1", "T12-3" */
  struct sv title;
  enum scale scale; /* 元 or 万元; SCALE_NONE when no unit line was found (then not checked) */
  int instance;     /* 1, 2 … when a kind occurs several times (T12-x): the project's number */
  symbol subject;   /* what the instance is about: project code/name; NO_SYMBOL */
  int phase;        /* enum book_phase */
  bool prose;       /* no table of the document but what its sentences say: a row a claim, places are lines, document_table is -1 */
  bool wordy;       /* goals, indicators: words and counts, no money; it needs no unit of amounts */
  bool empty;       /* recognised and carries no amounts */
  bool doubtful;    /* not read cleanly: proves nothing */
  const char *doubt;
  bool recognised; /* some of it was read by character recognition */
  struct book_row *rows;
  int nrows;
  struct book_column *columns;
  int ncolumns;
  int32_t *cells; /* nrows × ncolumns: index in book.obs, or -1 where the kind has no cell */
  int32_t document, document_table;
  struct place place;
  struct sv remark; /* 备注/注 under the table */
};

/* Structure facts for predicates: a form's field (T12 项目编码 …), a section, a list entry in the contents. */
struct book_field {
  symbol name;    /* "project.code", "project.name", "contents.table" … */
  int32_t table;  /* book table or -1 */
  symbol subject; /* which project, or NO_SYMBOL */
  struct sv text;
  struct place place;
  int32_t document;
};

enum book_kind { BOOK_UNKNOWN, BOOK_DEPARTMENT_BUDGET, BOOK_UNIT_BUDGET, BOOK_DEPARTMENT_FINAL, BOOK_UNIT_FINAL };
extern const char *const book_kind_names[]; /* "unknown", "department-budget" … */
enum book_phase { PHASE_BUDGET, PHASE_FINAL, PHASE_ADJUSTED, PHASE_PRIOR };

/* A table that was seen and not recognised, or a cell that was not read: listed, never forgotten. */
struct book_unread {
  int32_t document, document_table, row, column; /* row, column -1: the whole table */
  const char *why;
  struct place place;
  struct sv text;
};

struct book {
  struct arena arena;
  struct intern symbols;
  enum book_kind kind;
  const char *id, *profile; /* "169-2023-budget"; name of the profile used */
  struct sv body;           /* 武汉市地方金融工作局 */
  int year;
  bool blank_form;                   /* an unfilled template: nothing is claimed of it */
  const struct document **documents; /* not owned */
  int ndocuments;
  int first_item, end_item; /* its part of the document(s): items from the first to before the end */
  VEC(struct book_table) tables;
  VEC(struct obs) obs;
  VEC(struct book_field) fields;
  VEC(struct book_unread) unread;
  long recognised;                     /* figures read by character recognition */
  int money_tables, recognised_tables; /* tables with amounts seen, and those of them recognised */
};

int book_new(struct book **out, struct err *e) MUST_CHECK;
void book_free(struct book *b);
/* Sets what says `recognised` of a finished book, by the pages that its cells stand on. */
void book_mark_recognised(struct book *b);
symbol book_symbol(struct book *b, const char *name);                                               /* adds */
symbol book_find(const struct book *b, const char *name);                                           /* NO_SYMBOL when no table uses it */
const struct obs *book_cell(const struct book *b, const struct book_table *t, int row, int column); /* NULL when there is none */
bool obs_is_prose(const struct book *b, const struct obs *o);                                       /* a sentence says it, not a table */

#endif
