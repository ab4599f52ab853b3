/* check.c: what is wrong in code lists (`heng codes check`), and the room's commands. */
#include "rooms/codes/internal.h"

#include <stdio.h>
#include <string.h>

static bool overlap(const struct code *a, const struct code *b) {
  int a_until = a->until ? a->until : 9999, b_until = b->until ? b->until : 9999;
  return a->since <= b_until && b->since <= a_until;
}

/* Every shorter code of the classification that must be there: 2170101 needs 21701, which needs 217. */
static size_t parent_length(enum code_list_id list, size_t n) {
  if (list == CODES_FUNCTIONAL || list == CODES_ECON_DEPARTMENT || list == CODES_ECON_GOVERNMENT || list == CODES_REVENUE) return n > 3 ? n - 2 : 0;
  if (list == CODES_PERF_INDICATOR) return n == 3 ? 1 : 0;
  return 0;
}

static bool digits_only(const char *s) {
  for (; *s; s++)
    if (*s < '0' || *s > '9') return false;
  return true;
}

int codes_problems(const struct code_lists *c, struct buf *out) {
  int found = 0;
  for (int k = 0; k < CODES_LISTS; k++) {
    const struct code_list *l = &c->list[k];
    for (size_t i = 0; i < l->entries.n; i++) {
      const struct entry *x = &l->entries.v[i];
      size_t n = strlen(x->code.code), up = parent_length((enum code_list_id)k, n);
      if (!digits_only(x->code.code))
        found++, buf_printf(out, tr("%s:%d: 代码 %s 不是数字\n", "%s:%d: code %s is not made of digits\n"), l->file, x->line, x->code.code);
      if (x->code.since && x->code.until && x->code.since > x->code.until)
        found++, buf_printf(out, tr("%s:%d: %s 的年度倒置\n", "%s:%d: the years of %s are the wrong way round\n"), l->file, x->line, x->code.code);
      for (size_t j = i + 1; j < l->entries.n && strcmp(l->entries.v[j].code.code, x->code.code) == 0; j++)
        if (overlap(&x->code, &l->entries.v[j].code))
          found++, buf_printf(out, tr("%s:%d: %s 与第 %d 行重复\n", "%s:%d: %s is there again at line %d\n"), l->file, l->entries.v[j].line,
                              x->code.code, x->line);
      if (up && !code_find(c, (enum code_list_id)k, (struct sv){x->code.code, up}, 0))
        found++, buf_printf(out, tr("%s:%d: %s 的上级 %.*s 不在表中\n", "%s:%d: %s has no parent %.*s\n"), l->file, x->line, x->code.code, (int)up,
                            x->code.code);
    }
  }
  return found;
}

static int load(struct code_lists **c, struct err *e) {
  char folder[4200];
  return codes_load(codes_data_path(folder, sizeof folder, "codes"), c, e);
}

static int print_list_line(const struct code_lists *c, int k) {
  const struct code_list *l = &c->list[k];
  printf(tr("%-26s %5zu 行", "%-26s %5zu rows"), code_list_files[k], l->entries.n);
  if (l->covers_from) printf(tr("  覆盖 %d–%d 年", "  covers %d–%d"), l->covers_from, l->covers_to);
  if (l->official_from) printf(tr("  正式 %d–%d 年", "  official %d–%d"), l->official_from, l->official_to);
  return printf("  %s\n", lang_get() == LANG_EN ? code_list_names_en[k] : code_list_names_zh[k]);
}

static int run_check(int argc, char **argv, struct err *e) {
  struct code_lists *c;
  int rc = argc > 0 ? codes_load(argv[0], &c, e) : load(&c, e);
  if (rc < 0) return rc;
  struct buf out;
  buf_init(&out, 16 << 20);
  int found = codes_problems(c, &out);
  for (int k = 0; k < CODES_LISTS; k++) print_list_line(c, k);
  if (out.n) fputs(out.p, stdout);
  printf(tr("%d 处问题\n", "%d problems\n"), found);
  buf_release(&out);
  codes_free(c);
  return found ? EXIT_FOUND : EXIT_CLEAN;
}

static void print_code(const struct code_list *l, int k, const struct entry *x) {
  char since[16] = "", until[16] = "";
  if (x->code.since) snprintf(since, sizeof since, "%d", x->code.since);
  if (x->code.until) snprintf(until, sizeof until, "%d", x->code.until);
  printf("%-9s %s", x->code.code, x->code.name);
  if (*since || *until) printf("  %s–%s", since, until);
  printf("  %s  %c%c  %s (%s:%d)\n", lang_get() == LANG_EN ? code_list_names_en[k] : code_list_names_zh[k], x->code.source, x->code.confidence,
         x->note, code_list_files[k], x->line);
  (void)l;
}

/* Shows the rows of a code, or of a name; and the codes directly below it. */
static int run_show(int argc, char **argv, struct err *e) {
  if (argc < 1) return err_set(e, RC_USAGE, "%s", tr("要写代码或名称", "a code or a name is wanted"));
  struct code_lists *c;
  int rc = load(&c, e), shown = 0;
  if (rc < 0) return rc;
  char folded[512];
  for (int a = 0; a < argc; a++) {
    text_fold_into(folded, sizeof folded, sv_from(argv[a]));
    for (int k = 0; k < CODES_LISTS; k++)
      for (size_t i = 0; i < c->list[k].entries.n; i++) {
        const struct entry *x = &c->list[k].entries.v[i];
        size_t n = strlen(argv[a]);
        bool below = strncmp(x->code.code, argv[a], n) == 0 && strlen(x->code.code) <= n + 2;
        if (below || strcmp(x->code.folded, folded) == 0) print_code(&c->list[k], k, x), shown++;
      }
  }
  codes_free(c);
  if (!shown) fprintf(stderr, "%s\n", tr("表中没有", "not in the lists"));
  return shown ? EXIT_CLEAN : EXIT_FOUND;
}

static const struct command commands[] = {
    {"codes check", "[FOLDER]", "检查科目表文件：重复、上级、年度", "check the code lists: repeated rows, parents, years",
     "检查 codes/ 里的各个科目表，或给出的文件夹。发现问题时返回 1。",
     "Checks the lists in codes/, or in the folder given. Returns 1 when something is wrong.", NULL, run_check},
    {"codes show", "CODE|NAME…", "显示科目代码及其下级", "show a code and those below it", NULL, NULL, NULL, run_show},
};

const struct room codes_room = {"codes", commands, (int)(sizeof commands / sizeof *commands)};
