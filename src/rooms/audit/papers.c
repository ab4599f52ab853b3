/* papers.c: check sheets, coverage and notices of a batch: books are added one by one, everything is written when the last was read. */
#include "rooms/audit/papers.h"

#include "rooms/audit/notice.h"

#include <stdlib.h>

enum { PATH_BYTES = 4200 };

struct papers {
  struct paper_options o;
  int today, deadline;
  struct roster *roster;
  struct coverage *coverage;
  struct sheets *sheets;
  struct notices *notices;
};

static int read_day(const char *option, const char *text, int *day, struct err *e) {
  if (!text || day_parse(sv_from(text), day) == RC_OK) return RC_OK;
  return err_set(e, RC_USAGE, tr("%s 不是日期（写成 2024-02-05）：%s", "%s is no date (write 2024-02-05): %s"), option, text);
}

static int read_days(struct papers *p, struct err *e) {
  int64_t epoch = day_source_epoch();
  p->today = epoch >= 0 ? (int)(epoch / 86400) : DAY_NONE;
  p->deadline = DAY_NONE;
  if (p->o.deadline && !p->o.notice) return err_set(e, RC_USAGE, "%s", tr("--deadline 要和 --notice 一起用", "--deadline goes with --notice"));
  int rc = read_day("--date", p->o.date, &p->today, e);
  return rc == RC_OK ? read_day("--deadline", p->o.deadline, &p->deadline, e) : rc;
}

static int open_all(struct papers *p, struct err *e) {
  char path[PATH_BYTES], words[PATH_BYTES];
  const struct paper_options *o = &p->o;
  int rc = read_days(p, e);
  if (rc == RC_OK && o->sheet) rc = sheets_check_name(o->sheet, e);
  if (rc == RC_OK && o->roster) rc = roster_read(o->roster, &p->roster, e);
  if (rc == RC_OK && o->roster) rc = coverage_new(&p->coverage, p->roster, p->today, e);
  auditor_data_path(path, sizeof path, o->data, "profiles/checksheet.txt");
  if (rc == RC_OK && o->sheet) rc = sheets_new(&p->sheets, path, p->roster, p->today, e);
  auditor_data_path(words, sizeof words, o->data, "profiles/notice.txt");
  if (rc == RC_OK && o->notice) rc = notices_new(&p->notices, words, path, p->roster, p->today, p->deadline, e);
  return rc;
}

int papers_open(struct papers **out, const struct paper_options *o, struct err *e) {
  *out = NULL;
  if (!o->roster && !o->sheet && !o->notice && !o->deadline && !o->date) return RC_OK;
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
  rc = p->sheets ? sheets_add(p->sheets, a, x, e) : RC_OK;
  return rc == RC_OK && p->notices ? notices_add(p->notices, a, x, e) : rc;
}

int papers_write(const struct papers *p, struct err *e) {
  int written = 0, rc = p->sheets ? sheets_write(p->sheets, p->coverage, p->o.sheet, e) : RC_OK;
  if (rc == RC_OK && p->notices) rc = notices_write(p->notices, p->o.notice, &written, e);
  if (rc == RC_OK && p->notices && written == 0)
    fprintf(stderr, "heng: %s\n", tr("没有需要整改的问题，没有写通知书", "nothing to rectify: no notice was written"));
  return rc;
}

const struct coverage *papers_coverage(const struct papers *p) {
  return p ? p->coverage : NULL;
}

void papers_free(struct papers *p) {
  if (!p) return;
  sheets_free(p->sheets);
  notices_free(p->notices);
  coverage_free(p->coverage);
  roster_free(p->roster);
  free(p);
}
