/* corpus.c: all documents in sight at once: bodies by year, rules by how often. */
#include "rooms/desk/internal.h"

#include <string.h>

enum { BARS_MOST = 24 };

static int bodies_part(struct web_call *c, struct buf *out, struct err *e) {
  static const struct ui_column columns[] = {{"body", "单位", "Body", 0},
                                             {"year", "年度", "Year", UI_NUMBER},
                                             {"n", "文件", "Documents", UI_NUMBER},
                                             {"errors", "错误", "Errors", UI_NUMBER},
                                             {"warnings", "警告", "Warnings", UI_NUMBER},
                                             {"open", "未处理", "Open", UI_NUMBER}};
  struct ui_table t = {.caption = tr("按单位和年度", "By body and year"), .path = "/audit/corpus", .columns = columns, .ncolumns = 6, .total = -1};
  struct db_statement *s;
  ui_table_begin(out, &t);
  int n = 0, rc = DB_ROWS(web_db(c), corpus_bodies, &s, e, db_int(web_user(c)->tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (!web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 0)))) continue;
    ui_row(out, &t, ++n);
    ui_cell(out, &t, db_col_text(s, 1));
    for (int i = 2; i <= 6; i++) ui_cell_int(out, &t, db_col_int(s, i));
  }
  ui_table_end(out, &t);
  return rc;
}

struct rule_count {
  const char *rule;
  int64_t errors, others;
};

static int rules_part(struct web_call *c, struct buf *out, struct err *e) {
  enum { RULES_MOST = 600 };
  struct rule_count *all = ARENA_ARRAY(web_arena(c), struct rule_count, RULES_MOST);
  struct db_statement *s;
  int n = 0, rc = all ? DB_ROWS(web_db(c), corpus_rules, &s, e, db_int(web_user(c)->tenant)) : RC_NOMEM;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (!web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 0)))) continue;
    struct sv rule = db_col_text(s, 1);
    if (n == 0 || !sv_is(rule, all[n - 1].rule)) {
      if (n >= RULES_MOST) continue;
      all[n++] = (struct rule_count){kept_text(c, rule), 0, 0};
    }
    if (sv_is(db_col_text(s, 2), "error"))
      all[n - 1].errors += db_col_int(s, 3);
    else
      all[n - 1].others += db_col_int(s, 3);
  }
  if (rc < 0) return rc;
  for (int i = 1; i < n; i++) /* most first; a few hundred at most */
    for (int k = i; k > 0 && all[k].errors + all[k].others > all[k - 1].errors + all[k - 1].others; k--) {
      struct rule_count x = all[k];
      all[k] = all[k - 1];
      all[k - 1] = x;
    }
  if (n > BARS_MOST) n = BARS_MOST;
  const char *labels[BARS_MOST], *const series[] = {tr("错误", "errors"), tr("警告和提示", "warnings and notes")};
  int64_t values[2 * BARS_MOST];
  for (int i = 0; i < n; i++) {
    labels[i] = all[i].rule;
    values[i] = all[i].errors * 100;
    values[n + i] = all[i].others * 100;
  }
  if (n > 0)
    ui_chart(out, &(struct ui_chart){.kind = "stack",
                                     .title = tr("最常见的问题，按规则", "The most frequent findings, by rule"),
                                     .unit = tr("处", "findings"),
                                     .labels = labels,
                                     .nlabels = n,
                                     .series = series,
                                     .nseries = 2,
                                     .values = values});
  return RC_OK;
}

int corpus_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  const struct ui_link crumbs[] = {{"/audit", tr("审核", "Audit"), NULL, false}};
  struct ui_page p = {.title = tr("总览", "Overview"), .crumbs = crumbs, .ncrumbs = 1, .wide = true};
  people_page(c, &p);
  int rc = rules_part(c, out, e);
  if (rc >= 0) rc = bodies_part(c, out, e);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}
