/* commands.c: the table of `heng book …`. One file command_NAME.c a command; their functions are declared in internal.h. */
#include "rooms/book/book.h"
#include "rooms/book/internal.h"

static const struct command commands[] = {
    {"book", "COMMAND", "部门预算：一次录入，整本书由此得出", "department budgets: enter each fact once, and the whole book follows", NULL, NULL,
     NULL, book_overview},
};
const struct room book_room = {"book", commands, (int)(sizeof commands / sizeof *commands)};

int book_overview(int argc, char **argv, struct err *e) {
  (void)argc, (void)argv;
  return err_set(e, RC_USAGE, "%s",
                 tr("请写明子命令，例如 heng book check 文件夹。heng help 列出全部命令。",
                    "name a command, such as heng book check FOLDER; heng help lists all"));
}
