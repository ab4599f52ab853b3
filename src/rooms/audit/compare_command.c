/* compare_command.c: `heng compare OLD NEW`. */
#include "rooms/audit/compare.h"

#include <stdlib.h>
#include <string.h>

static struct { const char *format, *out, *profile, *data; } words = {.format = "text"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|json|html|xlsx", "报告的格式（默认 text）", "form of the report (default text)"},
    {"output", 'o', OPT_TEXT, &words.out, "OUT", NULL, "写到文件（默认标准输出；xlsx 必须给出）",
     "write to a file (default standard output; needed for xlsx)"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市样式读（默认按文字选）",
     "read with this profile (default: chosen from the text)"},
    {"data", 0, OPT_TEXT, &words.data, "DIR", NULL, "规则、样式、编码所在的文件夹", "folder of rules, profiles and codes"},
};

const struct option *compare_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

/* One file read. */
struct side {
  struct document *document;
  struct book **books;
  int n;
};

static int side_read(const struct auditor *a, const char *path, struct side *s, struct err *e) {
  struct recognise_options o = {.profile = words.profile, .profiles = a->profiles, .codes = a->codes};
  struct err why = {0};
  int rc = document_read(path, &document_limits_default, &s->document, &why);
  if (rc < 0) return err_set(e, (enum rc)rc, tr("%.300s 读不了：%.500s", "%.300s cannot be read: %.500s"), path, why.text);
  const struct document *const documents[] = {s->document};
  return book_recognise(documents, 1, &o, &s->books, &s->n, e);
}

static void side_release(struct side *s) {
  for (int i = 0; i < s->n; i++) book_free(s->books[i]);
  free(s->books);
  document_free(s->document);
}

static const struct book *first_book(const struct side *s) {
  for (int i = 0; i < s->n; i++)
    if (s->books[i]->tables.n > 0) return s->books[i];
  return NULL;
}

/* The book of the other file that is the same body's and kind; else its first. */
static const struct book *partner(const struct side *s, const struct book *b) {
  for (int i = 0; i < s->n; i++)
    if (s->books[i]->tables.n > 0 && s->books[i]->kind == b->kind && body_same(s->books[i]->body, b->body)) return s->books[i];
  return first_book(s);
}

static int compare_sides(const struct side side[2], char **paths, struct err *e) {
  struct comparison c;
  const struct book *new = first_book(&side[1]), *old = new ? partner(&side[0], new) : NULL;
  if (!new || !old)
    return err_set(e, RC_FORMAT, tr("%.400s 里没有认出预决算表，不能比较", "no budget tables were recognised in %.400s: it cannot be compared"),
                   new ? paths[0] : paths[1]);
  int rc = comparison_make(old, new, &c, e);
  if (rc < 0) return rc;
  int found = c.list.n > 0 ? EXIT_FOUND : EXIT_CLEAN;
  rc = comparison_report(&c, words.format, words.out, e);
  comparison_release(&c);
  return rc < 0 ? rc : found;
}

int compare_command(int argc, char **argv, struct err *e) {
  struct auditor *a = NULL;
  struct side side[2] = {{0}};
  if (argc != 2) return err_set(e, RC_USAGE, "%s", tr("要写两个文件：旧的和新的", "two files are wanted: the old and the new"));
  int rc = auditor_load(words.data, NULL, &a, e);
  if (rc == RC_OK && words.profile && !auditor_has_profile(a, words.profile))
    rc = err_set(e, RC_USAGE, tr("没有名为 %s 的城市样式（heng profile list 列出全部）", "there is no profile named %s (see heng profile list)"),
                 words.profile);
  for (int i = 0; i < 2 && rc == RC_OK; i++) rc = side_read(a, argv[i], &side[i], e);
  if (rc == RC_OK) rc = compare_sides(side, argv, e);
  for (int i = 0; i < 2; i++) side_release(&side[i]);
  auditor_free(a);
  return rc;
}
