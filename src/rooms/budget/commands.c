/* commands.c: `heng profile list|show|check|draft`. */
#include "rooms/budget/internal.h"

#include <stdlib.h>
#include <string.h>

static const char *draft_profile;

static int load(struct profiles **p, struct err *e) {
  char folder[4200];
  return profiles_load(codes_data_path(folder, sizeof folder, "profiles"), p, e);
}

static int run_list(int argc, char **argv, struct err *e) {
  struct profiles *p;
  (void)argc, (void)argv;
  int rc = load(&p, e);
  if (rc < 0) return rc;
  for (size_t i = 0; i < p->all.n; i++) {
    const struct vocabulary *v = p->all.v[i];
    printf("%-12s %s", v->name, v->zh ? v->zh : "");
    for (size_t c = 0; c < v->cues.n; c++) printf("%s%s", c ? " | " : "  ", v->cues.v[c]);
    putchar('\n');
  }
  profiles_free(p);
  return EXIT_CLEAN;
}

static void show_kind(const struct kind *k) {
  printf("%-22s %s\n", k->name, k->zh);
  for (size_t c = 0; c < k->columns.n; c++) printf("%s%s", c ? " " : "    ", k->columns.v[c].measure);
  if (k->columns.n) putchar('\n');
}

static int run_show(int argc, char **argv, struct err *e) {
  if (argc < 1) return err_set(e, RC_USAGE, "%s", tr("要写样式的名字", "the name of a profile is wanted"));
  struct profiles *p;
  int rc = load(&p, e);
  if (rc < 0) return rc;
  const struct vocabulary *v = profile_find(p, argv[0]);
  if (!v) {
    profiles_free(p);
    return err_set(e, RC_NOTFOUND, tr("没有名为 %s 的城市样式", "there is no profile named %s"), argv[0]);
  }
  printf("%s  %s\n", v->name, v->zh ? v->zh : "");
  for (size_t i = 0; i < v->requirements.n; i++) {
    printf(tr("必有的表（%s）：", "required (%s):"), book_kind_names[v->requirements.v[i].book]);
    for (size_t k = 0; k < v->requirements.v[i].kinds.n; k++) printf(" %s", v->requirements.v[i].kinds.v[k]);
    putchar('\n');
  }
  for (size_t i = 0; i < v->kinds.n; i++) show_kind(&v->kinds.v[i]);
  profiles_free(p);
  return EXIT_CLEAN;
}

static int run_check(int argc, char **argv, struct err *e) {
  struct profiles *p;
  int rc = argc > 0 ? profiles_load(argv[0], &p, e) : load(&p, e);
  if (rc < 0) return rc;
  printf(tr("%zu 个城市样式，没有问题\n", "%zu profiles, nothing wrong\n"), p->all.n);
  profiles_free(p);
  return EXIT_CLEAN;
}

static const struct option draft_options[] = {
    {"profile", 0, OPT_TEXT, &draft_profile, "NAME", NULL, "用这个样式读（默认按文字选）", "read with this profile (default: chosen from the text)"}};

static const struct option *draft_option_table(int *count) {
  *count = (int)(sizeof draft_options / sizeof *draft_options);
  return draft_options;
}

static int draft_one(const char *path, const struct recognise_options *o, struct document **d, struct book ***books, int *n, struct err *e) {
  int rc = document_read(path, &document_limits_default, d, e);
  const struct document *one = rc == RC_OK ? *d : NULL;
  return rc == RC_OK ? book_recognise(&one, 1, o, books, n, e) : rc;
}

static int run_draft(int argc, char **argv, struct err *e) {
  if (argc < 1) return err_set(e, RC_USAGE, "%s", tr("要写文件", "files are wanted"));
  struct profiles *p;
  int rc = load(&p, e), n = 0;
  if (rc < 0) return rc;
  struct recognise_options o = {.profile = draft_profile, .profiles = p};
  struct document **documents = calloc((size_t)argc, sizeof *documents);
  struct book **all = calloc((size_t)argc, sizeof *all);
  struct buf out;
  buf_init(&out, 16 << 20);
  if (!documents || !all) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; i < argc && rc == RC_OK; i++) {
    struct book **books = NULL;
    int k = 0;
    rc = draft_one(argv[i], &o, &documents[i], &books, &k, e);
    for (int b = 0; b < k; b++) {
      if (b == 0)
        all[n++] = books[b];
      else
        book_free(books[b]);
    }
    free(books);
  }
  if (rc == RC_OK) rc = profile_draft((const struct book *const *)all, n, &out, e);
  if (rc == RC_OK && out.n) fputs(out.p, stdout);
  buf_release(&out);
  for (int i = 0; i < n; i++) book_free(all[i]);
  for (int i = 0; documents && i < argc; i++) document_free(documents[i]);
  free(all);
  free(documents);
  profiles_free(p);
  return rc < 0 ? rc : EXIT_CLEAN;
}

static const struct command commands[] = {
    {"profile list", "", "列出城市样式", "list the profiles of cities", NULL, NULL, NULL, run_list},
    {"profile show", "NAME", "显示一个样式：必有的表、认得的表和列", "show a profile: required tables, kinds and their columns", NULL, NULL, NULL,
     run_show},
    {"profile check", "[FOLDER]", "检查样式文件", "check the files of profiles",
     "读入 profiles/（或给出的文件夹）里的全部样式；有错时报出文件、行、列。",
     "Reads every profile in profiles/ or the folder given; says file, line and column of what is wrong.", NULL, run_check},
    {"profile draft", "BOOK…", "从几本书写出新城市样式的初稿", "write a first profile of a new city from its books",
     "读入的书里认出的表写成必有的表；没有认出的表、列、行写成注释，供人补上。",
     "Tables recognised become the required ones; tables, columns and rows that were not are listed in comments.", draft_option_table, run_draft},
};

const struct room budget_room = {"budget", commands, (int)(sizeof commands / sizeof *commands)};
