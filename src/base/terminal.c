/* terminal.c: colour and width of the terminal, if it is one. The choice of --color is set once by main() and only read afterwards. */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 40, WIDEST = 400, USUAL = 80 };

static enum colour_when colour = COLOUR_AUTO;

void terminal_colour_set(enum colour_when when) {
  colour = when;
}

bool terminal_colour(FILE *f) {
  const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
  if (colour != COLOUR_AUTO) return colour == COLOUR_ALWAYS;
  return !(no && no[0]) && !(term && strcmp(term, "dumb") == 0) && isatty(fileno(f));
}

int terminal_width(FILE *f) {
  struct winsize size = {0};
  const char *columns = getenv("COLUMNS");
  if (!isatty(fileno(f))) return 0;
  long width = columns ? strtol(columns, NULL, 10) : 0;
  if (width <= 0 && ioctl(fileno(f), TIOCGWINSZ, &size) == 0) width = size.ws_col;
  if (width <= 0) width = USUAL;
  return (int)(width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width);
}
