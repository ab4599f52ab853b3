/* audit.h: document → book → findings → reports; batches; the store. */
#ifndef HENG_ROOMS_AUDIT_H
#define HENG_ROOMS_AUDIT_H

#include "rooms/budget/budget.h"
#include "rule/rule.h"

/* Everything loaded once and read by all workers: rules, profiles, codes. */
struct auditor;
struct grafts;
struct others;
struct amendment;
struct old_report;
int auditor_new(const char *data_folder, struct auditor **out,
                struct err *e) MUST_CHECK; /* NULL: $HENG_DATA, then beside the program, then the installed place */
void auditor_free(struct auditor *a);
const struct rule_head *auditor_rule(const struct auditor *a, int rule); /* of a finding's `rule` */

/* One input (a file, or several read as one book) after the audit. */
struct audit {
  const char *path;
  int rc; /* negative: could not be read; see error */
  struct err error;
  struct document **documents;
  int ndocuments;
  struct book **books;
  struct check_result **results; /* one a book */
  int nbooks;
  struct grafts *grafts;         /* one a book: what other books were laid beside it; NULL: none was given */
  struct amendment **amendments; /* one a book: against an earlier report; NULL: none was given */
  struct accepted *accepted;     /* findings a reviewer accepted; NULL: none */
  double cpu_seconds;
};
struct accept_list; /* a file of accepted findings */
/* What is asked of an audit besides its files; all zero: nothing. Read by all workers. */
struct audit_request {
  const char *profile;              /* name; NULL: chosen from the text */
  const struct others *others;      /* books to compare with (two.h); NULL none */
  const struct old_report *against; /* an earlier report (against.h); NULL none */
  const struct accept_list *accept; /* accepted findings; NULL: none */
  bool accept_alone;                /* it is about this input only: an entry that covers nothing is told with it */
  bool accept_beside;               /* look for FILE.heng-accept beside each file */
  bool ocr;                         /* scanned pages by character recognition */
};
int audit_files(const struct auditor *a, const char *const *paths, int n, const struct audit_request *q, struct audit *out); /* out->rc */
void audit_release(struct audit *x);

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_SARIF, REPORT_HTML, REPORT_XLSX };
int report_write(enum report_format format, const struct audit *audits, int n, const struct auditor *a, double seconds, const char *path,
                 struct err *e) MUST_CHECK;
/* A copy of one of its PDFs with the cells highlighted, FOLDER/NAME.audit.pdf; `shared`: other inputs have that name, so that a piece of the
 * content's hash is added. The folder must be there. */
int report_annotate(const struct audit *x, const struct auditor *a, int document, const char *folder, bool shared, struct err *e) MUST_CHECK;
/* Appends documents, facts and findings to a dataset, keyed by content hash. */
int store_append(const char *path, const struct audit *audits, int n, const struct auditor *a, struct err *e) MUST_CHECK;

extern const struct room audit_room;

#endif
