/* narrative.h: a city's sentences as data (profiles/NAME.narrative), read and checked. docs/narrative.md is the language. */
#ifndef HENG_BOOK_NARRATIVE_H
#define HENG_BOOK_NARRATIVE_H

#include "rooms/book/sum.h"

enum { NARR_TERMS = 8, NARR_CONDITIONS = 4, NARR_DEPTH = 8 };

/* A fact is a sum of terms: lines, purchases, assets, or facts above it. */
enum narr_flow { NARR_FACT, NARR_SUM, NARR_PURCHASE, NARR_ASSET, NARR_COUNT };
struct narr_term {
  enum narr_flow flow;
  int fact;
  struct sum sum;
  int procurement, service, of_project; /* of purchases: 1 yes, 0 no, -1 either */
  struct sv kind /* 货物, 工程, 服务; of assets the item or kind; of counts the item */, supplier /* 中小企业: 小微企业 too */, reserved;
  bool negative;
};
struct narr_fact {
  struct sv name;
  struct narr_term term[NARR_TERMS];
  int nterms;
  bool no_prior /* purchases, assets, counts: no figures of last year are kept */, count /* a number of things, no money */;
};
/* bare: last year below nought, so no percentage; nought: both are */
enum narr_form { FORM_UP, FORM_DOWN, FORM_SAME, FORM_NEW, FORM_GONE, FORM_BARE, FORM_NOUGHT, FORM_CAUSE, FORMS };
enum narr_when { WHEN_NOW, WHEN_LAST /* last year */, WHEN_APPROVED /* 年初预算 */, WHEN_ADJUSTED /* 全年预算 */, WHENS };
struct narr_phrase {
  int line;
  struct sv name, form[FORMS];
  enum narr_when against; /* what the figure is compared with */
};
enum narr_set { SET_SOURCE, SET_CLASS, SET_ITEM, SET_UNIT, SET_CATEGORY, SET_PROJECT, SET_ECON_CLASS, SET_ECON, SET_ASSET, SETS, SET_NONE = -1 };
struct narr_ref { /* a fact; here: of the items of the loops around; fact -1: the loop's own */
  int fact;
  bool here;
};
struct narr_condition {
  bool negated;
  enum narr_when when; /* 上年, 年初 before the fact */
  int least;           /* 多: the set has two or more members, 有: one or more; 0: the fact is not nought */
  enum narr_set set;
  struct narr_ref ref;
};
enum narr_verb {
  VERB_PART,
  VERB_SECTION,
  VERB_SUBSECTION,
  VERB_TEXT,
  VERB_MORE,
  VERB_ITEM,
  VERB_TEXTS,
  VERB_NOTES,
  VERB_JOIN,
  VERB_EACH,
  VERB_WHEN,
  VERB_OTHERWISE,
  VERB_END
};
struct narr_statement {
  enum narr_verb verb;
  int line, end /* index of the end, or of the otherwise */;
  struct sv text;
  enum narr_set set;
  bool all;                  /* each without `of`: all members, money or not */
  struct narr_ref ref, also; /* also: each … of A or B */
  struct narr_condition condition[NARR_CONDITIONS];
  int nconditions;
};
struct narr_gloss {
  struct sv key, name, text; /* key "*": by name */
};
struct narrative {
  struct arena arena;
  const char *file;
  enum scale scale;
  int decimals;
  struct sv note_shares;
  struct sv source_name[SOURCES];
  VEC(struct narr_fact) facts;
  VEC(struct narr_phrase) phrases;
  VEC(struct narr_statement) statements;
  VEC(struct narr_gloss) glosses;
};
int narrative_load(const char *data, const char *profile, struct narrative **out, struct err *e) MUST_CHECK;
void narrative_free(struct narrative *n);

/* What stands between braces. */
enum narr_piece_kind { PIECE_WORD, PIECE_AMOUNT, PIECE_SHARE, PIECE_CHANGE, PIECE_NAMES, PIECE_COUNT, PIECE_EXPLAIN };
enum narr_word {
  WORD_YEAR,
  WORD_LAST,
  WORD_BEFORE_LAST,
  WORD_BODY,
  WORD_SERIAL,
  WORD_NUMBER,
  WORD_NAME,
  WORD_LISTED,
  WORD_CODE,
  WORD_PATH,
  WORD_GROUP,
  WORD_QUANTITY,
  WORD_MEASURE,
  WORD_EXPLAIN,
  WORD_ASSET_DATE,
  WORD_DIFFERENCE,
  WORD_PERCENT,
  WORD_CAUSE,
  WORD_SAID,
  WORD_SHARES,
  WORD_RATE,
  WORD_BASE,
  WORD_NOW,
  WORDS
};
struct narr_piece {
  enum narr_piece_kind kind;
  enum narr_word word;
  enum narr_set set;
  struct narr_ref a, b;
  int phrase;
  struct sv subject; /* of a change: what causes.csv calls it; n 0: the loop's code, or the fact's name */
};
/* NULL, or what is wrong with it. loops: how many loops stand around it. */
const char *narr_piece_parse(const struct narrative *n, struct sv inner, int loops, struct narr_piece *out);

/* Values. scope NULL: everything. */
struct narr_scope {
  struct layout_filter filter;
  int unit, project;
  struct sv category;
};
struct narr_member {
  struct sv code, name, listed, path, group, quantity, measure;
  struct narr_scope scope;
  int64_t value;
};
int64_t narr_value(const struct workspace *w, const struct narrative *n, int fact, const struct narr_scope *scope, enum narr_when when);
/* Members with money of the fact, or of the other one (-1 none), in the order of the book; malloc'ed. */
int narr_members(const struct workspace *w, const struct narrative *n, enum narr_set set, int fact, int also, const struct narr_scope *scope,
                 bool all, struct arena *a, struct narr_member **out, int *count) MUST_CHECK;

#endif
