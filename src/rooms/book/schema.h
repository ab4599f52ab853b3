/* schema.h: profiles/workspace.txt: the files of a workspace and their fields. Read by loading, `new`, `template`, `import`. */
#ifndef HENG_BOOK_SCHEMA_H
#define HENG_BOOK_SCHEMA_H

#include "base/text.h"

enum ws_type { TYPE_CODE, TYPE_TEXT, TYPE_YUAN, TYPE_YEAR, TYPE_INT, TYPE_DATE, TYPE_CHOICE, TYPE_FLAG };
struct ws_field {
  const char *name, *zh, *en, *example, *note; /* texts may be NULL but for name, zh, en */
  enum ws_type type;
  bool need, key;
  bool optional_column; /* the file may lack it */
  int ref;              /* entity it is a key of, -1 */
  const char *choices;  /* "a/b/c", NULL */
};
struct ws_entity {
  const char *name, *file, *zh, *en, *what;
  bool need;
  bool secret; /* not published */
  const struct ws_field *fields;
  int nfields;
  const char *const *rows; /* lines that a new workspace begins with */
  int nrows;
};
struct ws_stage { /* a version of the year's budget */
  const char *name, *zh, *en;
  bool numbered;      /* 调整1, 调整2 … */
  bool later;         /* not what a budget book is made of: 执行, 决算 */
  const char *layout; /* "final": it has layouts of its own, CITY-final.layout; NULL none */
};
struct ws_plan { /* a text that a new workspace has */
  const char *name, *heading /* NULL: before the first */, *zh, *en;
};
struct ws_schema;
int ws_schema_load(const char *path, struct ws_schema **out, struct err *e) MUST_CHECK;
void ws_schema_free(struct ws_schema *s);
int ws_schema_count(const struct ws_schema *s);
const struct ws_entity *ws_schema_entity(const struct ws_schema *s, int index);
int ws_schema_find(const struct ws_schema *s, const char *entity); /* -1 */
/* Where a version stands in the year, in order; -1: no such version. *stage may be NULL. */
int ws_schema_version(const struct ws_schema *s, struct sv name, const struct ws_stage **stage);
const struct ws_stage *ws_schema_stages(const struct ws_schema *s, int *n);
const struct ws_plan *ws_schema_plans(const struct ws_schema *s, int *n);
int ws_entity_field(const struct ws_entity *t, const char *field); /* -1 */

#endif
