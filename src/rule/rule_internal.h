/* rule_internal.h: between the files of the rule language only. docs/rules.md is the language.
 * set.c files and heads, lex.c words, parse.c clauses to the trees below, bind.c trees to relations over a book, condition.c conditions, check.c
 * drives. */
#ifndef HENG_RULE_INTERNAL_H
#define HENG_RULE_INTERNAL_H

#include "rule/rule.h"

enum {
  NAMES_MOST = 24,
  TERMS_MOST = 40,
  CHECKS_MOST = 40,
  RESERVATIONS_MOST = 8,
  ARGS_MOST = 6,
  DEPTH_MOST = 24,
  NODES_MOST = 200,
  RULE_FILE_MOST = 4 << 20,
  RULES_MOST = 4000
};

/* ---- words (lex.c) ---- */
enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN, TOKEN_BAD };
struct token {
  enum token_kind kind;
  struct sv text; /* of TOKEN_TEXT without its quotes */
  int line, column;
};
struct lexer {
  struct sv text; /* what is left */
  int line, column;
  struct token now;
};
void lexer_begin(struct lexer *l, struct sv text, int line, int column);
void lexer_next(struct lexer *l);
bool lexer_is(const struct lexer *l, const char *word); /* a name or a sign */
struct sv shortened(struct sv s);                       /* its beginning, for a message */

/* ---- trees (parse.c) ---- */

/* Names written with "|" between them: the first that the book has is meant. binding.symbols has their symbols in a book. */
struct names {
  const char *v[NAMES_MOST];
  int n;
  uint32_t id[NAMES_MOST]; /* in the literals of the set */
};

enum row_select {
  ROWS_SAME,
  ROWS_CHILDREN,
  ROWS_TOP,
  ROWS_LEAVES,
  ROWS_EVERY,
  ROWS_NAMED,
  ROWS_OF_SUBJECT,
  ROWS_CODED,
  ROWS_AT_LEVEL,
  ROWS_HEAD,
  ROWS_ALL_NAMED,
  ROWS_PARENT, /* of the row at hand */
  ROWS_FIRST   /* with the key of the row at hand */
};
struct cell_ref {
  struct names kind; /* n == 0: the table at hand */
  enum row_select rows;
  struct names row; /* ROWS_NAMED; ROWS_CODED: prefixes */
  int level;        /* ROWS_AT_LEVEL */
  bool whole_table; /* a kind alone, without brackets */
  bool no_column;   /* a row, not a cell */
  bool same_column; /* the column at hand */
  struct names column;
  int line, at; /* where it is written: line and column of the file */
};

enum absence { ABSENT_SKIPS, ABSENT_IS_ZERO, ABSENT_IS_WRONG };
struct term_def {
  int coefficient;
  bool sum;
  enum absence absence;
  struct cell_ref ref;
};
struct relation_def {
  enum relation_op op;
  struct term_def *terms;         /* stated side first; right sides with their sign turned */
  int nterms, nwhole;             /* nwhole: the last of a ratio */
  bool guard_rows, guard_columns; /* adds up several rows, columns of a table: all of them must have been recognised */
  bool all_rows;                  /* the sum is over the whole table */
};

enum node_kind { NODE_OR, NODE_AND, NODE_NOT, NODE_COMPARE, NODE_IN, NODE_TRUTH, NODE_TEXT, NODE_NUMBER, NODE_ATTRIBUTE, NODE_CELL, NODE_CALL };
enum compare_op { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_MATCH };
enum attribute {
  ATTR_ROW_KEY,
  ATTR_ROW_CODE,
  ATTR_ROW_LABEL,
  ATTR_ROW_LEVEL,
  ATTR_ROW_ROLE,
  ATTR_ROW_CHILDREN,
  ATTR_ROW_ORPHAN,
  ATTR_ROW_REPEATED,
  ATTR_ROW_ASCENDING,
  ATTR_TABLE_KIND,
  ATTR_TABLE_TITLE,
  ATTR_TABLE_UNIT,
  ATTR_TABLE_EMPTY,
  ATTR_TABLE_REMARK,
  ATTR_TABLE_ROWS,
  ATTR_TABLE_SUBJECT,
  ATTR_TABLE_INSTANCE,
  ATTR_TABLE_YEAR,
  ATTR_COLUMN_MEASURE,
  ATTR_COLUMN_HEADER,
  ATTR_CELL_TEXT,
  ATTR_CELL_DECIMALS,
  ATTR_CELL_STATE,
  ATTR_FIELD_TEXT,
  ATTR_FIELD_NAME,
  ATTR_FIELD_SUBJECT,
  ATTR_FIELD_REQUIRED,
  ATTR_BOOK_YEAR,
  ATTR_BOOK_KIND,
  ATTR_BOOK_BODY,
  ATTR_BOOK_PROFILE,
  ATTR_BOOK_TABLES,
  ATTR_BOOK_UNKNOWN,
  ATTR_BOOK_WHOLE,
  ATTR_COUNT
};
enum call {
  CALL_HAS,
  CALL_FIELD,
  CALL_NUMBER,
  CALL_LEFT,
  CALL_MID,
  CALL_LENGTH,
  CALL_KNOWN,
  CALL_NAME,
  CALL_SAYS,
  CALL_LABEL,
  CALL_CODE,
  CALL_COUNT,
  CALL_NOTED,
  CALL_YEAR,
  CALL_CONTAINS,
  CALL_MATCHES
};
extern const char *const attribute_names[];
extern const char *const call_names[];

struct node {
  enum node_kind kind;
  enum compare_op op;
  enum attribute attribute;
  enum call call;
  struct node *args[ARGS_MOST];
  int nargs;
  const char *text; /* NODE_TEXT; of CMP_MATCH's right side compiled in `pattern` */
  int64_t number;
  struct cell_ref *cell;
  int line, at;       /* where it is written */
  void *pattern;      /* regex_t *, owned by the set */
  const char *needle; /* every match of the pattern holds this; NULL when nothing is known to be in all */
};

enum for_each { FOR_BOOK, FOR_TABLE, FOR_ROW, FOR_COLUMN, FOR_CELL, FOR_FIELD };
struct check_def {
  struct relation_def *relation; /* or */
  struct node *require;
  struct node *only_if; /* NULL: always */
  int line;
};
/* Where it holds, nothing is judged and the reason is told: not applicable (except), or not checked (unchecked). */
struct reservation {
  struct node *condition;
  enum outcome outcome;
  const char *why_zh, *why_en; /* why_en may be NULL */
};
struct rule {
  struct rule_head head;
  struct sv source;
  enum for_each each;
  struct names over; /* kinds of tables, or names of fields */
  struct node *where, *when;
  struct check_def checks[CHECKS_MOST];
  int nchecks;
  struct reservation reservations[RESERVATIONS_MOST];
  int nreservations;
  unsigned books; /* bits of enum book_kind; 0 all */
  bool partial;   /* its sums may lack parts on purpose */
};

struct rule_set {
  struct arena arena;
  struct intern ids, literals;
  VEC(struct rule) rules;
  VEC(void *) patterns;
  int (*lookup)(const void *context, const char *list, struct sv code, int year, const char **name);
  const void *lookup_context;
};

int rule_parse_text(struct rule_set *s, const char *file, struct sv text, struct err *e) MUST_CHECK;
/* One clause's expression. */
int parse_relation(struct rule_set *s, const char *file, struct lexer *l, struct relation_def **out, struct err *e) MUST_CHECK;
int parse_condition(struct rule_set *s, const char *file, struct lexer *l, struct node **out, struct err *e) MUST_CHECK;
/* Whether everything that a rule speaks of is at hand where it runs: no row in a rule over tables, no column in one over rows. */
int rule_validate(const struct rule *r, struct err *e) MUST_CHECK;
/* A name that messages may have in braces. */
bool message_field_known(struct sv name);
int names_add(struct rule_set *s, struct names *n, struct sv name, const char *file, const struct token *at, struct err *e) MUST_CHECK;

/* ---- a set bound to a book (bind.c) ---- */

/* Three numbers, where they first stand, and how often. */
struct pair {
  uint32_t a, b, c;
  int32_t first;
  int32_t count; /* 0: free */
};
struct pairs {
  struct pair *v;
  size_t size, n;
};
int pairs_add(struct pairs *p, uint32_t a, uint32_t b, uint32_t c, int32_t where) MUST_CHECK;
const struct pair *pairs_find(const struct pairs *p, uint32_t a, uint32_t b, uint32_t c); /* NULL when absent */
void pairs_release(struct pairs *p);

/* What is asked of a table again and again: the first row of a key, and the rows under a row. Built when first asked for. */
struct table_index {
  uint32_t *slots; /* 1 + row; open addressing over row keys */
  uint32_t mask;
  int32_t *first_child, *next_sibling; /* only rows that are added up: no 其中, no 小计 */
  int32_t *next_same;                  /* of prose only: the next row of the same key; -1 */
  bool unknown_rows;                   /* has a row that was not recognised */
};
/* What a part of a condition came to that is the same for every row of a table, or for the whole book. */
struct remembered {
  const void *what;
  int32_t table;
  int64_t value;
};
enum { REMEMBERED = 16 };
#define ANY_SUBJECT 0xFFFFFFFEu
/* Where a text was last found to match, in the folded text of `text`; with a pattern, where is worked out when it is asked for. */
struct matched {
  struct sv text;
  const void *pattern; /* regex_t */
  size_t from, to;
};
struct binding {
  const struct rule_set *set;
  const struct book *book;
  struct check_result *result;
  struct rule_tally *tallies; /* of the result, by rule */
  struct arena scratch;
  symbol *symbols;            /* by literal of the set: its symbol in this book */
  struct table_index *tables; /* by table */
  struct pairs kinds;         /* {kind, subject}: tables; {kind, ANY_SUBJECT}: those with a subject */
  struct pairs fields;        /* {name, table, subject}, {name, ANY_SUBJECT, subject}, {name, table, ANY_SUBJECT}; built when first asked for */
  struct pairs missed;        /* {table, row key}: rows found missing, reported once */
  bool fields_ready, whole;   /* whole: every page was read */
  bool failed;                /* memory ran out where no error could be returned */
  struct arena words;         /* folded texts of the condition at hand */
  struct remembered remembered[REMEMBERED];
  VEC(int32_t) rows;          /* of the term at hand */
  VEC(struct term) terms;     /* of the relation at hand */
  const char **fields_folded; /* by field: its folded text, NULL until asked for */
  size_t fields_bytes;        /* how much of them is kept */
  struct matched matched;     /* of the rule and place at hand; text.p NULL: nothing */
  const char **said;          /* folded text of the documents outside tables, for says(); NULL until asked for */
};

/* What is at hand while a rule runs. */
struct context {
  struct binding *b;
  const struct rule *rule;
  int32_t rule_index;
  int32_t table, row, column; /* -1 none */
  const struct book_field *field;
};

int binding_begin(struct binding *b, const struct rule_set *s, const struct book *book, struct check_result *r, struct err *e) MUST_CHECK;
void binding_end(struct binding *b);

enum found { FOUND_ONE, FOUND_NONE, FOUND_SEVERAL };
/* The table a reference means: the one at hand, or the book's table of that kind (of the same project where the kind's tables are of projects). */
enum found find_table(const struct context *c, const struct names *kind, int32_t *table);
int32_t find_row(struct binding *b, int32_t table, symbol key); /* -1 */
/* The one row, one cell that a reference means; -1 none. */
int32_t ref_row(const struct context *c, int32_t table, const struct cell_ref *ref);
int32_t ref_obs(const struct context *c, const struct cell_ref *ref);
/* Of prose, where a key is said several times: the first row of the key of `row` that has a cell in the column. Else `row`. */
int32_t said_row(const struct context *c, int32_t table, const struct cell_ref *ref, int32_t row, int32_t column);
int32_t find_column(const struct context *c, int32_t table, const struct cell_ref *ref); /* -1 */
/* All rows a reference means in `table`, into b->rows. */
int ref_rows(const struct context *c, int32_t table, const struct cell_ref *ref) MUST_CHECK;
bool row_added(const struct book_row *row); /* LEAF or PARENT: what totals add up */
bool row_is_top(const struct book_table *t, const struct book_row *row);
symbol context_subject(const struct context *c);
bool has_unknown_rows(struct binding *b, int32_t table);
const struct book_field *find_field(const struct context *c, symbol name); /* of the table at hand, else of its subject */
int32_t row_child(struct binding *b, int32_t table, int32_t row);          /* its first child, -1 none */

/* Makes the relation for what is at hand and judges it: 1 made (with whatever outcome), 0 it does not apply here, or a negative rc. */
int relation_bind(const struct context *c, const struct relation_def *d, struct err *e) MUST_CHECK;
void outcome_count(const struct context *c, enum outcome outcome); /* in the result and in the tally of the rule */
/* The table, row and cell at hand are the place; `obs` may name another cell (-1: none). */
int remark_add(const struct context *c, enum outcome outcome, const char *detail, const char *stated, const char *expected, struct err *e) MUST_CHECK;
const char *message_fill(const struct context *c, const char *stated, const char *expected); /* in the result's arena; NULL out of memory */

/* ---- conditions (condition.c) ---- */
enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };
struct judged {
  enum truth truth;
  const char *why;               /* TRUTH_UNKNOWN because something could not be checked; NULL: it does not apply */
  const char *stated, *expected; /* both sides of the comparison that failed; may be NULL */
};
struct judged condition_judge(const struct context *c, const struct node *n);
/* For messages, in the result's arena; NULL out of memory: what matched last, and the field at hand, shortened round that. */
const char *match_quote(const struct context *c);
const char *field_quote(const struct context *c);

/* Nothing that rests on character recognition stays an error (recognised.c). */
void recognised_weigh(const struct book *b, struct check_result *r);

#endif
