/* test_portal.c: what is taken in and what is not, whose a book is and who may publish it, what becomes of old versions, and what programs read.
 * On SQLite; on PostgreSQL when HENG_TEST_PG holds an address. */
#include "http/fetch.h"
#include "rooms/portal/internal.h"

#include <dirent.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char folder[] = "/tmp/heng-portal-XXXXXX";
static int fresh;
static struct package *package;

/* ---- a small package, made by hand ---- */
#define BOOK_JSON                                                                                                                                    \
  "{\"schema\":\"heng-book/"                                                                                                                         \
  "1\",\"book\":{\"year\":2025,\"title\":\"样例局2025年部门预算\",\"body\":\"样例局\",\"version\":\"批复\",\"name\":\"sample-2025\"}}"
#define DATAPACKAGE                                                                                                                                  \
  "{\"name\":\"x\",\"title\":\"t\",\"profile\":\"data-package\",\"resources\":[{\"name\":\"budget-lines\",\"path\":\"budget-lines.csv\","            \
  "\"schema\":{\"fields\":[{\"name\":\"year\",\"type\":\"year\"},{\"name\":\"func\",\"type\":\"string\"},{\"name\":\"amount\",\"type\":\"number\"}]" \
  "}},"                                                                                                                                              \
  "{\"name\":\"absent\",\"path\":\"absent.csv\",\"schema\":{\"fields\":[]}},7]}"
#define LINES                                                                                                                                        \
  "\xef\xbb\xbf"                                                                                                                                     \
  "year,version,func,note,amount\r\n"                                                                                                                \
  "2025,批复,2080505,\"a, \"\"quoted\"\"\nnote\",100.25\r\n"                                                                                       \
  "2025,批复,2080506,,-0.05\r\n"                                                                                                                   \
  "2025,批复,2170101,x,2000\r\n"                                                                                                                   \
  "2025,一上,2170101,x,9999\r\n"                                                                                                                   \
  "2024,批复,2170101,x,8888\r\n"

static void put(const char *in, const char *name, const char *text) {
  char path[600];
  snprintf(path, sizeof path, "%.400s/%.150s", in, name);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
  assert_int_equal(fclose(f), 0);
}

static const char *make_book(void) {
  static char path[256];
  char tables[300];
  snprintf(path, sizeof path, "%s/book%d", folder, ++fresh);
  snprintf(tables, sizeof tables, "%s/tables", path);
  assert_int_equal(mkdir(path, 0700), 0);
  assert_int_equal(mkdir(tables, 0700), 0);
  put(path, "index.html", "<!doctype html><title>x</title><body class=\"a\"><p>一本预算</p><script>alert(1)</script></body>");
  put(path, "book.json", BOOK_JSON);
  put(path, "datapackage.json", DATAPACKAGE);
  put(path, "budget-lines.csv", LINES);
  put(path, "income.csv", "year,version,source,amount\n2025,批复,11,3000.5\n2025,一上,11,1\n");
  put(path, "functions.csv", "code,name\n208,\"社会保障, 就业\"\n217,金融支出\n");
  put(path, "tables/T1.csv", "a\n1\n");
  return path;
}

static int files_in(const char *path) {
  DIR *d = opendir(path);
  int n = 0;
  assert_non_null(d);
  for (struct dirent *x; (x = readdir(d));) n += x->d_name[0] != '.';
  closedir(d);
  return n;
}

/* ---- taking in ---- */
static void test_names(void **state) {
  (void)state;
  static const char *const good[] = {"index.html", "tables/T5-1.csv", "a/b/c.json", "A_1.pdf"};
  static const char *const bad[] = {"",      "index",    "../x.csv", "a/../x.csv", "/x.csv",    "a//x.csv",    ".x.csv",      "a/.b/x.csv",
                                    "x.js",  "x.htm",    "a\\b.csv", "a b.csv",    "x.csv/",    "a/b/c/d.csv", "预算.csv",    "-x.csv",
                                    "x.CSV", "con:.csv", "x.csv\n",  "x.html.exe", "x.svg.php", "%2e%2e.csv",  "./index.html"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    if (!name_allowed(sv_from(good[i]))) fail_msg("%s is refused", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (name_allowed(sv_from(bad[i]))) fail_msg("%s is taken", bad[i]);
  assert_false(name_allowed((struct sv){"a\0b.csv", 7}));
}

static void test_take(void **state) {
  (void)state;
  struct err e = {0};
  char path[PATH_SIZE], again[65];
  const char *type;
  const char *book = make_book();
  if (package_take(book, package, &e) != RC_OK) fail_msg("%s", e.text);
  assert_string_equal(package->name, "sample-2025");
  assert_string_equal(package->body, "样例局");
  assert_string_equal(package->kind, "department-budget");
  assert_int_equal(package->year, 2025);
  assert_int_equal(package->files, 7);
  assert_string_equal(package->file[0].name, "book.json");
  assert_int_equal(package->file[0].bytes, strlen(BOOK_JSON));
  /* by hand: 100.25 - 0.05 and 2000.00; other versions and years are not of this book */
  assert_int_equal(package->ntotals, 2);
  assert_string_equal(package->totals[0].code, "208");
  assert_string_equal(package->totals[0].label, "社会保障, 就业");
  assert_int_equal(package->totals[0].amount, 10020);
  assert_int_equal(package->totals[1].amount, 200000);
  assert_int_equal(package->spending, 210020);
  assert_true(package->has_income);
  assert_int_equal(package->income, 300050);
  assert_true(package_file(package->sha256, SV(""), path, &type));
  assert_string_equal(type, "text/html; charset=utf-8");
  assert_true(package_file(package->sha256, SV("tables/T1.csv"), path, &type));
  assert_false(package_file(package->sha256, SV(".fiscal.json"), path, &type));
  assert_false(package_file(package->sha256, SV("../../heng.db"), path, &type));
  assert_false(package_file("../..", SV("index.html"), path, &type));
  for (int i = 0; i < package->files; i++)
    assert_int_equal(package_check(package->sha256, package->file[i].name, package->file[i].sha256, &e), RC_OK);
  /* the same content is the same package, wherever it lies; a changed byte is another */
  memcpy(again, package->sha256, sizeof again);
  assert_int_equal(package_take(make_book(), package, &e), RC_OK);
  assert_string_equal(package->sha256, again);
  book = make_book();
  put(book, "tables/T1.csv", "a\n2\n");
  assert_int_equal(package_take(book, package, &e), RC_OK);
  assert_string_not_equal(package->sha256, again);
  /* what was changed on the disk is noticed */
  snprintf(path, sizeof path, "%.1000s/%s", portal_now()->folder, package->sha256);
  put(path, "index.html", "x");
  for (int i = 0; i < package->files; i++)
    assert_int_equal(package_check(package->sha256, package->file[i].name, package->file[i].sha256, &e),
                     strcmp(package->file[i].name, "index.html") == 0 ? RC_FORMAT : RC_OK);
}

static void refused(const char *what, const char *book, int expected) {
  struct err e = {0};
  int before = files_in(portal_now()->folder), rc = package_take(book, package, &e);
  if (rc != expected) fail_msg("%s: %d %s", what, rc, e.text);
  if (files_in(portal_now()->folder) != before) fail_msg("%s: something was left", what);
}

static void test_hostile_folder(void **state) {
  (void)state;
  static const struct {
    const char *file, *text;
  } bad[] = {{"x.js", "alert(1)"},
             {".htaccess", "x"},
             {"tables/x.exe", "x"},
             {"a b.csv", "x"},
             {"book.json", "{"},
             {"book.json", "[]"},
             {"book.json", "{\"schema\":\"other/1\",\"book\":{\"year\":2025,\"title\":\"t\",\"body\":\"b\",\"name\":\"n\"}}"},
             {"book.json", "{\"schema\":\"heng-book/1\",\"book\":{\"year\":1025,\"title\":\"t\",\"body\":\"b\",\"name\":\"n\"}}"},
             {"book.json", "{\"schema\":\"heng-book/1\",\"book\":{\"year\":2025,\"title\":\"t\",\"body\":\"b\",\"name\":\"../n\"}}"},
             {"book.json", "{\"schema\":\"heng-book/1\",\"book\":{\"year\":2025,\"title\":\"t\",\"body\":\"\",\"name\":\"n\"}}"},
             {"book.json", "{\"schema\":\"heng-book/1\",\"book\":{\"year\":2025,\"title\":\"t\\r\\nX: y\",\"body\":\"b\",\"name\":\"n\"}}"},
             {"book.json", "{\"schema\":\"heng-book/1\",\"book\":{\"year\":2025,\"title\":\"t\",\"body\":\"b\",\"name\":\"n\",\"kind\":\"x\"}}"},
             {"book.json", "{\"schema\":\"heng-book/1\",\"schema\":\"heng-book/1\",\"book\":{}}"},
             {"datapackage.json", "{}"},
             {"datapackage.json", "nothing"},
             {"budget-lines.csv", "func\n208\n"},
             {"budget-lines.csv", "func,amount\n208,1e9\n"},
             {"budget-lines.csv", "func,amount\n208,\n"},
             {"budget-lines.csv", "func,amount\n20,1\n"},
             {"budget-lines.csv", "func,amount\n<b>,1\n"},
             {"budget-lines.csv", "func,amount\n208,\"1\n"},
             {"budget-lines.csv", "func,amount\n208,99999999999999999\n"},
             {"budget-lines.csv", "func,amount\n208,0.005\n"},
             {"income.csv", "sum\n1\n"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *book = make_book();
    put(book, bad[i].file, bad[i].text);
    refused(bad[i].text, book, RC_FORMAT);
  }
  static const char *const needed[] = {"index.html", "book.json", "datapackage.json", "budget-lines.csv"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    char path[400];
    const char *book = make_book();
    snprintf(path, sizeof path, "%s/%s", book, needed[i]);
    assert_int_equal(unlink(path), 0);
    refused(needed[i], book, RC_FORMAT);
  }
  char path[400];
  const char *book = make_book();
  snprintf(path, sizeof path, "%s/passwd.csv", book);
  assert_int_equal(symlink("/etc/passwd", path), 0);
  refused("a link", book, RC_FORMAT);
  book = make_book();
  snprintf(path, sizeof path, "%s/etc", book);
  assert_int_equal(symlink("/etc", path), 0);
  refused("a link to a folder", book, RC_FORMAT);
  book = make_book();
  snprintf(path, sizeof path, "%s/pipe.csv", book);
  assert_int_equal(mkfifo(path, 0600), 0);
  refused("a pipe", book, RC_FORMAT);
  book = make_book();
  for (int i = 0; i < FILES_MOST; i++) {
    char name[32];
    snprintf(name, sizeof name, "f%d.csv", i);
    put(book, name, "");
  }
  refused("too many files", book, RC_LIMIT);
}

/* ---- zips ---- */
struct entry {
  const char *name, *text;
  bool link;
};

static const char *make_zip(const struct entry *more, int n, bool whole) {
  static char path[256];
  static const char *const names[][2] = {
      {"b/index.html", "<body>"}, {"b/book.json", BOOK_JSON}, {"b/datapackage.json", DATAPACKAGE}, {"b/budget-lines.csv", LINES}};
  snprintf(path, sizeof path, "%s/zip%d.zip", folder, ++fresh);
  zip_t *z = zip_open(path, ZIP_CREATE, NULL);
  assert_non_null(z);
  for (size_t i = 0; whole && i < sizeof names / sizeof *names; i++)
    assert_true(zip_file_add(z, names[i][0], zip_source_buffer(z, names[i][1], strlen(names[i][1]), 0), 0) >= 0);
  for (int i = 0; i < n; i++) {
    zip_int64_t at = zip_file_add(z, more[i].name, zip_source_buffer(z, more[i].text, strlen(more[i].text), 0), 0);
    assert_true(at >= 0);
    if (more[i].link) zip_file_set_external_attributes(z, (zip_uint64_t)at, 0, ZIP_OPSYS_UNIX, (zip_uint32_t)(S_IFLNK | 0777) << 16);
  }
  assert_int_equal(zip_close(z), 0);
  return path;
}

static void test_zip(void **state) {
  (void)state;
  static const struct entry bad[] = {
      {"../x.csv", "x", false},         {"b/../../x.csv", "x", false}, {"/etc/x.csv", "x", false},         {"b/x.js", "x", false},
      {"b/l.csv", "/etc/passwd", true}, {"b/.x.csv", "x", false},      {"b/index.html/x.csv", "x", false}, {"b\\..\\x.csv", "x", false},
      {"b/a/b/c/d.csv", "x", false}};
  struct err e = {0};
  int before = files_in(folder);
  if (package_take_zip(make_zip(NULL, 0, true), folder, package, &e) != RC_OK) fail_msg("%s", e.text);
  assert_int_equal(package->files, 4);
  assert_int_equal(package->spending, 210020);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    e = (struct err){0};
    int rc = package_take_zip(make_zip(&bad[i], 1, true), folder, package, &e);
    if (rc != RC_FORMAT) fail_msg("%s: %d %s", bad[i].name, rc, e.text);
  }
  static const struct entry alone = {"x.csv", "x", false};
  assert_int_equal(package_take_zip(make_zip(&alone, 1, false), folder, package, &e), RC_FORMAT);
  char path[300];
  snprintf(path, sizeof path, "%s/book.json", make_book());
  assert_int_equal(package_take_zip(path, folder, package, &e), RC_FORMAT); /* no zip */
  /* what was unpacked is gone: only the archives and the folder of the last book are more */
  assert_int_equal(files_in(folder), before + 1 + (int)(sizeof bad / sizeof *bad) + 2);
}

/* ---- series: any bytes ---- */
static void test_series(void **state) {
  (void)state;
  struct err e = {0};
  static const struct {
    const char *csv;
    int64_t sum; /* -1: refused */
  } cases[] = {{"func,amount\n208,1\n", 100},
               {"amount,func\n0.1,208", 10},
               {"func,amount\n\"208\",\"1.00\"\r\n\r\n208,2\n", 300},
               {"func,amount\n208,-1\n", -100},
               {"func,amount\n208,--1\n", -1},
               {"func,amount\n208,.5\n", -1},
               {"func,amount\n208,5.\n", -1},
               {"func,amount\n208,1 000\n", -1},
               {"func,amount\n208,\"1\"2\n", -1},
               {"func,amount\n208\n", -1},
               {"", -1},
               {"func,amount", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[200];
    memset(package, 0, sizeof *package);
    snprintf(text, sizeof text, "%s", cases[i].csv);
    int rc = package_spending(text, strlen(text), package, &e);
    if (cases[i].sum == -1 ? rc != RC_FORMAT : rc != RC_OK || package->spending != cases[i].sum) fail_msg("%s: %d", cases[i].csv, rc);
  }
  char wide[400] = "func,amount";
  memset(wide + 11, ',', 100);
  memset(package, 0, sizeof *package);
  assert_int_equal(package_spending(wide, strlen(wide), package, &e), RC_LIMIT);
}

/* ---- states ---- */
static char database[256];

static struct db *open_fresh(void) {
  struct db *d;
  struct err e = {0};
  const char *pg = getenv("HENG_TEST_PG");
  const struct db_room *const rooms[] = {&admin_db, &portal_db};
  if (pg)
    snprintf(database, sizeof database, "%s", pg);
  else
    snprintf(database, sizeof database, "sqlite:%s/%d.db", folder, ++fresh);
  assert_int_equal(db_open(database, &d, &e), RC_OK);
  if (pg) assert_int_equal(db_exec(d, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &e), RC_OK);
  if (db_migrate(d, rooms, 2, false, NULL, NULL, &e) <= 0) fail_msg("%s", e.text);
  assert_int_equal(db_exec(d, "INSERT INTO heng_org (tenant, id, path, code, name, created_at) VALUES (1, 1, '/1/', 'bureau', '样例局', 0)", &e),
                   RC_OK);
  return d;
}

static int state_of(struct db *d, int64_t id, const char *expected) {
  struct db_statement *s;
  struct err e = {0};
  assert_int_equal(DB_ROWS(d, book_get, &s, &e, db_int(1), db_int(id)), RC_OK);
  assert_int_equal(db_step(s, &e), 1);
  int same = sv_is(db_col_text(s, 8), expected);
  db_reset(s);
  return same;
}

static void test_states(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = open_fresh();
  int64_t a, b, c, f;
  assert_int_equal(package_take(make_book(), package, &e), RC_OK);
  assert_int_equal(book_enter(d, 1, "/1/", 10, "li", package, SV(""), &a, &e), RC_OK);
  assert_true(state_of(d, a, "draft"));
  /* who entered does not publish; another does, once */
  assert_int_equal(book_put_out(d, 1, a, 10, &e), RC_USAGE);
  assert_true(state_of(d, a, "draft"));
  assert_int_equal(book_take_back(d, 1, a, SV("x"), &e), RC_CONFLICT);
  assert_int_equal(book_put_out(d, 2, a, 11, &e), RC_NOTFOUND); /* another tenant */
  assert_int_equal(book_put_out(d, 1, a, 11, &e), RC_OK);
  assert_int_equal(book_put_out(d, 1, a, 11, &e), RC_CONFLICT);
  /* a correction needs a reason, and comes from whom the book belongs to */
  assert_int_equal(book_enter(d, 1, "/1/", 10, "li", package, SV(""), &b, &e), RC_USAGE);
  assert_int_equal(book_enter(d, 1, "/2/", 20, "wu", package, SV("more"), &b, &e), RC_USAGE);
  assert_int_equal(book_enter(d, 1, "/1/2/", 20, "wu", package, SV("more"), &b, &e), RC_USAGE);
  assert_int_equal(book_enter(d, 1, "/1/", 10, "li", package, SV("表三错位"), &b, &e), RC_OK);
  assert_int_equal(book_enter(d, 1, "/1/", 10, "li", package, SV("表四错位"), &c, &e), RC_OK);
  assert_true(state_of(d, a, "published"));
  assert_int_equal(book_put_out(d, 1, c, 11, &e), RC_OK);
  assert_true(state_of(d, a, "replaced"));
  assert_int_equal(book_put_out(d, 1, b, 11, &e), RC_CONFLICT); /* older than what is out */
  assert_int_equal(book_send_back(d, 1, b, SV("过时"), &e), RC_OK);
  assert_int_equal(book_send_back(d, 1, b, SV("过时"), &e), RC_CONFLICT);
  assert_int_equal(book_put_out(d, 1, b, 11, &e), RC_CONFLICT);
  assert_true(state_of(d, c, "published"));
  /* withdrawn with what was before it, and so it stays when a new one comes */
  assert_int_equal(book_take_back(d, 1, c, SV("含个人信息"), &e), RC_OK);
  assert_true(state_of(d, c, "withdrawn"));
  assert_true(state_of(d, a, "withdrawn"));
  assert_true(state_of(d, b, "refused"));
  assert_int_equal(book_enter(d, 1, "/1/", 10, "li", package, SV("重新公开"), &f, &e), RC_OK);
  assert_int_equal(book_put_out(d, 1, f, 11, &e), RC_OK);
  assert_true(state_of(d, f, "published"));
  assert_true(state_of(d, c, "withdrawn"));
  assert_true(state_of(d, a, "withdrawn"));
  /* the record: without names of people */
  struct db_statement *s;
  static const char *const expected[] = {"published 重新公开", "withdrawn 含个人信息", "corrected 表四错位", "published "};
  int n = 0;
  assert_int_equal(DB_ROWS(d, events_of, &s, &e, db_int(1), db_str("sample-2025")), RC_OK);
  while (db_step(s, &e) == 1) {
    char text[200];
    snprintf(text, sizeof text, "%.*s %.*s", SV_ARG(db_col_text(s, 1)), SV_ARG(db_col_text(s, 2)));
    assert_true(n < 4);
    assert_string_equal(text, expected[n++]);
  }
  assert_int_equal(n, 4);
  /* the figures of what is published, once; hashes of every file of every version */
  int64_t v = 0;
  assert_int_equal(DB_ROWS(d, figures_by_year, &s, &e, db_int(1), db_str("")), RC_OK);
  for (n = 0; db_step(s, &e) == 1; n++) v += db_col_int(s, 3);
  assert_int_equal(n, 2);
  assert_int_equal(v, 300050 + 210020);
  assert_int_equal(DB_ROWS(d, files_of, &s, &e, db_int(1), db_int(a)), RC_OK);
  for (n = 0; db_step(s, &e) == 1; n++) assert_int_equal(db_col_text(s, 2).n, 64);
  assert_int_equal(n, 7);
  int count = 0;
  const struct db_room *const rooms[] = {&portal_db};
  if (db_prepare_all(d, rooms, 1, &count, &e) != RC_OK) fail_msg("%s", e.text);
  db_close(d);
}

/* ---- for programs: over HTTP ---- */
static int nobody(void *context, struct web_call *c, struct err *e) {
  (void)context, (void)c, (void)e;
  return RC_OK;
}

static int get(const struct web *w, const char *path, struct buf *out) {
  char url[300];
  struct err e = {0};
  buf_clear(out);
  snprintf(url, sizeof url, "http://127.0.0.1:%d%s", web_port(w), path);
  int rc = fetch(url, NULL, NULL, NULL, out, &e);
  if (rc < 0) fail_msg("%s: %s", path, e.text);
  return rc;
}

static int elements(const xmlNode *n, const char *name) {
  int count = 0;
  for (; n; n = n->next) count += (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0) + elements(n->children, name);
  return count;
}

static void xml_holds(const struct buf *b, const char *root, const char *name, int expected) {
  xmlDoc *doc = xmlReadMemory(b->p, (int)b->n, "x.xml", NULL, XML_PARSE_NONET);
  if (!doc) fail_msg("no XML: %.300s", b->p);
  assert_string_equal((const char *)xmlDocGetRootElement(doc)->name, root);
  assert_int_equal(elements(xmlDocGetRootElement(doc), name), expected);
  xmlFreeDoc(doc);
}

static void fiscal_holds(const struct buf *b) {
  json_error_t why;
  json_t *o = json_loadb(b->p, b->n, JSON_REJECT_DUPLICATES, &why);
  if (!o) fail_msg("no JSON: %s", why.text);
  assert_string_equal(json_string_value(json_object_get(o, "name")), "sample-2025");
  assert_string_equal(json_string_value(json_object_get(o, "profile")), "tabular-data-package");
  json_t *resources = json_object_get(o, "resources"), *r = json_array_get(resources, 0), *schema = json_object_get(r, "schema");
  assert_int_equal(json_array_size(resources), 1); /* what is not there is not described */
  assert_int_equal(json_integer_value(json_object_get(r, "bytes")), strlen(LINES));
  unsigned char digest[32];
  char hex[65], hash[80];
  crypto_hash_sha256(digest, (const unsigned char *)LINES, strlen(LINES));
  snprintf(hash, sizeof hash, "sha256:%s", sodium_bin2hex(hex, sizeof hex, digest, sizeof digest));
  assert_string_equal(json_string_value(json_object_get(r, "hash")), hash);
  json_t *fields = json_object_get(schema, "fields");
  static const char *const types[] = {"date:fiscal-year", "functional-classification:generic:code", "value"};
  for (size_t i = 0; i < 3; i++) assert_string_equal(json_string_value(json_object_get(json_array_get(fields, i), "columnType")), types[i]);
  assert_string_equal(json_string_value(json_object_get(json_array_get(fields, 0), "type")), "integer");
  assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(schema, "extraFields"), 1), "constant")), "expenditure");
  json_decref(o);
}

static void test_public(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = open_fresh();
  struct db_pool *pool;
  struct web *w;
  struct buf b;
  int64_t id;
  const struct web_room *const rooms[] = {&portal_web};
  const char *book = make_book();
  buf_init(&b, 1 << 20);
  if (portal_sample(d, book, &e) != RC_OK) fail_msg("%s", e.text);
  assert_int_equal(package_take(book, package, &e), RC_OK);
  assert_int_equal(db_pool_new(database, 8, &pool, &e), RC_OK);
  const struct web_config config = {
      .listen = "127.0.0.1:0", .temporary = folder, .pool = pool, .rooms = rooms, .nrooms = 1, .hooks = {NULL, nobody, NULL}, .log = -1};
  if (web_start(&config, &w, &e) != RC_OK) fail_msg("%s", e.text);
  assert_int_equal(get(w, "/public/", &b), 200);
  assert_non_null(strstr(b.p, "/public/sample-2025/"));
  assert_non_null(strstr(b.p, "<svg"));
  assert_int_equal(get(w, "/public/?body=%E6%A0%B7%E4%BE%8B%E5%B1%80", &b), 200);
  assert_non_null(strstr(b.p, "金融支出"));
  assert_int_equal(get(w, "/public/?body=nobody", &b), 200);
  assert_null(strstr(b.p, "/public/sample-2025/"));
  assert_int_equal(get(w, "/public/?q=2024", &b), 200);
  assert_null(strstr(b.p, "/public/sample-2025/"));
  assert_int_equal(get(w, "/public/feed.xml", &b), 200);
  xml_holds(&b, "feed", "entry", 1);
  assert_int_equal(get(w, "/public/sitemap.xml", &b), 200);
  xml_holds(&b, "urlset", "url", 1);
  assert_int_equal(get(w, "/public/sample-2025/datapackage.json", &b), 200);
  fiscal_holds(&b);
  assert_int_equal(get(w, "/public/sample-2025/budget-lines.csv", &b), 200);
  assert_int_equal(b.n, strlen(LINES));
  assert_int_equal(get(w, "/public/sample-2025/record", &b), 200);
  for (int i = 0; i < package->files; i++)
    if (strcmp(package->file[i].name, "datapackage.json") != 0) assert_non_null(strstr(b.p, package->file[i].sha256));
  assert_int_equal(get(w, "/public/sample-2025/.fiscal.json", &b), 404);
  assert_int_equal(get(w, "/books", &b) == 200, 0);
  /* a draft is seen by nobody; a correction replaces, the old one says so; a withdrawal ends it all, old versions too */
  put(book, "tables/T1.csv", "a\n9\n");
  assert_int_equal(package_take(book, package, &e), RC_OK);
  assert_int_equal(book_enter(d, 1, "/1/", 10, "li", package, SV("表一 <错位>"), &id, &e), RC_OK);
  assert_int_equal(get(w, "/public/sample-2025/v/2/", &b), 404);
  assert_int_equal(get(w, "/public/sample-2025/tables/T1.csv", &b), 200);
  assert_string_equal(b.p, "a\n1\n");
  assert_int_equal(book_put_out(d, 1, id, 11, &e), RC_OK);
  assert_int_equal(get(w, "/public/sample-2025/tables/T1.csv", &b), 200);
  assert_string_equal(b.p, "a\n9\n");
  assert_int_equal(get(w, "/public/sample-2025/v/1/tables/T1.csv", &b), 200);
  assert_string_equal(b.p, "a\n1\n");
  assert_int_equal(get(w, "/public/sample-2025/v/1/", &b), 200);
  assert_non_null(strstr(b.p, "<body class=\"a\"><aside"));
  assert_non_null(strstr(b.p, "href=\"/public/sample-2025/\""));
  assert_int_equal(get(w, "/public/feed.xml", &b), 200);
  xml_holds(&b, "feed", "entry", 2);
  assert_non_null(strstr(b.p, "&lt;错位&gt;"));
  assert_int_equal(book_take_back(d, 1, id, SV("误发"), &e), RC_OK);
  static const char *const gone[] = {"/public/sample-2025/", "/public/sample-2025/book.json", "/public/sample-2025/v/1/",
                                     "/public/sample-2025/v/2/book.json"};
  for (size_t i = 0; i < 4; i++) {
    if (get(w, gone[i], &b) != 410) fail_msg("%s is not gone", gone[i]);
    assert_non_null(strstr(b.p, "误发"));
  }
  assert_int_equal(get(w, "/public/sample-2025/record", &b), 200);
  assert_null(strstr(b.p, "/v/1/"));
  assert_null(strstr(b.p, ">li<"));
  assert_int_equal(get(w, "/public/", &b), 200);
  assert_null(strstr(b.p, "/public/sample-2025/"));
  web_drain(w);
  web_free(w);
  db_pool_free(pool);
  db_close(d);
  buf_release(&b);
}

static int start(void **state) {
  struct err e = {0};
  (void)state;
  if (!mkdtemp(folder) || sodium_init() < 0 || !(package = calloc(1, sizeof *package))) return -1;
  const struct portal_config config = {.data_folder = folder, .title = "样例"};
  return portal_start(&config, &e);
}

static int stop(void **state) {
  char command[100];
  (void)state;
  portal_stop();
  free(package);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_take),   cmocka_unit_test(test_hostile_folder),
                                     cmocka_unit_test(test_zip),   cmocka_unit_test(test_series), cmocka_unit_test(test_states),
                                     cmocka_unit_test(test_public)};
  if (!getenv("HENG_TEST_PG")) puts("portal: PostgreSQL skipped (no HENG_TEST_PG)");
  return cmocka_run_group_tests(tests, start, stop);
}
