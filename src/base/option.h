/* option.h: commands and their options as tables: parsing, --help, the man page and the shell completion all come from them. */
#ifndef HENG_BASE_OPTION_H
#define HENG_BASE_OPTION_H

#include "base/err.h"

#include <stdbool.h>

enum option_type {
  OPT_FLAG /* bool */,
  OPT_TEXT /* const char * */,
  OPT_INT /* int */,
  OPT_CHOICE /* const char *, one of choices */,
  OPT_LIST /* struct option_list */
};

/* Every following word up to the next option, as in --book A B C. v is malloc'ed (the words are argv's): free it when done. */
struct option_list {
  char **v;
  int n;
};

struct option {
  const char *name; /* without the dashes */
  char letter;      /* short form, or 0 */
  enum option_type type;
  void *value;          /* where the value goes, by type */
  const char *argument; /* name of the argument in help: "FILE" */
  const char *choices;  /* "text|json|csv" for OPT_CHOICE */
  const char *help_zh, *help_en;
};

struct command {
  const char *name;                            /* "audit" or "rules list" */
  const char *usage;                           /* "FILE|DIR… [options]" */
  const char *summary_zh, *summary_en;         /* one line */
  const char *detail_zh, *detail_en;           /* paragraphs for --help and the man page; may be NULL */
  const struct option *(*options)(int *count); /* may be NULL; the common ones (--lang, --help, --color) are added */
  int (*run)(int argc, char **argv,
             struct err *e); /* argc/argv: the words left after options. Returns an exit code 0…3, or a negative rc with e set */
};

/* A room's commands, listed in src/rooms.c. */
struct room {
  const char *name;
  const struct command *commands;
  int ncommands;
};

/* Parses argv[0…argc) in place: options are taken out wherever they stand, "--" ends them. Returns the words left or RC_USAGE. */
int options_parse(const struct option *options, int n, int argc, char **argv, struct err *e) MUST_CHECK;

/* The exit codes of DESIGN: 0 nothing of severity error, 1 an error found, 2 wrong usage, 3 an input could not be read. */
enum exit_code { EXIT_CLEAN = 0, EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_UNREADABLE = 3 };

#endif
