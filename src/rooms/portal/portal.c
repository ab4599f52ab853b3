/* portal.c: the room's table, its start, and the sample. */
#include "rooms/portal/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct portal *serving; /* set before the server starts, cleared after it has stopped */

const struct portal *portal_now(void) {
  return serving;
}

int portal_start(const struct portal_config *config, struct err *e) {
  struct portal *p = calloc(1, sizeof *p);
  if (!p) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  p->config = *config;
  snprintf(p->folder, sizeof p->folder, "%.2100s/public", config->data_folder);
  if (mkdir(p->folder, 0700) != 0 && errno != EEXIST) {
    int rc = err_set(e, RC_IO, "%s: %s", p->folder, err_system(errno));
    free(p);
    return rc;
  }
  serving = p;
  return RC_OK;
}

void portal_stop(void) {
  free(serving);
  serving = NULL;
}

struct sampling {
  struct package package;
  char org[512];
};

static int sample(struct db *d, void *context, struct err *e) {
  struct sampling *x = context;
  int64_t id;
  int rc = book_enter(d, PEOPLE_TENANT, x->org, 0, tr("样例", "sample"), &x->package, SV(""), &id, e);
  if (rc == RC_OK) rc = book_put_out(d, PEOPLE_TENANT, id, 0, e);
  return rc < 0 ? rc : people_log_system(d, PEOPLE_TENANT, "sample", &(struct audit_entry){.action = "book.publish", .object = x->package.name}, e);
}

int portal_sample(struct db *d, const char *folder, struct err *e) {
  struct sampling *x = calloc(1, sizeof *x);
  struct db_statement *s;
  int rc = x ? package_take(folder, &x->package, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = DB_ROWS(d, portal_first_org, &s, e, db_int(PEOPLE_TENANT));
  if (rc == RC_OK && (rc = db_step(s, e)) == 1) {
    snprintf(x->org, sizeof x->org, "%.*s", SV_ARG(db_col_text(s, 0)));
    db_reset(s);
    rc = db_tx(d, sample, x, e);
  }
  free(x);
  return rc;
}

#define ID                                                                                                                                           \
  { "id", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "编号", "number" }
#define NAME                                                                                                                                         \
  { "name", WEB_PATH, WEB_WORD, true, false, 1, 64, NULL, "名称", "name" }
#define REST                                                                                                                                         \
  { "path", WEB_PATH, WEB_REST, false, false, 0, 0, NULL, "文件", "file" }
static const struct web_field index_fields[] = {{"q", WEB_QUERY, WEB_LINE, false, false, 0, 100, NULL, "筛选", "filter"},
                                                {"body", WEB_QUERY, WEB_LINE, false, false, 0, 300, NULL, "一个单位的", "of one body"}};
static const struct web_field file_fields[] = {NAME, REST};
static const struct web_field version_fields[] = {NAME, REST, {"version", WEB_PATH, WEB_INT, true, false, 1, 100000, NULL, "版本", "version"}};
static const struct web_field name_only[] = {NAME};
static const struct web_field books_fields[] = {{"done", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "已保存", "saved"}};
static const struct web_field book_fields[] = {ID, {"done", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "已保存", "saved"}};
static const struct web_field upload_fields[] = {{"file", WEB_FORM, WEB_FILES, true, false, 1, 1, NULL, "zip 文件", "zip file"},
                                                 {"reason", WEB_FORM, WEB_TEXT, false, false, 0, 1000, NULL, "更正原因", "reason of a correction"}};
static const struct web_field book_file_fields[] = {ID, REST};
static const struct web_field id_only[] = {ID};
static const struct web_field reason_fields[] = {ID, {"reason", WEB_FORM, WEB_TEXT, true, false, 1, 1000, NULL, "原因", "reason"}};

static const struct web_route routes[] = {
    {"GET", "/public/", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(index_fields), public_index, "已公开的预决算", "published books"},
    {"GET", "/public/feed.xml", NULL, WEB_READS, WEB_OPEN | WEB_DATA, NULL, 0, public_feed, "订阅", "feed"},
    {"GET", "/public/sitemap.xml", NULL, WEB_READS, WEB_OPEN | WEB_DATA, NULL, 0, public_sitemap, "网站地图", "site map"},
    {"GET", "/robots.txt", NULL, WEB_READS, WEB_OPEN | WEB_DATA | WEB_BARE | WEB_HIDDEN, NULL, 0, public_robots, "爬虫规则", "rules for crawlers"},
    {"GET", "/public/{name}/record", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(name_only), public_record, "公开记录", "record of a book"},
    {"GET", "/public/{name}/v/{version}/{path*}", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(version_fields), public_version_file, "旧版本的文件",
     "a file of a version"},
    {"GET", "/public/{name}/{path*}", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(file_fields), public_file, "公开的文件", "a published file"},
    {"GET", "/books", "book.read", WEB_READS, 0, WEB_FIELDS(books_fields), books_page, "预决算公开", "publication"},
    {"POST", "/books", "book.enter", WEB_CHANGES, 0, WEB_FIELDS(upload_fields), book_upload_post, "录入一本", "enter a book"},
    {"GET", "/books/{id}", "book.read", WEB_READS, 0, WEB_FIELDS(book_fields), book_page, "一本预决算", "one book"},
    {"GET", "/books/{id}/files/{path*}", "book.read", WEB_READS, 0, WEB_FIELDS(book_file_fields), book_file, "待公开的文件",
     "a file before it is public"},
    {"POST", "/books/{id}/publish", "book.publish", WEB_CHANGES, 0, WEB_FIELDS(id_only), book_publish_post, "公开", "publish"},
    {"POST", "/books/{id}/refuse", "book.publish", WEB_CHANGES, 0, WEB_FIELDS(reason_fields), book_refuse_post, "退回", "send back"},
    {"POST", "/books/{id}/withdraw", "book.correct", WEB_CHANGES, 0, WEB_FIELDS(reason_fields), book_withdraw_post, "撤回", "withdraw"}};
static const struct web_permission permissions[] = {{"book.read", "查看公开", "see publications"},
                                                    {"book.enter", "录入预决算", "enter books"},
                                                    {"book.publish", "公开预决算", "publish books"},
                                                    {"book.correct", "更正和撤回", "correct and withdraw"}};
static const struct web_nav nav[] = {{"/books", "公开", "Publication", "book.read", "预决算", "Books"}};
#define COUNT(a) (int)(sizeof(a) / sizeof *(a))
const struct web_room portal_web = {"public", routes, COUNT(routes), permissions, COUNT(permissions), nav, COUNT(nav)};
const struct db_room portal_db = {"portal", portal_migrations, portal_migrations_count, portal_queries, portal_queries_count};
