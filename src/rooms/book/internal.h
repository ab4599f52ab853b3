/* internal.h: what the files of this room share and nobody else sees. */
#ifndef HENG_BOOK_INTERNAL_H
#define HENG_BOOK_INTERNAL_H

#include "base/option.h"
#include "rooms/book/paper.h"

int book_overview(int argc, char **argv, struct err *e);

const struct option *book_check_options(int *count);
int book_check(int argc, char **argv, struct err *e);
const struct option *book_ask_options(int *count);
int book_ask_command(int argc, char **argv, struct err *e);
const struct option *book_evaluate_options(int *count);
int book_evaluate_command(int argc, char **argv, struct err *e);
const struct option *book_monitor_options(int *count);
int book_monitor_command(int argc, char **argv, struct err *e);
const struct option *book_import_options(int *count);
int book_import(int argc, char **argv, struct err *e);
const struct option *book_merge_options(int *count);
int book_merge(int argc, char **argv, struct err *e);
const struct option *book_new_options(int *count);
int book_new_command(int argc, char **argv, struct err *e);
const struct option *book_print_options(int *count);
int book_print_command(int argc, char **argv, struct err *e);
const struct option *book_publish_options(int *count);
int book_publish(int argc, char **argv, struct err *e);
const struct option *book_show_options(int *count);
int book_show_command(int argc, char **argv, struct err *e);
const struct option *book_template_options(int *count);
int book_template(int argc, char **argv, struct err *e);
const struct option *book_text_options(int *count);
int book_text_command(int argc, char **argv, struct err *e);
const struct option *book_versions_options(int *count);
int book_versions(int argc, char **argv, struct err *e);
const struct option *book_watch_options(int *count);
int book_watch(int argc, char **argv, struct err *e);
const struct option *book_why_options(int *count);
int book_why_command(int argc, char **argv, struct err *e);

#endif
