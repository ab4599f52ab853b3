/* desk.c: the room's table, and its start. */
#include "rooms/codes/codes.h"
#include "rooms/desk/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct desk *serving; /* set before the server and the workers start, cleared after they have stopped */

const struct desk *desk_now(void) {
  return serving;
}

int desk_start(const struct desk_config *config, struct err *e) {
  struct desk *d = calloc(1, sizeof *d);
  if (!d) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  d->config = *config;
  char folder[2200], data[2200];
  snprintf(folder, sizeof folder, "%s/documents", config->data_folder);
  ssize_t n = readlink("/proc/self/exe", d->program, sizeof d->program - 1);
  int rc = RC_OK;
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) rc = err_set(e, RC_IO, "%s: %s", folder, err_system(errno));
  codes_data_path(data, sizeof data, "");
  char *real = rc == RC_OK ? realpath(folder, NULL) : NULL, *real_data = realpath(data, NULL);
  if (rc == RC_OK && (n <= 0 || !real || !real_data)) rc = err_set(e, RC_IO, "%s: %s", real ? data : folder, err_system(errno));
  if (rc == RC_OK) {
    d->program[n] = 0;
    snprintf(d->folder, sizeof d->folder, "%s", real);
    snprintf(d->data, sizeof d->data, "%s", real_data);
    serving = d;
  } else {
    free(d);
  }
  free(real);
  free(real_data);
  return rc;
}

void desk_stop(void) {
  free(serving);
  serving = NULL;
}

#define ID                                                                                                                                           \
  { "id", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "编号", "number" }
#define COLUMNS                                                                                                                                      \
  { "columns", WEB_QUERY, WEB_WORD, false, true, 1, 32, NULL, "列", "columns" }
#define AFTER                                                                                                                                        \
  { "after", WEB_QUERY, WEB_ID, false, false, 0, 0, NULL, "从哪一条", "from which" }
#define DONE                                                                                                                                         \
  { "done", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "已保存", "saved" }

static const struct web_field list_fields[] = {COLUMNS,
                                               AFTER,
                                               {"q", WEB_QUERY, WEB_LINE, false, false, 0, 100, NULL, "筛选", "filter"},
                                               {"sort", WEB_QUERY, WEB_CHOICE, false, false, 0, 0, "errors|-errors|body|-body", "排序", "order"},
                                               {"format", WEB_QUERY, WEB_CHOICE, false, false, 0, 0, "csv", "格式", "format"}};
static const struct web_field upload_fields[] = {{"files", WEB_FORM, WEB_FILES, true, true, 1, 500, NULL, "文件", "files"},
                                                 {"org", WEB_FORM, WEB_ID, true, false, 0, 0, NULL, "单位", "organisation"},
                                                 {"name", WEB_FORM, WEB_LINE, false, false, 0, 60, NULL, "批次名称", "name of the batch"}};
static const struct web_field id_only[] = {ID};
static const struct web_field document_fields[] = {ID, {"same", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "以前审核过", "audited before"}};
static const struct web_field keep_fields[] = {ID, {"kept", WEB_FORM, WEB_FLAG, false, false, 0, 0, NULL, "保留", "keep"}};
static const struct web_field export_fields[] = {
    ID, {"format", WEB_QUERY, WEB_CHOICE, true, false, 0, 0, "xlsx|html|json|pdf|sheet|original", "格式", "format"}};
static const struct web_field compare_fields[] = {ID, {"with", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "与哪一份", "with which"}};
static const struct web_field picture_fields[] = {ID, {"page", WEB_PATH, WEB_INT, true, false, 1, 5000, NULL, "页", "page"}};
static const struct web_field finding_fields[] = {
    ID, DONE, {"before", WEB_QUERY, WEB_ID, false, false, 0, 0, NULL, "更早的意见", "earlier comments"}};
static const struct web_field settle_fields[] = {
    ID,
    {"state", WEB_FORM, WEB_CHOICE, true, false, 0, 0, "open|accepted|fixed|false-alarm", "处理", "settle as"},
    {"reason", WEB_FORM, WEB_TEXT, true, false, 1, 1000, NULL, "理由", "reason"}};
static const struct web_field assign_fields[] = {ID, {"user", WEB_FORM, WEB_INT, true, false, 0, INT64_MAX, NULL, "分给", "assign to"}};
static const struct web_field comment_fields[] = {ID, {"text", WEB_FORM, WEB_TEXT, true, false, 1, 2000, NULL, "意见", "comment"}};
static const struct web_field findings_fields[] = {
    COLUMNS,
    AFTER,
    {"state", WEB_QUERY, WEB_CHOICE, false, false, 0, 0, "open|accepted|fixed|false-alarm", "状态", "state"},
    {"severity", WEB_QUERY, WEB_CHOICE, false, false, 0, 0, "error|warning|info", "程度", "severity"},
    {"rule", WEB_QUERY, WEB_WORD, false, false, 1, 40, NULL, "规则", "rule"},
    {"mine", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "分给我的", "assigned to me"}};
static const struct web_field search_fields[] = {{"q", WEB_QUERY, WEB_LINE, false, false, 0, 100, NULL, "找什么", "what"}};

static const struct web_route routes[] = {
    {"GET", "/audit", "audit.read", WEB_READS, 0, WEB_FIELDS(list_fields), documents_page, "文件", "documents"},
    {"GET", "/audit/upload", "audit.upload", WEB_READS, 0, NULL, 0, upload_page, "上传页", "upload page"},
    {"POST", "/audit/upload", "audit.upload", WEB_CHANGES, 0, WEB_FIELDS(upload_fields), upload_post, "上传文件", "upload files"},
    {"GET", "/audit/batches", "audit.read", WEB_READS, 0, NULL, 0, batches_page, "批次", "batches"},
    {"GET", "/audit/batches/{id}", "audit.read", WEB_READS, 0, WEB_FIELDS(id_only), batch_page, "一个批次", "one batch"},
    {"GET", "/audit/documents/{id}", "audit.read", WEB_READS, 0, WEB_FIELDS(document_fields), document_page, "一份文件", "one document"},
    {"POST", "/audit/documents/{id}/keep", "audit.retain", WEB_CHANGES, 0, WEB_FIELDS(keep_fields), document_keep_post, "长期保留",
     "keep a document"},
    {"POST", "/audit/documents/{id}/retry", "audit.upload", WEB_CHANGES, 0, WEB_FIELDS(id_only), document_retry_post, "再审一次", "audit again"},
    {"GET", "/audit/documents/{id}/export", "audit.export", WEB_READS, 0, WEB_FIELDS(export_fields), document_export, "导出", "export"},
    {"GET", "/audit/documents/{id}/compare/{with}", "audit.read", WEB_READS, 0, WEB_FIELDS(compare_fields), document_compare, "与另一年的比较",
     "beside another year"},
    {"GET", "/audit/documents/{id}/pages/{page}", "audit.read", WEB_READS, WEB_DATA, WEB_FIELDS(picture_fields), picture_get, "页面图",
     "picture of a page"},
    {"GET", "/audit/findings", "audit.read", WEB_READS, 0, WEB_FIELDS(findings_fields), findings_page, "问题", "findings"},
    {"GET", "/audit/findings/{id}", "audit.read", WEB_READS, 0, WEB_FIELDS(finding_fields), finding_page, "一个问题", "one finding"},
    {"POST", "/audit/findings/{id}/settle", "audit.read", WEB_CHANGES, 0, WEB_FIELDS(settle_fields), finding_settle_post, "处理问题",
     "settle a finding"},
    {"POST", "/audit/findings/{id}/assign", "audit.assign", WEB_CHANGES, 0, WEB_FIELDS(assign_fields), finding_assign_post, "分派问题",
     "assign a finding"},
    {"POST", "/audit/findings/{id}/comment", "audit.comment", WEB_CHANGES, 0, WEB_FIELDS(comment_fields), finding_comment_post, "写意见", "comment"},
    {"GET", "/audit/corpus", "audit.read", WEB_READS, 0, NULL, 0, corpus_page, "总览", "overview"},
    {"GET", "/search", "audit.read", WEB_READS, 0, WEB_FIELDS(search_fields), search_page, "搜索", "search"}};

static const struct web_permission permissions[] = {{"audit.read", "查看审核", "see audits"},
                                                    {"audit.upload", "上传文件", "upload files"},
                                                    {"audit.comment", "写意见", "comment"},
                                                    {"audit.settle", "处理问题", "settle findings"},
                                                    {"audit.assign", "分派问题", "assign findings"},
                                                    {"audit.accept", "认可问题", "accept findings"},
                                                    {"audit.export", "导出", "export"},
                                                    {"audit.retain", "决定保留", "decide what is kept"}};
static const struct web_nav nav[] = {{"/audit", "文件", "Documents", "audit.read", "审核", "Audit"},
                                     {"/audit/findings", "问题", "Findings", "audit.read", "审核", "Audit"},
                                     {"/audit/corpus", "总览", "Overview", "audit.read", "审核", "Audit"},
                                     {"/audit/upload", "上传", "Upload", "audit.upload", "审核", "Audit"}};
#define COUNT(a) (int)(sizeof(a) / sizeof *(a))
const struct web_room desk_web = {"audit", routes, COUNT(routes), permissions, COUNT(permissions), nav, COUNT(nav)};
const struct db_room desk_db = {"desk", desk_migrations, desk_migrations_count, desk_queries, desk_queries_count};
const struct job_kind *const desk_jobs[] = {&desk_audit_job, &desk_retention_job};
const int desk_jobs_count = COUNT(desk_jobs);
