/* corpus_html.h: between the files that write the page over many books. A small dataset is one page; a large one is a page and a folder beside it
 * with pages of books and of rules. Either way every number leads to what it counts, without scripts. */
#ifndef HENG_ROOMS_AUDIT_CORPUS_HTML_H
#define HENG_ROOMS_AUDIT_CORPUS_HTML_H

#include "rooms/audit/corpus.h"
#include "rooms/audit/report_html.h"

enum { SINGLE_FINDINGS = 1500, SINGLE_BOOKS = 200, PART_FINDINGS = 800, PART_BOOKS = 100, RULE_ROWS = 1000 };

struct corpus_site {
  const struct corpus *c;
  bool split;        /* parts are files of their own */
  char folder[512];  /* their folder as linked from the first page, "report.files"; "" when not split */
  char path[3800];   /* and as written to */
  const char *first; /* name of the first page, as linked from the others */
  int *part_of;      /* of each body: number of the part that shows it */
  int nparts;
};

/* A page being written. `inside`: it lies in the folder; `part`: of bodies, -1 none. */
struct corpus_page {
  const struct corpus_site *s;
  struct buf *out;
  bool inside;
  int part;
};

/* Opening tags of links; the caller writes the words and </a>. */
void link_first(const struct corpus_page *p, const char *anchor);
void link_body(const struct corpus_page *p, int body);
void link_file(const struct corpus_page *p, const struct corpus_file *f);
void link_finding(const struct corpus_page *p, const struct corpus_file *f, int64_t number);
void link_rule(const struct corpus_page *p, const char *rule);
void link_list(const struct corpus_page *p, enum book_kind kind, int year); /* the books of a kind and year */
void rule_file_name(char out[128], const char *rule, int page);             /* page from 1 */

void put_words(struct buf *out, const char *s); /* text made safe */
void put_body_name(struct buf *out, const struct corpus_body *b);
void put_counts_short(struct buf *out, const struct corpus_count *n);
void table_open(struct buf *out, const char *caption, const char *const *heads, int n);
void table_close(struct buf *out);

/* corpus_detail.c: a body with its books and their findings; the findings of a rule, `from`…; the books of a kind and year. Query the dataset. */
int put_body(const struct corpus_page *p, int body, struct err *e) MUST_CHECK;
int put_rule(const struct corpus_page *p, const struct corpus_rule *r, long from, long most, struct err *e) MUST_CHECK;
void put_list(const struct corpus_page *p, enum book_kind kind, int year);

/* corpus_trend.c: the amounts of a body by year: small drawings, and the table of the same figures. Nothing when it has none. */
void put_trends(const struct corpus_page *p, int body);
void put_changes(const struct corpus_page *p);

#endif
