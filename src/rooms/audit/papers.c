/* papers.c: check sheets, coverage and notices of a batch: books are added one by one, everything is written when the last was read. */
#include "rooms/audit/papers.h"

#include "rooms/audit/sheet.h"

#include <stdlib.h>

enum { PATH_BYTES = 4200 };

struct papers {
  struct paper_options o;
  int today;
  struct roster *roster;
  struct coverage *coverage;
  struct sheets *sheets;
};

static int open_all(struct papers *p, struct err *e) {
  char path[PATH_BYTES];
  const struct paper_options *o = &p->o;
  int64_t epoch = day_source_epoch();
  p->today = epoch >= 0 ? (int)(epoch / 86400) : DAY_NONE;
  int rc = o->sheet ? sheets_check_name(o->sheet, e) : RC_OK;
  if (rc == RC_OK && o->roster) rc = roster_read(o->roster, &p->roster, e);
  if (rc == RC_OK && o->roster) rc = coverage_new(&p->coverage, p->roster, p->today, e);
  auditor_data_path(path, sizeof path, o->data, "profiles/checksheet.txt");
  if (rc == RC_OK && o->sheet) rc = sheets_new(&p->sheets, path, p->roster, p->today, e);
  return rc;
}

int papers_open(struct papers **out, const struct paper_options *o, struct err *e) {
  *out = NULL;
  if (!o->roster && !o->sheet) return RC_OK;
  struct papers *p = calloc(1, sizeof *p);
  if (!p) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  p->o = *o;
  int rc = open_all(p, e);
  if (rc < 0)
    papers_free(p);
  else
    *out = p;
  return rc;
}

int papers_add(struct papers *p, const struct auditor *a, const struct audit *x, struct err *e) {
  int rc = p->coverage ? coverage_add(p->coverage, x) : RC_OK;
  if (rc < 0) return err_set(e, (enum rc)rc, "%s", tr("核对名册时内存不足", "out of memory while going through the roster"));
  return p->sheets ? sheets_add(p->sheets, a, x, e) : RC_OK;
}

int papers_write(const struct papers *p, struct err *e) {
  return p->sheets ? sheets_write(p->sheets, p->coverage, p->o.sheet, e) : RC_OK;
}

const struct coverage *papers_coverage(const struct papers *p) {
  return p ? p->coverage : NULL;
}

void papers_free(struct papers *p) {
  if (!p) return;
  sheets_free(p->sheets);
  coverage_free(p->coverage);
  roster_free(p->roster);
  free(p);
}
