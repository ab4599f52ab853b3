/* main.c: finds the command, parses its options, runs it, and turns what came of it into an exit code.
 * The only place that ends the program. */
#include "rooms.h"

#include "base/terminal.h"
#include "base/text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 64

static const char *lang_word, *color_word;
static bool help_word;

static const struct option common[] = {
    {"lang", 0, OPT_CHOICE, &lang_word, "LANG", "zh|en", "语言", "language"},
    {"color", 0, OPT_CHOICE, &color_word, "WHEN", "auto|always|never", "颜色（默认 auto：只在终端上，且没有 NO_COLOR）",
     "colour (default auto: on a terminal, without NO_COLOR)"},
    {"help", 'h', OPT_FLAG, &help_word, NULL, NULL, "显示帮助", "show help"},
};
enum { COMMON = (int)(sizeof common / sizeof *common) };

/* The command that the first one or two words name; *used is how many words. */
static const struct command *find(int argc, char **argv, int *used) {
  for (int words = argc < 2 ? argc : 2; words > 0; words--)
    for (int r = 0; r < rooms_count; r++)
      for (int i = 0; i < rooms[r]->ncommands; i++) {
        const struct command *c = &rooms[r]->commands[i];
        char name[64];
        int n = words == 2 ? snprintf(name, sizeof name, "%s %s", argv[0], argv[1]) : snprintf(name, sizeof name, "%s", argv[0]);
        if (n > 0 && (size_t)n < sizeof name && strcmp(name, c->name) == 0) {
          *used = words;
          return c;
        }
      }
  return NULL;
}

static int complain(const struct err *e) {
  fprintf(stderr, "heng: ");
  if (e->file[0]) fprintf(stderr, "%s:", e->file);
  if (e->line > 0) fprintf(stderr, "%d:", e->line);
  if (e->column > 0) fprintf(stderr, "%d:", e->column);
  fprintf(stderr, "%s%s\n", e->file[0] || e->line > 0 ? " " : "", e->text);
  return e->code == RC_USAGE ? EXIT_USAGE : EXIT_UNREADABLE;
}

static int parse(const struct option *own, int n, int argc, char **argv, struct err *e) {
  struct option all[OPTIONS_MAX];
  if (n > OPTIONS_MAX - COMMON) n = OPTIONS_MAX - COMMON;
  memcpy(all, common, sizeof common);
  if (n > 0) memcpy(all + COMMON, own, (size_t)n * sizeof *own);
  int left = options_parse(all, COMMON + n, argc, argv, e);
  if (lang_word) lang_set(strcmp(lang_word, "en") == 0 ? LANG_EN : LANG_ZH);
  if (color_word)
    terminal_colour_set(strcmp(color_word, "always") == 0 ? COLOUR_ALWAYS : strcmp(color_word, "never") == 0 ? COLOUR_NEVER : COLOUR_AUTO);
  return left;
}

static int run_command(const struct command *c, int argc, char **argv, struct err *e) {
  int n = 0;
  const struct option *own = c->options ? c->options(&n) : NULL;
  int left = parse(own, n, argc, argv, e);
  if (left < 0) return left;
  if (help_word) {
    help_command(c);
    return EXIT_CLEAN;
  }
  return c->run(left, argv, e);
}

static int run_help(int argc, char **argv, struct err *e) {
  bool man = false, completion = false;
  int used = 0;
  const struct option own[] = {{"man", 0, OPT_FLAG, &man, NULL, NULL, "", ""}, {"completion", 0, OPT_FLAG, &completion, NULL, NULL, "", ""}};
  int left = parse(own, 2, argc, argv, e);
  if (left < 0) return left;
  const struct command *c = find(left, argv, &used);
  if (man)
    help_man();
  else if (completion)
    help_completion();
  else if (c)
    help_command(c);
  else if (left > 0)
    return err_set(e, RC_USAGE, tr("没有命令 %s", "no command %s"), argv[0]);
  else
    help_overview();
  return EXIT_CLEAN;
}

/* --lang before the command. */
static void early_language(int *argc, char ***argv) {
  const char *from_environment = getenv("HENG_LANG");
  if (from_environment && strncmp(from_environment, "en", 2) == 0) lang_set(LANG_EN);
  while (*argc > 1 && strcmp((*argv)[0], "--lang") == 0) {
    lang_set(strcmp((*argv)[1], "en") == 0 ? LANG_EN : LANG_ZH);
    *argc -= 2, *argv += 2;
  }
}

static int dispatch(int argc, char **argv, struct err *e) {
  int used = 0;
  early_language(&argc, &argv);
  if (argc < 1) {
    help_overview();
    return EXIT_USAGE;
  }
  if (strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) return run_help(argc - 1, argv + 1, e);
  if (strcmp(argv[0], "version") == 0 || strcmp(argv[0], "--version") == 0) {
    printf("heng %s\n", HENG_VERSION);
    return EXIT_CLEAN;
  }
  const struct command *c = find(argc, argv, &used);
  if (!c) return err_set(e, RC_USAGE, tr("没有命令 %s；heng help 列出全部", "no command %s; see heng help"), argv[0]);
  return run_command(c, argc - used, argv + used, e);
}

int main(int argc, char **argv) {
  struct err e;
  err_clear(&e);
  signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error to report, not a death */
  int rc = dispatch(argc - 1, argv + 1, &e);
  if (rc < 0) rc = complain(&e);
  if (fflush(stdout) != 0 && rc == EXIT_CLEAN) rc = EXIT_UNREADABLE;
  return rc;
}
