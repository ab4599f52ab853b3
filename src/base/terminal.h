/* terminal.h: what the place where output goes can show: colour, and how many columns. */
#ifndef HENG_BASE_TERMINAL_H
#define HENG_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Set once by main(), before any thread: --color. */
enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
void terminal_colour_set(enum colour_when when);
/* Automatic: on a terminal, unless NO_COLOR is set to something or TERM is "dumb". */
bool terminal_colour(FILE *f);
/* Columns of the terminal, between 40 and 400 ($COLUMNS, else what the system says, else 80); 0 when f is no terminal: lines are not broken. */
int terminal_width(FILE *f);

#endif
