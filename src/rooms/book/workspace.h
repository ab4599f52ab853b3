/* workspace.h: one year's budget of a department as entered: a folder of CSV files, texts and datapackage.json (财政数据包), loaded and checked.
 * profiles/workspace.txt lists the files and their fields. Every problem has file, line and column. */
#ifndef HENG_BOOK_WORKSPACE_H
#define HENG_BOOK_WORKSPACE_H
#include "base/money.h"
#include "rooms/codes/codes.h"

/* 资金来源 as local ids, the order of the columns of 收入总表 (domain: 11 一般公共预算 … 39 其他收入); masks are 1u << id. */
/* clang-format off */
enum ws_source { SOURCE_GP, SOURCE_FUND, SOURCE_SOE, SOURCE_SPECIAL, SOURCE_BUSINESS, SOURCE_OPERATING, SOURCE_SUPERIOR, SOURCE_SUBORDINATE, SOURCE_OTHER, SOURCES };
/* clang-format on */
enum { SOURCES_GRANT = 7u /* 财政拨款: gp, fund, soe */, SOURCES_UNIT = 0x1f0u /* 单位资金 */, SOURCES_ALL = 0x1ffu };
/* 支出种类: P 人员经费, U 公用经费, J 项目支出, B 事业单位经营支出, S 上缴上级支出, A 对附属单位补助支出 */
enum ws_kind { KIND_P, KIND_U, KIND_J, KIND_B, KIND_S, KIND_A, KINDS };
enum { KINDS_BASIC = 3u, KINDS_ALL = 0x3fu };
enum ws_origin { ORIGIN_YEAR /* 本年 */, ORIGIN_CARRY /* 上年结转结余 */, ORIGIN_BALANCE /* 使用非财政拨款结余 */, ORIGINS };
enum ws_nature { NATURE_ADMIN /* 行政 */, NATURE_AS_CIVIL /* 参公 */, NATURE_PUBLIC_1 /* 公益一类 */, NATURE_PUBLIC_2 /* 公益二类 */, NATURE_OTHER };

struct ws_place { /* where a record was entered; file: index in workspace.files */
  int16_t file;
  int32_t line; /* from 1, the line of the file where the record begins */
};

/* Texts are views into the workspace's memory; numbers are indexes of its lists, -1 none. Money is 分. */
struct ws_unit {
  struct sv code, name, listed; /* listed: as 第一部分 names it */
  int parent, level;            /* parent: index; level 0 the department */
  enum ws_nature nature;
  struct ws_place place;
};
struct ws_code { /* functional or economic class used by the lines, all levels */
  struct sv code, name;
  int parent, level; /* 1 类, 2 款, 3 项 */
  struct ws_place place;
};
struct ws_line { /* budget-lines.csv (支出预算), and prior-lines.csv (以前年度) */
  int64_t amount;
  int32_t unit, func, econ, project; /* prior lines may have unit -1 (not known), econ of level 1, project -1 */
  int16_t year, version;             /* version: index in workspace.versions, -1 for prior lines */
  uint8_t kind, source, origin;
  struct ws_place place;
  struct sv project_name, category; /* prior lines of projects no longer in projects.csv */
};
struct ws_income { /* income.csv; carry-over.csv (年终结转结余, year = the year at whose end); ceilings.csv (控制数, with kind P, U or J) */
  int64_t amount;
  int32_t unit, func; /* func: 项, of accounts (决算); -1 none */
  int16_t year, version;
  uint8_t source, origin, kind;
  struct ws_place place;
};
struct ws_project {
  struct sv code, name, category /* 22, 31 … */, category_name, class_name /* 特定目标类 … */, attribute, start, end, owner, phone, address, zip;
  int unit, order_overall /* 表11 */, order_forms /* 表12 */;
  int64_t total; /* 项目总预算 */
  struct ws_place place;
};
struct ws_detail { /* 支出明细测算 */
  int project, econ;
  struct sv activity, content, basis, note, version;
  int64_t amount;
  struct ws_place place;
};
struct ws_purchase {
  int unit, project /* -1: of the public expenses */, econ;
  struct sv item, quantity, kind /* 货物, 工程, 服务 */, how /* 采购组织形式 */, supplier, reserved, version;
  bool procurement /* 政府采购 */, service /* 政府购买服务 */, in_project_table;
  int64_t amount;
  struct ws_place place;
};
struct ws_goal {
  struct sv id, owner /* unit or project code */, name, description, version;
  bool long_term;
  int number, project /* -1: of the whole department */;
  struct ws_place place;
};
struct ws_indicator {
  int goal, seq;
  struct sv level1, level2, level3, op, value, unit, before_last, last /* 前年, 上年 */, basis, weight, version;
  struct ws_place place;
};
struct ws_cause {                   /* 增减原因 */
  struct sv subject, text, version; /* subject: functional code, or a name of the narrative's patterns: 总计, 三公 … */
  struct ws_place place;
  int unit; /* -1, or the department: of the whole */
};
struct ws_asset {
  struct sv as_of, item, kind, quantity, unit;
  int of; /* whose: index of a unit; -1 not said */
  int64_t amount;
  bool has_amount;
  struct ws_place place;
};
struct ws_text { /* texts/NAME.md as sections: heading ("" before the first) and paragraphs, in order */
  struct sv name, heading, paragraph;
  struct ws_place place;
};

enum ws_severity { WS_HINT, WS_WARNING, WS_ERROR };
struct ws_problem {
  enum ws_severity severity;
  const char *id; /* "W-CODE", "W-CEILING" …: profiles/workspace.txt lists them */
  int16_t file;
  int32_t line, column; /* column: of the field, from 1, as Excel counts; 0: the whole line */
  const char *text;     /* what is wrong and what to do, in the user's language */
};

struct workspace {
  struct arena arena;
  const char *folder;
  VEC(const char *) files;                   /* paths relative to the folder */
  const char *name, *title, *profile, *unit; /* of datapackage.json; profile: "wuhan"; unit: the one that this is narrowed to (unit.h), NULL none */
  int year;
  VEC(struct sv) versions;          /* 一上 … 二下批复, 调整1 …, 决算, in the order of the year */
  int version;                      /* the one that is derived: the last that is there, or the one asked for */
  int department;                   /* index of the department in units */
  VEC(struct ws_unit) units;        /* in code order, children after their parent */
  VEC(struct ws_code) funcs, econs; /* both in code order */
  VEC(struct ws_line) lines /* all versions */, priors;
  VEC(struct ws_income) incomes, carries, ceilings;
  VEC(struct ws_project) projects;
  VEC(struct ws_detail) details;
  VEC(struct ws_purchase) purchases;
  VEC(struct ws_goal) goals;
  VEC(struct ws_indicator) indicators;
  VEC(struct ws_cause) causes;
  VEC(struct ws_asset) assets;
  VEC(struct ws_text) texts;
  VEC(struct ws_place) others;     /* records of other units, left out then; sorted */
  bool sifted;                     /* indicators of other versions were left out */
  struct ws_results *results;      /* results.h: 自评, 监控; NULL: nothing entered */
  VEC(struct ws_problem) problems; /* by file, line, column */
  int errors;                      /* of severity error among them */
  struct ws_accounts *accounts;    /* accounts.h: when the derived version is 决算; NULL: a budget */
};

/* Loads and checks. Problems of content are in ->problems and do not fail the call; a folder that is no workspace, a file that cannot be read, a
 * cap reached, do. `codes` may be NULL: names and codes are then not compared with the official lists. version NULL: the latest. */
int workspace_load(const char *folder, const char *version, const struct code_lists *codes, struct workspace **out, struct err *e) MUST_CHECK;
void workspace_free(struct workspace *w);
const struct ws_text *workspace_text(const struct workspace *w, const char *name, const char *heading, int *n); /* the first of n paragraphs, NULL */

#endif
