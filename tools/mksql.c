/* mksql.c: a room's sql/NAME.sql into NAME_sql.h and NAME_sql.c, and the lint of the portable subset: docs/database.md.
 * mksql NAME out.h out.c in.sql…   makes both files.   mksql --lint in.sql…   only looks. Exit code 1: a line breaks the rules, said as file:line. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 400, TEXT = 16384, LINE = 2048, WORD = 128 };

struct entry {
  char name[WORD], params[LINE];
  const char *file;
  int line, number; /* number: of a migration; 0 a query */
  char sql[TEXT], pg[TEXT];
  bool has_params;
};
static struct entry *entries[MOST];
static int nentries, errors;

static void complain(const char *file, int line, const char *what, const char *word) {
  fprintf(stderr, "%s:%d: %s%s%s\n", file, line, what, *word ? ": " : "", word);
  errors++;
}

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

/* ---- reading ---- */
static struct entry *entry_new(const char *file, int line) {
  struct entry *x = nentries < MOST ? calloc(1, sizeof *x) : NULL;
  if (!x) {
    complain(file, line, "too many queries", "");
    return NULL;
  }
  x->file = file;
  x->line = line;
  return entries[nentries++] = x;
}

/* After "-- name:": an identifier; what follows is for the reader. */
static void read_name(struct entry *x, const char *s) {
  size_t n = 0;
  while (*s == ' ') s++;
  while (is_word(s[n]) && n < sizeof x->name - 1) n++;
  memcpy(x->name, s, n);
  if (n == 0 || isdigit((unsigned char)s[0])) complain(x->file, x->line, "not a C identifier", s);
}

static void read_migration(struct entry *x, const char *s) {
  char *end;
  x->number = (int)strtol(s, &end, 10);
  while (*end == ' ') end++;
  snprintf(x->name, sizeof x->name, "%s", end);
  if (x->number < 1 || !x->name[0]) complain(x->file, x->line, "-- migration: NUMBER NAME", "");
}

static void append(struct entry *x, char *text, const char *line) {
  size_t n = strlen(text), more = strlen(line);
  if (n + more + 2 > TEXT) {
    complain(x->file, x->line, "too long", x->name);
    return;
  }
  memcpy(text + n, line, more);
  memcpy(text + n + more, "\n", 2);
}

static void read_file(const char *file) {
  FILE *f = fopen(file, "r");
  char line[LINE];
  struct entry *x = NULL;
  bool pg = false;
  if (!f) {
    complain(file, 0, "cannot be read", "");
    return;
  }
  for (int at = 1; fgets(line, sizeof line, f); at++) {
    size_t n = strlen(line);
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r' || line[n - 1] == ' ')) line[--n] = 0;
    if (strncmp(line, "-- name:", 8) == 0) {
      if (!(x = entry_new(file, at))) break;
      read_name(x, line + 8);
      pg = false;
    } else if (strncmp(line, "-- migration:", 13) == 0) {
      if (!(x = entry_new(file, at))) break;
      read_migration(x, line + 13);
      pg = false;
    } else if (strncmp(line, "-- params:", 10) == 0 && x) {
      snprintf(x->params, sizeof x->params, "%s", line + 10);
      x->has_params = true;
    } else if (strcmp(line, "-- pg:") == 0 && x) {
      pg = true;
    } else if (strncmp(line, "--", 2) == 0 || n == 0) {
      continue;
    } else if (x) {
      append(x, pg ? x->pg : x->sql, line);
    } else {
      complain(file, at, "SQL before the first -- name:", "");
    }
  }
  fclose(f);
}

/* ---- the subset ---- */
/* Words and texts in upper case, quoted texts left out. */
static void fold(const char *sql, char *out, size_t size) {
  size_t n = 0;
  bool quoted = false;
  for (const char *p = sql; *p && n + 1 < size; p++) {
    if (*p == '\'') quoted = !quoted;
    out[n++] = quoted ? ' ' : (char)toupper((unsigned char)*p);
  }
  out[n] = 0;
}

static const char *find_word(const char *folded, const char *word) {
  for (const char *p = folded; (p = strstr(p, word)); p++)
    if ((p == folded || !is_word(p[-1])) && !is_word(p[strlen(word)])) return p;
  return NULL;
}

static void lint(const struct entry *x, const char *sql, bool only_pg) {
  static const char *const banned[] = {
      "AUTOINCREMENT", "SERIAL",  "ROWID",    "BOOLEAN",      "REAL",       "FLOAT",     "DOUBLE",  "NUMERIC",
      "BLOB",          "BYTEA",   "OFFSET",   "ILIKE",        "LIKE",       "COLLATE",   "REPLACE", "MERGE",
      "RECURSIVE",     "TRIGGER", "GROUPING", "TEMP",         "TEMPORARY",  "PRAGMA",    "NOW",     "CURRENT_TIMESTAMP",
      "CURRENT_DATE",  "RANDOM",  "DATETIME", "STRFTIME",     "JSON_EACH",  "LISTEN",    "NOTIFY",  "GLOB",
      "MATCH",         "VACUUM",  "TRUNCATE", "GROUP_CONCAT", "STRING_AGG", "CONSTRAINT"};
  char folded[TEXT];
  fold(sql, folded, sizeof folded);
  for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
    if (find_word(folded, banned[i])) complain(x->file, x->line, "not in the portable subset", banned[i]);
  if (!only_pg && (find_word(folded, "SKIP") || find_word(folded, "::"))) complain(x->file, x->line, "only in -- pg:", "");
  const char *sum = find_word(folded, "SUM");
  if (sum && !strstr(folded, "CAST")) complain(x->file, x->line, "sum() wants CAST(sum(…) AS BIGINT)", "");
  if (x->number) {
    for (const char *p = folded; (p = strstr(p, "CREATE TABLE")); p += 12) {
      const char *key = strstr(p, "PRIMARY KEY (TENANT"), *next = strstr(p + 12, "CREATE TABLE");
      if (!key || (next && key > next)) complain(x->file, x->line, "a primary key begins with tenant", "");
    }
    for (const char *p = folded; (p = strstr(p, "UNIQUE (")); p += 8)
      if (strncmp(p, "UNIQUE (TENANT", 14) != 0) complain(x->file, x->line, "a unique key begins with tenant", "");
  } else if (!find_word(folded, "TENANT")) {
    complain(x->file, x->line, "does not name the tenant", x->name);
  }
}

static int highest_parameter(const char *sql) {
  int most = 0;
  for (const char *p = sql; (p = strchr(p, '$')); p++) {
    int n = (int)strtol(p + 1, NULL, 10);
    if (n > most) most = n;
  }
  return most;
}

static int named_parameters(const struct entry *x) {
  const char *p = x->params;
  int n = 0;
  while (*p == ' ') p++;
  if (!*p) return 0;
  for (n = 1; *p; p++)
    if (*p == ',') n++;
  return n;
}

static void check(const struct entry *x) {
  lint(x, x->sql, false);
  if (x->pg[0]) lint(x, x->pg, true);
  if (!x->sql[0]) complain(x->file, x->line, "no SQL", x->name);
  if (x->number) return;
  /* a note behind ':' may hold commas: names count only up to the highest $n at least */
  int most = highest_parameter(x->sql), most_pg = highest_parameter(x->pg), named = named_parameters(x);
  if (x->pg[0] && most_pg != most) complain(x->file, x->line, "the two texts have not the same parameters", x->name);
  if (named < most || (most == 0 && named > 0)) complain(x->file, x->line, "parameters without a name in -- params:", x->name);
}

/* ---- writing ---- */
static void text(FILE *f, const char *s) {
  fputs("\n  \"", f);
  for (; *s; s++) {
    if (*s == '\n')
      fputs(s[1] ? "\\n\"\n  \"" : "", f);
    else if (*s == '"' || *s == '\\')
      fprintf(f, "\\%c", *s);
    else
      fputc(*s, f);
  }
  fputc('"', f);
}

static bool write_header(const char *name, const char *path) {
  FILE *f = fopen(path, "w");
  if (!f) return false;
  fprintf(f, "/* %s_sql.h: made by mksql. */\n#ifndef HENG_%s_SQL_H\n#define HENG_%s_SQL_H\n#include \"db/migrate.h\"\n", name, name, name);
  for (int i = 0; i < nentries; i++)
    if (!entries[i]->number)
      fprintf(f, "extern const struct db_query %s;\nenum { %s_parameters = %d };\n", entries[i]->name, entries[i]->name,
              highest_parameter(entries[i]->sql));
  int queries = 0;
  for (int i = 0; i < nentries; i++) queries += !entries[i]->number;
  fprintf(f, "extern const struct db_query *const %s_queries[];\nextern const struct db_migration %s_migrations[];\n", name, name);
  fprintf(f, "enum { %s_queries_count = %d, %s_migrations_count = %d };\n#endif\n", name, queries, name, nentries - queries);
  return fclose(f) == 0;
}

static bool write_source(const char *name, const char *path) {
  FILE *f = fopen(path, "w");
  if (!f) return false;
  fprintf(f, "/* %s_sql.c: made by mksql. */\n#include \"%s_sql.h\"\n", name, name);
  for (int i = 0; i < nentries; i++) {
    const struct entry *x = entries[i];
    if (x->number) continue;
    fprintf(f, "const struct db_query %s = {\"%s\",", x->name, x->name);
    text(f, x->sql);
    if (x->pg[0]) {
      fputc(',', f);
      text(f, x->pg);
    } else {
      fputs(", 0", f);
    }
    fprintf(f, ", %d};\n", highest_parameter(x->sql));
  }
  fprintf(f, "const struct db_query *const %s_queries[] = {", name);
  for (int i = 0; i < nentries; i++)
    if (!entries[i]->number) fprintf(f, "&%s, ", entries[i]->name);
  fprintf(f, "0};\nconst struct db_migration %s_migrations[] = {", name);
  for (int i = 0; i < nentries; i++)
    if (entries[i]->number) {
      fprintf(f, "{%d, \"%s\",", entries[i]->number, entries[i]->name);
      text(f, entries[i]->sql);
      fputs("},\n", f);
    }
  fputs("{0, 0, 0}};\n", f);
  return fclose(f) == 0;
}

int main(int argc, char **argv) {
  bool only_lint = argc > 1 && strcmp(argv[1], "--lint") == 0;
  int first = only_lint ? 2 : 4;
  if (argc <= first) {
    fputs("mksql NAME out.h out.c in.sql… | mksql --lint in.sql…\n", stderr);
    return 2;
  }
  for (int i = first; i < argc; i++) read_file(argv[i]);
  for (int i = 0, number = 0; i < nentries; i++) {
    check(entries[i]);
    for (int k = 0; k < i; k++)
      if (!entries[i]->number && strcmp(entries[i]->name, entries[k]->name) == 0)
        complain(entries[i]->file, entries[i]->line, "twice", entries[i]->name);
    if (entries[i]->number && !only_lint && entries[i]->number != ++number)
      complain(entries[i]->file, entries[i]->line, "migrations are numbered from 1", "");
  }
  bool well = errors == 0 && (only_lint || (write_header(argv[1], argv[2]) && write_source(argv[1], argv[3])));
  if (only_lint) printf("sql: %d texts, %d against the subset\n", nentries, errors);
  for (int i = 0; i < nentries; i++) free(entries[i]);
  return well ? 0 : 1;
}
