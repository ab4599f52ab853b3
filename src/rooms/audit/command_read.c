/* command_read.c: `heng read`: the document as recovered, or with --facts the book's observations; and `heng rules …`. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

static struct {
  const char *format, *out, *profile, *rules;
  bool facts, claims, ocr;
} words = {.format = "text"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|json|csv|xlsx", "格式（默认 text）", "form (default text)"},
    {"output", 'o', OPT_TEXT, &words.out, "OUT", NULL, "写到文件（默认标准输出；xlsx 必须给出）",
     "write to a file (default standard output; needed for xlsx)"},
    {"facts", 0, OPT_FLAG, &words.facts, NULL, NULL, "显示认出的数据", "show the observations"},
    {"claims", 0, OPT_FLAG, &words.claims, NULL, NULL, "显示情况说明里的句子说了什么数", "show what the sentences of the narrative say"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市样式读", "read with this profile"},
    {"ocr", 0, OPT_FLAG, &words.ocr, NULL, NULL, "扫描页用 tesseract 识别（每页几秒）", "read scanned pages with tesseract (seconds a page)"},
};

const struct option *read_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static int print_facts(const struct document *d, struct buf *out, struct err *e) {
  struct profiles *profiles = NULL;
  struct code_lists *codes = NULL;
  struct book **books = NULL;
  char path[4200];
  int n = 0, rc = codes_load(codes_data_path(path, sizeof path, "codes"), &codes, e);
  if (rc == RC_OK) rc = profiles_load(codes_data_path(path, sizeof path, "profiles"), &profiles, e);
  struct recognise_options o = {.profile = words.profile, .profiles = profiles, .codes = codes};
  if (rc == RC_OK) rc = book_recognise(&d, 1, &o, &books, &n, e);
  bool json = strcmp(words.format, "json") == 0;
  struct claim_grammar *grammar = NULL;
  if (rc == RC_OK && words.claims) rc = auditor_claims(NULL, &grammar, e);
  for (int i = 0; i < n && rc == RC_OK && words.claims; i++) rc = claims_read(grammar, codes, books[i], e);
  if (rc == RC_OK && json) buf_puts(out, "[\n"); /* a file may hold several books */
  for (int i = 0; i < n && rc == RC_OK; i++) {
    if (json && i > 0) buf_puts(out, ",\n");
    rc = words.claims ? claims_print(books[i], out) : book_print_facts(books[i], json, out);
  }
  if (rc == RC_OK && json) buf_puts(out, "]\n");
  for (int i = 0; i < n; i++) book_free(books[i]);
  free(books);
  claim_grammar_free(grammar);
  profiles_free(profiles);
  codes_free(codes);
  return rc;
}

static int print_document(const struct document *d, struct buf *out, struct err *e) {
  if (words.facts || words.claims) return print_facts(d, out, e);
  if (strcmp(words.format, "json") == 0) return document_print_json(d, out);
  if (strcmp(words.format, "csv") == 0) return document_print_csv(d, out);
  return document_print_text(d, out);
}

static int read_out(const struct document *d, struct err *e) {
  struct buf out;
  if (strcmp(words.format, "xlsx") == 0) {
    if (words.facts || words.claims || !words.out)
      return err_set(e, RC_USAGE, "%s", tr("xlsx 要用 -o 写到文件，且不能与 --facts 同用", "xlsx needs -o FILE, and not --facts"));
    return document_write_xlsx(d, words.out, e);
  }
  if ((words.facts || words.claims) && strcmp(words.format, "csv") == 0)
    return err_set(e, RC_USAGE, "%s", tr("--facts 只有 text 和 json", "--facts has text and json only"));
  buf_init(&out, REPORT_BYTES_MAX);
  int rc = print_document(d, &out, e);
  if (rc == RC_OK && out.rc < 0) rc = out.rc;
  if (rc < 0 && !e->text[0]) err_set(e, (enum rc)rc, "%s", tr("文件太大，写不下", "the output is too large"));
  if (rc == RC_OK) rc = file_replace(words.out ? words.out : "-", out.p ? out.p : "", out.n, e);
  buf_release(&out);
  return rc;
}

int read_command(int argc, char **argv, struct err *e) {
  struct document *d = NULL;
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("要写一个文件", "one file is wanted"));
  struct document_limits limits = document_limits_default;
  limits.ocr = words.ocr;
  int rc = words.ocr ? document_ocr_ready(e) : RC_OK;
  if (rc == RC_OK) rc = document_read(argv[0], &limits, &d, e);
  if (rc < 0) return rc;
  for (int i = 0; i < d->nwarnings; i++) fprintf(stderr, "heng: %s: %s\n", argv[0], d->warnings[i]);
  rc = read_out(d, e);
  document_free(d);
  return rc < 0 ? rc : EXIT_CLEAN;
}

static const struct option rule_options[] = {{"rules", 0, OPT_TEXT, &words.rules, "DIR", NULL, "规则所在的文件夹或文件", "folder or file of rules"}};

const struct option *rules_options(int *count) {
  *count = 1;
  return rule_options;
}

static int rules_load(struct rule_set **s, struct err *e) {
  char path[4200];
  int rc = rule_set_new(s, e);
  if (rc < 0) return rc;
  rc = rule_set_load(*s, words.rules ? words.rules : codes_data_path(path, sizeof path, "rules"), e);
  if (rc < 0) rule_set_free(*s);
  return rc;
}

static const char *title_of(const struct rule_head *h) {
  const char *title = lang_get() == LANG_EN && h->title_en ? h->title_en : h->title_zh ? h->title_zh : h->title_en;
  return title ? title : "";
}

int rules_list_command(int argc, char **argv, struct err *e) {
  struct rule_set *s;
  (void)argc, (void)argv;
  int rc = rules_load(&s, e);
  if (rc < 0) return rc;
  for (int i = 0; i < rule_count(s); i++) {
    const struct rule_head *h = rule_get(s, i);
    printf("%-20s %-8s %-10s %s\n", h->id, severity_names[h->severity], h->scope ? h->scope : "", title_of(h));
  }
  rule_set_free(s);
  return EXIT_CLEAN;
}

int rules_show_command(int argc, char **argv, struct err *e) {
  struct rule_set *s;
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("要写规则的编号", "the id of a rule is wanted"));
  int rc = rules_load(&s, e);
  if (rc < 0) return rc;
  rc = RC_NOTFOUND;
  for (int i = 0; i < rule_count(s); i++) {
    const struct rule_head *h = rule_get(s, i);
    if (strcmp(h->id, argv[0]) != 0) continue;
    struct sv source = rule_source(s, i);
    printf("# %s:%d  %s\n%.*s\n", h->file ? h->file : "", h->line, title_of(h), SV_ARG(source));
    rc = EXIT_CLEAN;
  }
  rule_set_free(s);
  return rc == RC_NOTFOUND ? err_set(e, RC_USAGE, tr("没有规则 %s", "there is no rule %s"), argv[0]) : rc;
}

int rules_check_command(int argc, char **argv, struct err *e) {
  struct rule_set *s;
  int rc = argc > 0 ? rule_set_new(&s, e) : rules_load(&s, e);
  if (rc < 0) return rc;
  for (int i = 0; i < argc && rc == RC_OK; i++) rc = rule_set_load(s, argv[i], e);
  if (rc == RC_OK) printf(tr("%d 条规则，没有问题\n", "%d rules, nothing wrong\n"), rule_count(s));
  rule_set_free(s);
  return rc < 0 ? rc : EXIT_CLEAN;
}
