/* err.h: return codes and the text channel that goes with them.
 * A function that can fail returns 0 or a negative rc, and says why in the last argument, struct err *. Nothing exits outside main.c. */
#ifndef HENG_BASE_ERR_H
#define HENG_BASE_ERR_H

#include <stddef.h>

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum rc {
  RC_OK = 0,
  RC_NOMEM = -1,       /* allocation failed or an arena's cap was reached */
  RC_IO = -2,          /* the system refused: open, read, write, rename */
  RC_FORMAT = -3,      /* the input is not what it says it is, or is damaged beyond reading */
  RC_LIMIT = -4,       /* a cap of ours was reached: size, depth, count, time */
  RC_UNSUPPORTED = -5, /* a kind of input we do not read, with what to do in the text */
  RC_USAGE = -6,       /* the caller's words are wrong */
  RC_NOTFOUND = -7,
  RC_PASSWORD = -8,  /* needs a password to open */
  RC_BUSY = -9,      /* somebody else is at it: the same may go through later */
  RC_CONFLICT = -10, /* it is there already, or was changed meanwhile */
  RC_REFERENCE = -11 /* what it refers to is not there, or is still referred to */
};

/* What went wrong, for a person: text in the user's language, file and place when known (line and column from 1, 0 = unknown). */
struct err {
  enum rc code;
  int line, column;
  char file[512];
  char text[1024];
};

void err_clear(struct err *e);
/* Sets code and text and returns code, so that a failing function can `return err_set(e, RC_FORMAT, …)`. e may be NULL. */
int err_set(struct err *e, enum rc code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same with a place in a text file that a person can edit. */
int err_at(struct err *e, enum rc code, const char *file, int line, int column, const char *fmt, ...) PRINTF_LIKE(6, 7);

/* The language of messages: Chinese unless --lang en. tr() picks one of two literals. */
enum lang { LANG_ZH, LANG_EN };
void lang_set(enum lang l);
void lang_set_thread(int l); /* for this thread alone; -1: as the program */
enum lang lang_get(void);
const char *err_system(int number); /* what errno says, in the language of the messages */
const char *tr(const char *zh, const char *en) __attribute__((format_arg(1), format_arg(2)));

#endif
