/* rooms.h: the rooms of this program, for the command table. */
#ifndef HENG_ROOMS_H
#define HENG_ROOMS_H

#include "base/option.h"

extern const struct room *const rooms[];
extern const int rooms_count;

/* help.c: everything said about commands comes from their tables. `c` NULL: the overview. */
void help_overview(void);
void help_command(const struct command *c);
void help_man(void);        /* a man page in roff */
void help_completion(void); /* a completion for bash */

#endif
