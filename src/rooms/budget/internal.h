/* internal.h: between the files of rooms/budget/ only: what a profile knows, and the steps from a table of cells to a table of the book. */
#ifndef HENG_BUDGET_INTERNAL_H
#define HENG_BUDGET_INTERNAL_H

#include "rooms/budget/budget.h"

/* ---- the vocabulary: profiles/kinds.txt and one profile, compiled (vocabulary.c, profile.c) ---- */
enum { MAX_KINDS = 48, MAX_FORMS = 8, MAX_PATTERN = 4, MAX_PATH = 8, MAX_LABELS = 8 };

enum rows_kind {
  ROWS_UNKNOWN,
  ROWS_FUNCTIONAL,
  ROWS_ECONOMIC,
  ROWS_UNITS,
  ROWS_ITEMS,
  ROWS_SINGLE,
  ROWS_TREE,
  ROWS_PROJECTS,
  ROWS_PROJECT_LIST,
  ROWS_DETAIL,
  ROWS_PURCHASE,
  ROWS_INDICATORS,
  ROWS_GOALS
};
enum side { SIDE_NONE, SIDE_IN, SIDE_OUT, SIDE_USE };
enum label_kind {
  LABEL_NOT,
  LABEL_CODE,
  LABEL_NAME,
  LABEL_UNIT_CODE,
  LABEL_UNIT_NAME,
  LABEL_PROJECT_CODE,
  LABEL_PROJECT_UNIT,
  LABEL_CLASS,
  LABEL_TEXT,
  LABEL_SKIP
};

/* Words that must all stand in a column's head; the last of the head is one of them. */
struct pattern {
  uint32_t word[MAX_PATTERN];
  int n;
};

struct column_def {
  const char *measure;
  enum obs_type type;
  VEC(struct pattern) patterns;
};

/* One name of an item: the row's own label, what must stand beside it, what must have come before. */
struct item_name {
  uint32_t label;     /* in item_set.labels */
  const char *beside; /* folded, or NULL */
  const char *after;  /* item key, or NULL */
  const char *key;
  uint32_t next; /* next name with the same label, INTERN_NONE at the end */
};

struct item_set {
  const char *name;
  struct intern labels;
  VEC(uint32_t) first; /* by label: first item_name */
  VEC(struct item_name) names;
};

struct kind {
  const char *name, *zh;
  enum side side;
  enum rows_kind rows;
  int items;                 /* index of the item set, -1 none */
  bool classes;              /* rows may be functional classes by name */
  const char *fallback[2];   /* when no column is the first measure, the column of the second is */
  VEC(const char *) never;   /* folded: must not occur in the heading */
  VEC(struct pattern) marks; /* any one of them: all its words in the heads */
  VEC(struct pattern) heads; /* forms: the words of the row that begins the part */
  VEC(struct column_def) columns;
};

struct form_field {
  const char *name;
  uint32_t word;
};
struct form {
  const char *name;
  VEC(const char *) parts; /* kinds of the parts */
  const char *head;        /* kind of the fields' money, or NULL */
  VEC(uint32_t) ends;      /* words that end a part */
  VEC(struct form_field) fields;
  const char *goals, *horizons[2]; /* kinds of the goals and of the indicators, long-term and annual; NULL: the form has none */
  VEC(uint32_t) goal_words;        /* words that begin the goals, the long-term and the annual indicators */
  VEC(uint32_t) horizon_words[2];
};

/* A word of targets (≥55家, 10家以上, 不高于3%): what it says. docs/performance.md. */
enum target_role {
  TARGET_AT_LEAST,
  TARGET_AT_MOST,
  TARGET_MORE,
  TARGET_LESS,
  TARGET_UP,
  TARGET_DOWN,
  TARGET_PER,
  TARGET_LEAD,
  TARGET_QUALITY,
  TARGET_PLEDGE,
  TARGET_CAUSE,
  TARGET_RATE,
  TARGET_COVER,
  TARGET_FORMER,
  TARGET_BESIDES,
  TARGET_COUNTER,
  TARGET_ROLES
};
struct target_word {
  enum target_role role;
  bool after; /* stands behind the number */
  const char *text;
  size_t n;
};

struct requirement {
  enum book_kind book;
  VEC(const char *) kinds; /* "a" or "a|b" */
};

struct vocabulary {
  const char *name, *zh;
  struct arena arena;
  struct intern words;       /* components of column heads and labels, folded */
  VEC(uint32_t) canonical;   /* by word: its canonical word */
  VEC(uint8_t) label;        /* by word: enum label_kind */
  struct intern titles;      /* reduced headings */
  VEC(uint64_t) title_kinds; /* by title: bits of kinds; forms from bit MAX_KINDS on */
  struct intern classes;     /* names of functional classes */
  VEC(const char *) class_code;
  VEC(struct item_set) items;
  VEC(struct kind) kinds;
  VEC(struct form) forms;
  VEC(const char *) cues;
  VEC(struct requirement) requirements;
  VEC(struct target_word) targets; /* longest first */
  VEC(const char *) blank_unknown; /* kinds in which a blank is not a zero; "*" all */
  /* named sets of columns, while loading */
  VEC(struct kind) sets;
};

int vocabulary_new(struct vocabulary **out, struct err *e) MUST_CHECK;
void vocabulary_free(struct vocabulary *v);
/* Reads one file of the profile form into the vocabulary; may be called again to add to it. */
int vocabulary_read(struct vocabulary *v, const char *file, struct sv text, struct err *e) MUST_CHECK;
int vocabulary_check(const struct vocabulary *v, const char *file, struct err *e) MUST_CHECK; /* what can be said only when all is read */
uint32_t vocabulary_word(const struct vocabulary *v, struct sv folded);                       /* canonical; INTERN_NONE when unknown */
enum label_kind vocabulary_label(const struct vocabulary *v, struct sv folded);
int vocabulary_kind(const struct vocabulary *v, const char *name); /* -1 */
/* The kinds and forms whose title the line ends with (the longest title wins); 0 when none. `folded` is the folded line. */
uint64_t vocabulary_title(const struct vocabulary *v, struct sv folded, size_t *length); /* length: bytes of the reduced title; may be NULL */
void title_reduce(char *out, size_t size, struct sv folded); /* years, numbers, 预算 决算 情况 总 部门 taken out */

struct profiles {
  VEC(struct vocabulary *) all; /* generic first */
};
const struct vocabulary *profile_find(const struct profiles *p, const char *name);
const struct vocabulary *profile_choose(const struct profiles *p, const struct document *const *documents, int n);

/* ---- recognising ---- */
/* A row of a view: a row of a document's table, seen from a column on. A part on a following page may have its columns elsewhere: then `map` gives,
 * for each of the first part's columns, the one of its own (-1 none). */
struct row_ref {
  int table, row, column;
  const int *map;
};

/* What a column's head says of time: the table's own year, an earlier one, a comparison of the two. */
enum column_when { WHEN_NOW, WHEN_BEFORE, WHEN_COMPARED };
struct view_column {
  const char *part[MAX_PATH]; /* folded components of the head, top first */
  uint32_t word[MAX_PATH];    /* canonical words, INTERN_NONE unknown */
  int n;
  enum label_kind label;
  bool numbers, texts; /* what its data cells hold */
  enum column_when when;
};

/* What lies before the recogniser: part of a document's table(s), its head understood. Arrays live in the scratch arena. */
struct view {
  int document;
  struct row_ref *rows;
  int nrows, ncolumns;
  int header;        /* rows of the head */
  const char *doubt; /* why the rows may not be all of them; NULL when nothing is amiss */
  struct view_column *columns;
};

struct title {
  uint64_t kinds;
  struct sv text;   /* as printed */
  struct sv number; /* "5-1" of 公开表 5-1, or empty */
  struct sv line;   /* the number's line */
  enum scale scale;
  struct sv remark;
};

struct title_known {
  struct title title;
  int rows;
  bool known;
};

struct recogniser {
  const struct recognise_options *options;
  const struct vocabulary *v;
  struct book *book;
  struct arena scratch;
  const struct document *const *documents;
  int ndocuments;
  const char ****folded;       /* [document][table][cell]: NULL until asked for */
  int32_t ***observed;         /* [document][table][cell]: 1 + its observation, 0 none yet, -1 left out */
  struct title_known **titles; /* [document][table]: headings found before */
  int first_item, end_item;    /* the part of the document(s) that is this book */
  int order;                   /* running number of tables */
  struct err *e;
};

int row_column(const struct row_ref *ref, int column, const struct table *t); /* column of the document's table; -1 outside */
const struct cell *view_cell(struct recogniser *r, const struct view *w, int row, int column);
const char *view_folded(struct recogniser *r, const struct view *w, int row, int column); /* "" when there is none */
int view_of_table(struct recogniser *r, int document, int table, struct view *out) MUST_CHECK;
int view_heads(struct recogniser *r, struct view *w) MUST_CHECK;                    /* finds header and columns */
struct sv view_header_text(struct recogniser *r, const struct view *w, int column); /* "基本支出/小计" as printed */
bool fold_is_code(const char *folded);                                              /* 3, 5, 7 or more digits only */
size_t view_code(const char *folded, char code[16]); /* a code before a name, or alone: "[201]…", "301-…", "201-06": bytes it takes, 0 none */

/* The heading over a table: in the lines before it and in its own first rows; *rows is how many of these are heading. */
int title_find(struct recogniser *r, int document, int table, struct title *out, int *rows) MUST_CHECK;
struct sv title_remark(struct recogniser *r, int document, int table); /* 注 below it */
bool remark_starts(const char *folded);

/* Makes a book table of a view; NULL rows of measures are kept with NO_SYMBOL. Index of the new table in *out. */
int table_build(struct recogniser *r, const struct view *w, const struct kind *k, const struct title *t, const char *suffix, int *out) MUST_CHECK;
int column_measure(const struct kind *k, const struct view_column *c);           /* index in k->columns, -1 */
int columns_known(const struct kind *k, const struct view *w, int from, int to); /* how many value columns are recognised */
int book_add_field(struct recogniser *r, const char *name, int32_t table, symbol subject, struct sv text, struct place place,
                   int document) MUST_CHECK;
int book_add_unread(struct recogniser *r, int document, int table, int row, int column, const char *why, struct place place,
                    struct sv text) MUST_CHECK;
int obs_read(struct recogniser *r, const struct cell *cell, enum obs_type type, enum scale scale, struct obs *out) MUST_CHECK;
const char *table_id(struct recogniser *r, const struct title *t, const char *suffix); /* "T05-1", unique in the book; NULL: no memory */
bool blank_is_unknown(const struct recogniser *r, const struct kind *k);               /* what the profile says of empty cells */
int rows_build(struct recogniser *r, const struct view *w, const struct kind *k, struct book_table *t, int *source, int *label_column) MUST_CHECK;

int recognise_table(struct recogniser *r, int document, int table) MUST_CHECK;
int recognise_form(struct recogniser *r, int document, int first, int end, const struct form *f, const struct title *t) MUST_CHECK;
/* The account: every cell with an amount is an observation or unread. In `observed` -1 marks a cell that was left out on purpose. */
bool cells_have_amounts(const struct table *t);
int account_for_cells(struct recogniser *r) MUST_CHECK;
void account_leave_out(struct recogniser *r, int document, int table, int row, bool all); /* all: amounts too */
void forms_settle(struct recogniser *r); /* the quantum of amounts in forms, when all of them are read */
int projects_resolve(struct recogniser *r) MUST_CHECK;
int identity_find(struct recogniser *r) MUST_CHECK;
bool identity_is_cover(const char *folded); /* "X2024年度部门决算" and nothing behind it: the cover of a book */

#endif
