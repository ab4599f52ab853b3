/* fuzz_against.c: an earlier report from strangers, laid against the audit of a small book. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

static const char book[] =
    "样本局2023年部门预算\n\n部门支出总表\n\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t3.00\t2.00\t2.00\n"
    "217\t金融支出\t3.00\t2.00\t1.00\n21701\t金融部门行政支出\t3.00\t2.00\t1.00\n2170101\t行政运行\t2.50\t2.00\t1.00\n";
static struct auditor *auditor;
static struct document *document;
static struct book **books;
static int nbooks;
static struct check_result *result;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  struct err e;
  (void)argc, (void)argv;
  if (auditor_new(NULL, &auditor, &e) < 0 || document_read_memory("b.txt", book, sizeof book - 1, NULL, &document, &e) < 0) abort();
  struct recognise_options o = {.profiles = auditor->profiles, .codes = auditor->codes};
  const struct document *const documents[] = {document};
  if (book_recognise(documents, 1, &o, &books, &nbooks, &e) < 0 || rule_check(auditor->rules, books[0], &result, &e) < 0) abort();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct old_report *r = NULL;
  struct amendment *m = NULL;
  struct err e;
  if (old_report_parse("old.json", data, size, &r, &e) < 0) return 0;
  if (amendment_make(r, auditor, books[0], result, &m, &e) == RC_OK) {
    struct audit x = {.books = books, .results = &result, .nbooks = nbooks, .amendments = &m};
    struct view v = view_of(auditor, &x, 0);
    struct buf out;
    struct buf line;
    struct lines l = {.out = &out};
    buf_init(&out, 1 << 22);
    buf_init(&line, 1 << 20);
    report_text_against(&l, &line, &v);
    buf_release(&out);
    buf_release(&line);
  }
  amendment_free(m);
  old_report_free(r);
  return 0;
}
