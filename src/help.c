/* help.c: the overview, --help, the man page and the bash completion, all from the table of commands. */
#include "rooms.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 30 }; /* where the words about an option begin */

static const char *pick(const char *zh, const char *en) {
  const char *s = lang_get() == LANG_EN && en ? en : zh ? zh : en;
  return s ? s : "";
}

static void padded(const char *s, int width) {
  fputs(s, stdout);
  for (int w = text_width(sv_from(s)); w < width; w++) putchar(' ');
}

void help_overview(void) {
  printf("heng %s  %s\n\n%s\n", HENG_VERSION, tr("衡：公共预决算的审核", "Heng: audit of public budgets and accounts"), tr("命令：", "commands:"));
  for (int r = 0; r < rooms_count; r++)
    for (int i = 0; i < rooms[r]->ncommands; i++) {
      const struct command *c = &rooms[r]->commands[i];
      printf("  ");
      padded(c->name, 16);
      printf(" %s\n", pick(c->summary_zh, c->summary_en));
    }
  printf("  %-16s %s\n  %-16s %s\n\n%s\n", "version", tr("显示版本", "show the version"), "help",
         tr("显示帮助；help 命令 显示一个命令的帮助", "show help; help COMMAND for one command"),
         tr("每个命令都有 --help。--lang en 用英文（或环境变量 HENG_LANG=en）。",
            "Every command has --help. --lang zh speaks Chinese (or HENG_LANG=zh)."));
}

static void option_line(const struct option *o) {
  char head[256];
  const char *argument = o->choices ? o->choices : o->argument ? o->argument : "";
  int n = o->letter ? snprintf(head, sizeof head, "-%c, ", o->letter) : snprintf(head, sizeof head, "    ");
  snprintf(head + n, sizeof head - (size_t)n, "--%s%s%s", o->name, argument[0] ? " " : "", argument);
  printf("  ");
  padded(head, HELP_COLUMN);
  if (text_width(sv_from(head)) > HELP_COLUMN) printf("\n%*s", HELP_COLUMN + 2, "");
  printf(" %s\n", pick(o->help_zh, o->help_en));
}

void help_command(const struct command *c) {
  int n = 0;
  const struct option *o = c->options ? c->options(&n) : NULL;
  printf("%sheng %s%s%s%s\n\n%s\n", tr("用法：", "usage: "), c->name, c->usage[0] ? " " : "", c->usage, n ? tr(" [选项]", " [options]") : "",
         pick(c->summary_zh, c->summary_en));
  if (c->detail_zh || c->detail_en) printf("\n%s\n", pick(c->detail_zh, c->detail_en));
  printf("\n%s\n", tr("选项：", "options:"));
  for (int i = 0; i < n; i++) option_line(&o[i]);
  printf("      --lang zh|en               %s\n      --color auto|always|never  %s\n  -h, --help                     %s\n", tr("语言", "language"),
         tr("颜色（默认 auto：只在终端上，且没有 NO_COLOR）", "colour (default auto: on a terminal, without NO_COLOR)"),
         tr("显示这一页", "show this page"));
}

/* Text for roff: backslashes and leading dots are escaped. */
static void roff(const char *s) {
  bool start = true;
  for (; *s; s++) {
    if (start && (*s == '.' || *s == '\'')) fputs("\\&", stdout);
    if (*s == '\\')
      fputs("\\e", stdout);
    else if (*s == '-')
      fputs("\\-", stdout);
    else if (*s == '\n')
      fputs("\n.br\n", stdout);
    else
      putchar(*s);
    start = *s == '\n';
  }
}

void help_man(void) {
  /* Lines are not stretched: Chinese has no blanks to stretch. */
  printf(".TH HENG 1 \"\" \"heng %s\"\n.ad l\n.SH NAME\nheng \\- ", HENG_VERSION);
  roff(tr("审核公开的预决算", "audit published budget books"));
  printf("\n.SH SYNOPSIS\n.B heng\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH %s\n", tr("命令", "COMMANDS"));
  for (int r = 0; r < rooms_count; r++)
    for (int i = 0; i < rooms[r]->ncommands; i++) {
      const struct command *c = &rooms[r]->commands[i];
      int n = 0;
      const struct option *o = c->options ? c->options(&n) : NULL;
      printf(".SS \"heng %s %s\"\n", c->name, c->usage);
      roff(pick(c->summary_zh, c->summary_en));
      printf("\n");
      if (c->detail_zh || c->detail_en) printf(".PP\n"), roff(pick(c->detail_zh, c->detail_en)), printf("\n");
      for (int k = 0; k < n; k++) {
        printf(".TP\n\\fB\\-\\-%s\\fR \\fI%s\\fR\n", o[k].name, o[k].choices ? o[k].choices : o[k].argument ? o[k].argument : "");
        roff(pick(o[k].help_zh, o[k].help_en));
        printf("\n");
      }
    }
  printf(".SH %s\n", tr("退出码", "EXIT STATUS"));
  roff(tr("0 没有错误；1 至少有一处错误；2 用法不对；3 有文件读不了。",
          "0 nothing of severity error; 1 at least one error; 2 wrong usage; 3 an input could not be read."));
  printf("\n.SH %s\n.TP\nHENG_LANG\nzh, en\n.TP\nHENG_DATA\n", tr("环境变量", "ENVIRONMENT"));
  roff(tr("规则、样式、编码所在的文件夹。", "folder of rules, profiles and codes."));
  printf("\n");
}

static void completion_words(const struct command *c) {
  int n = 0;
  const struct option *o = c->options ? c->options(&n) : NULL;
  for (int i = 0; i < n; i++) printf(" --%s", o[i].name);
}

static void completion_choices(void) {
  for (int r = 0; r < rooms_count; r++)
    for (int i = 0; i < rooms[r]->ncommands; i++) {
      const struct command *c = &rooms[r]->commands[i];
      int n = 0;
      const struct option *o = c->options ? c->options(&n) : NULL;
      for (int k = 0; k < n; k++) {
        if (!o[k].choices) continue;
        printf("    '%s --%s') words='", c->name, o[k].name);
        for (const char *p = o[k].choices; *p; p++) putchar(*p == '|' ? ' ' : *p);
        printf("' ;;\n");
      }
    }
}

void help_completion(void) {
  printf("# bash completion for heng\n_heng() {\n  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} "
         "command=${COMP_WORDS[1]} words=\n  case \"$command\" in\n");
  for (int r = 0; r < rooms_count; r++)
    for (int i = 0; i < rooms[r]->ncommands; i++) {
      const char *name = rooms[r]->commands[i].name, *blank = strchr(name, ' ');
      int first = blank ? (int)(blank - name) : 0;
      bool told = i > 0 && blank && strncmp(rooms[r]->commands[i - 1].name, name, (size_t)first + 1) == 0;
      if (blank && !told) printf("    %.*s) command=\"$command ${COMP_WORDS[2]}\" ;;\n", first, name);
    }
  printf("  esac\n  case \"$command $previous\" in\n");
  completion_choices();
  printf("    *'--lang') words='zh en' ;;\n    *'--color') words='auto always never' ;;\n  esac\n  if [ -z \"$words\" ]; then case "
         "\"$COMP_CWORD:$command\" in\n    1:*) words='version help");
  for (int r = 0; r < rooms_count; r++)
    for (int i = 0; i < rooms[r]->ncommands; i++) {
      const char *name = rooms[r]->commands[i].name, *blank = strchr(name, ' ');
      int first = blank ? (int)(blank - name) : (int)strlen(name);
      if (i == 0 || !blank || strncmp(rooms[r]->commands[i - 1].name, name, (size_t)first + 1) != 0) printf(" %.*s", first, name);
    }
  printf("' ;;\n");
  for (int r = 0; r < rooms_count; r++)
    for (int i = 0; i < rooms[r]->ncommands; i++) {
      const struct command *c = &rooms[r]->commands[i];
      const char *blank = strchr(c->name, ' ');
      if (blank) printf("    2:'%.*s '*) words=\"$words %s\" ;;&\n", (int)(blank - c->name), c->name, blank + 1);
      printf("    *:'%s') [[ $current == -* ]] && words='--lang --color --help", c->name);
      completion_words(c);
      printf("' ;;\n");
    }
  printf("  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -o default -F _heng heng\n");
}
