/* mksql.c: a room's sql/NAME.sql into NAME_sql.h and NAME_sql.c, and the lint of the portable subset: docs/database.md.
 * mksql NAME out.h out.c in.sql…   makes both files.   mksql --lint in.sql…   only looks. Exit code 1: a line breaks the rules, said as file:line. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 400, TEXT = 16384, LINE = 2048, WORD = 128, PARAMETERS = 32 /* src/db: bound at most */ };

struct entry {
  char name[WORD], params[LINE];
  const char *file;
  int line, number; /* number: of a migration; 0 a query */
  char sql[TEXT], pg[TEXT];
  bool has_params, everyone; /* everyone: reads the rows of all tenants, and says why */
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
    if (n == sizeof line - 1 && line[n - 1] != '\n') complain(file, at, "a line is too long", "");
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
    } else if (strncmp(line, "-- across tenants: ", 19) == 0 && x) {
      x->everyone = true;
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
/* In upper case, each quoted text as ' ', blanks as one: what the rules below look at. */
static void fold(const struct entry *x, const char *sql, char *out, size_t size) {
  size_t n = 0;
  bool quoted = false;
  for (const char *p = sql; *p && n + 1 < size; p++) {
    bool edge = *p == '\'';
    if (edge) quoted = !quoted;
    char c = quoted || edge ? ' ' : isspace((unsigned char)*p) ? ' ' : (char)toupper((unsigned char)*p);
    if (!quoted && !edge && (*p == '"' || *p == '`' || *p == '[')) complain(x->file, x->line, "quoted names are read in two ways", x->name);
    if (!quoted && ((p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*'))) complain(x->file, x->line, "a comment within the text", x->name);
    if (c != ' ' || n == 0 || out[n - 1] != ' ') out[n++] = c;
  }
  if (quoted) complain(x->file, x->line, "a quote without an end", x->name);
  while (n > 0 && out[n - 1] == ' ') n--;
  out[n] = 0;
}

static const char *find_word(const char *folded, const char *word) {
  for (const char *p = folded; (p = strstr(p, word)); p++)
    if ((p == folded || !is_word(p[-1])) && !is_word(p[strlen(word)])) return p;
  return NULL;
}

static int count_word(const char *folded, const char *word) {
  int n = 0;
  for (const char *p = folded; (p = find_word(p, word)); p += strlen(word)) n++;
  return n;
}

static bool starts(const char *s, const char *with) {
  return strncmp(s, with, strlen(with)) == 0;
}

/* Whether `end` points behind `before`: what stands directly in front of a word. */
static bool behind(const char *text, const char *end, const char *before) {
  size_t n = strlen(before);
  return (size_t)(end - text) >= n && strncmp(end - n, before, n) == 0;
}

static void lint_words(const struct entry *x, const char *folded, bool only_pg) {
  static const char *const banned[] = {"AUTOINCREMENT", "SERIAL",     "ROWID",     "BOOLEAN",     "REAL",         "FLOAT",      "DOUBLE",
                                       "NUMERIC",       "DECIMAL",    "INTEGER",   "INT",         "SMALLINT",     "VARCHAR",    "CHAR",
                                       "UUID",          "JSON",       "JSONB",     "TIMESTAMP",   "TIMESTAMPTZ",  "BLOB",       "BYTEA",
                                       "OFFSET",        "ILIKE",      "LIKE",      "COLLATE",     "REPLACE",      "MERGE",      "RECURSIVE",
                                       "TRIGGER",       "GROUPING",   "TEMP",      "TEMPORARY",   "PRAGMA",       "NOW",        "CURRENT_TIMESTAMP",
                                       "CURRENT_DATE",  "RANDOM",     "DATETIME",  "STRFTIME",    "JSON_EACH",    "LISTEN",     "NOTIFY",
                                       "GLOB",          "MATCH",      "VACUUM",    "TRUNCATE",    "GROUP_CONCAT", "STRING_AGG", "CONSTRAINT",
                                       "REGEXP",        "IFNULL",     "NVL",       "DISTINCT ON", "LATERAL",      "NATURAL",    "USING",
                                       "FULL JOIN",     "RIGHT JOIN", "CROSS JOIN"};
  for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
    if (find_word(folded, banned[i])) complain(x->file, x->line, "not in the portable subset", banned[i]);
  if (!only_pg && (find_word(folded, "SKIP") || strstr(folded, "::") || find_word(folded, "FOR UPDATE")))
    complain(x->file, x->line, "only in -- pg:", "");
  for (const char *p = folded; (p = find_word(p, "SUM")); p += 3)
    if (!behind(folded, p, "CAST(") && !behind(folded, p, "CAST(COALESCE(")) complain(x->file, x->line, "sum() wants CAST(sum(…) AS BIGINT)", "");
}

/* Keys begin with the tenant, so that a table can be spread by it. */
static void lint_tables(const struct entry *x, const char *folded) {
  for (const char *p = folded; (p = strstr(p, "CREATE TABLE")); p += 12) {
    const char *key = strstr(p, "PRIMARY KEY (TENANT"), *next = strstr(p + 12, "CREATE TABLE");
    if (!key || (next && key > next)) complain(x->file, x->line, "a primary key begins with tenant", "");
  }
  for (const char *p = folded; (p = find_word(p, "UNIQUE")); p += 6) {
    const char *list = starts(p, "UNIQUE INDEX") ? strchr(p, '(') : p + 7;
    if (!list || !starts(list, "(TENANT")) complain(x->file, x->line, "a unique key begins with tenant", "");
  }
  for (const char *p = folded; (p = find_word(p, "REFERENCES")); p += 10) {
    const char *list = strchr(p, '(');
    if (!list || !starts(list, "(TENANT")) complain(x->file, x->line, "a reference begins with tenant", "");
  }
}

/* Each table that is read or changed is narrowed by the tenant: by a parameter, or by that of a table it is joined to. */
static void lint_tenant(const struct entry *x, const char *folded) {
  static const char *const openers[] = {"FROM ", "JOIN ", "UPDATE "};
  int tables = 0, narrowed = count_word(folded, "TENANT =");
  for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
    for (const char *p = folded; (p = strstr(p, openers[i])); p += strlen(openers[i])) {
      const char *name = p + strlen(openers[i]);
      bool update = i == 2 && p > folded && (behind(folded, p, "FOR ") || behind(folded, p, "DO "));
      if ((p == folded || !is_word(p[-1])) && *name != '(' && !update && !behind(folded, p, "IS NOT DISTINCT ") && !behind(folded, p, "IS DISTINCT "))
        tables++;
      if (i < 1 && *name != '(') {
        const char *end = name;
        while (is_word(*end)) end++;
        if (*end == ' ' && is_word(end[1]) && !starts(end, " WHERE") && !starts(end, " ORDER") && !starts(end, " GROUP"))
          for (end++; is_word(*end);) end++;
        if (*end == ',') complain(x->file, x->line, "tables are joined by JOIN … ON", x->name);
      }
    }
  const char *into = strstr(folded, "INSERT INTO "), *list = into ? strchr(into, '(') : NULL;
  if (into && (!list || !starts(list, "(TENANT"))) complain(x->file, x->line, "an INSERT names its columns, the tenant first", x->name);
  for (const char *p = folded; (p = strstr(p, "ON CONFLICT (")); p += 12)
    if (!starts(p, "ON CONFLICT (TENANT")) complain(x->file, x->line, "a conflict is of a key that begins with tenant", x->name);
  if (tables > narrowed && !x->everyone)
    complain(x->file, x->line, "a table is not narrowed by its tenant (-- across tenants: WHY where it must be so)", x->name);
}

static void lint(const struct entry *x, const char *sql, bool only_pg) {
  char folded[TEXT];
  fold(x, sql, folded, sizeof folded);
  lint_words(x, folded, only_pg);
  if (x->number) {
    lint_tables(x, folded);
    return;
  }
  if (strchr(folded, ';')) complain(x->file, x->line, "one statement a query", x->name);
  lint_tenant(x, folded);
}

static int highest_parameter(const char *sql) {
  int most = 0;
  for (const char *p = sql; (p = strchr(p, '$')); p++) {
    int n = (int)strtol(p + 1, NULL, 10);
    if (n > most) most = n;
  }
  return most;
}

static bool uses_parameter(const char *sql, int parameter) {
  for (const char *p = sql; (p = strchr(p, '$')); p++)
    if (strtol(p + 1, NULL, 10) == parameter) return true;
  return false;
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
  for (int i = 1; i <= most; i++)
    if (!uses_parameter(x->sql, i) || (x->pg[0] && !uses_parameter(x->pg, i)))
      complain(x->file, x->line, "a parameter below the highest is not used", x->name);
  if (most > PARAMETERS) complain(x->file, x->line, "too many parameters", x->name);
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
