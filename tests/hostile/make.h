/* make.h: between the files that make hostile documents only. Each maker writes one file in the current folder.
 * They return 0, or -1 when the machine refuses: a test that cannot be made is a failure, never a pass. */
#ifndef HENG_TESTS_HOSTILE_MAKE_H
#define HENG_TESTS_HOSTILE_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What the program has to do with a file. */
enum expect {
  REFUSED, /* exit code 3, and a message that names the file */
  EITHER,  /* read as far as it goes, or refused: both are right, as long as it ends in time */
  READ,    /* exit code 0 (or 1 for an audit): strange, but nothing is wrong with it */
  FOLDER   /* a folder under a file's name: not read as a file */
};

struct hostile {
  const char *name;
  enum expect expect;
  int (*make)(const char *name);
};

/* Each list ends with a NULL name. */
extern const struct hostile hostile_pdf[], hostile_office[], hostile_text[];

#endif
