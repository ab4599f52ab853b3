/* commands.c: the table of `heng book …`. One file command_NAME.c a command; their functions are declared in internal.h. */
#include "rooms/book/book.h"
#include "rooms/book/internal.h"

#include <string.h>

static const struct command commands[] = {
    {"book", "COMMAND", "部门预算：一次录入，整本书由此得出", "department budgets: enter each fact once, and the whole book follows", NULL, NULL,
     NULL, book_overview},
    {"book check", "FOLDER [options]", "检查工作区：每个问题的文件、行、列和改法",
     "checks a workspace: every problem with file, line, column and remedy", NULL, NULL, book_check_options, book_check},
    {"book ask", "FOLDER", "还缺什么：要说明原因的增减（附金额）、没有的文字", "what is missing: changes without a cause, texts", NULL, NULL,
     book_ask_options, book_ask_command},
    {"book evaluate", "FOLDER [TABLE] [-o FILE]", "绩效自评表：部门整体和每个项目，按完成值和执行数计分；-o 写成 .pdf .docx .xlsx .json",
     "self-evaluation: the department and each project, scored by what was reached and spent; -o FILE: .pdf .docx .xlsx .json", NULL, NULL,
     book_evaluate_options, book_evaluate_command},
    {"book monitor", "FOLDER [TABLE] [-o FILE]", "绩效运行监控表：1—7月执行情况、偏差原因、完成目标可能性；-o 写成 .pdf .docx .xlsx .json",
     "monitoring in the middle of the year: what was spent and reached, obstacles, whether targets will be met; -o FILE: .pdf .docx .xlsx .json",
     NULL, NULL, book_monitor_options, book_monitor_command},
    {"book import", "FOLDER FILE.xlsx", "填好的工作簿、区平台导出的表读回工作区：先预览，--apply 才写入，要么全写要么不写",
     "a filled-in workbook or a platform's export back into the workspace: shown first, written with --apply, all or nothing", NULL, NULL,
     book_import_options, book_import},
    {"book merge", "OUT UNITFOLDER…", "把各单位的工作区汇总成部门的：编码合一，重复和矛盾逐处指出",
     "merges the workspaces of units into the department's: codes united, conflicts told", NULL, NULL, book_merge_options, book_merge},
    {"book new", "FOLDER", "新建一个空的工作区：各文件的表头、各段文字的标题", "makes an empty workspace: heads of all files, headings of all texts",
     NULL, NULL, book_new_options, book_new_command},
    {"book print", "FOLDER -o FILE", "整本预算书写成一个文件：.pdf .docx .xlsx .html .json",
     "the whole book as one file: .pdf .docx .xlsx .html .json", NULL, NULL, book_print_options, book_print_command},
    {"book publish", "FOLDER -o OUT", "公开：网页、PDF、Word、Excel、CSV 和数据一次生成，审核无错才放上去，要么全有要么全无",
     "publishes: page, PDF, Word, Excel, CSV and data in one run, only when the audit finds no error, all or nothing", NULL, NULL,
     book_publish_options, book_publish},
    {"book show", "FOLDER [TABLE]", "看由工作区得出的一张表；不写表就列出全部", "a table derived from the workspace; without TABLE, the list", NULL,
     NULL, book_show_options, book_show_command},
    {"book template", "[FOLDER] -o FILE", "填报用的 Excel 工作簿：下拉列表、说明、锁定的公式；写文件夹就带上已有数据",
     "a workbook for entering: lists to choose from, notes, locked formulas; with FOLDER, its data", NULL, NULL, book_template_options,
     book_template},
    {"book text", "FOLDER", "由工作区写成的文字：第一、三、四部分", "the sentences derived from the workspace: parts 1, 3 and 4", NULL, NULL,
     book_text_options, book_text_command},
    {"book versions", "FOLDER [A B]", "一年里的各版预算：合计，任两版的差别，控制数",
     "the versions of a year's budget: totals, differences of any two, ceilings", NULL, NULL, book_versions_options, book_versions},
    {"book watch", "FOLDER [--port N] [--open]", "边改边看：每次保存都重新生成和检查，浏览器里的预览自己更新（只在本机）",
     "a live preview: every save is derived and checked anew, and the page in the browser follows (this computer only)", NULL, NULL,
     book_watch_options, book_watch},
    {"book why", "FOLDER TABLE ROW [COLUMN]", "一格的数由哪些行得出：文件、行号、金额", "which lines make an amount: file, line, amount", NULL, NULL,
     book_why_options, book_why_command},
};
const struct room book_room = {"book", commands, (int)(sizeof commands / sizeof *commands)};

int book_overview(int argc, char **argv, struct err *e) {
  char names[400];
  size_t at = 0;
  for (int i = 0; i < book_room.ncommands && at + 40 < sizeof names; i++) {
    const char *name = strchr(book_room.commands[i].name, ' ');
    if (name) at += (size_t)snprintf(names + at, sizeof names - at, "%.30s", name);
  }
  if (argc > 0 && argv[0][0] != '-') return err_set(e, RC_USAGE, tr("没有子命令 %s；有：%s", "there is no command %s; there are:%s"), argv[0], names);
  return err_set(e, RC_USAGE, tr("请写明子命令，例如 heng book check 文件夹；有：%s", "name a command, such as heng book check FOLDER; there are:%s"),
                 names);
}
