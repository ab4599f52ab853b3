#include "rooms/book/internal.h"
const struct option *book_why_options(int *count) {
  *count = 0;
  return NULL;
}
int book_why_command(int argc, char **argv, struct err *e) {
  (void)argc, (void)argv;
  return err_set(e, RC_USAGE, "%s", "-");
}
