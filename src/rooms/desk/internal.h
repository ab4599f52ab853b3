/* internal.h: what the files of the audit desk share. */
#ifndef HENG_ROOMS_DESK_INTERNAL_H
#define HENG_ROOMS_DESK_INTERNAL_H

#include "desk_sql.h"
#include "rooms/admin/people.h"
#include "rooms/desk/desk.h"

enum { CHUNK = 54, PATH_SIZE = 2400, FILE_MOST_MB = 100, ZIP_FILES_MOST = 2000 };

struct desk {
  struct desk_config config;
  char folder[2200], program[2200], data[2200]; /* of documents; this program; its rules and profiles */
};
const struct desk *desk_now(void);
const char *desk_file(char out[PATH_SIZE], const char *sha256); /* where a document lies */

/* ---- keep.c: files by their hash ---- */
/* Moves an uploaded file to its place (nothing happens when it is there already). */
int keep_file(const char *from, const char *sha256, struct err *e) MUST_CHECK;
int keep_drop(const char *sha256, struct err *e) MUST_CHECK;

/* ---- engine.c: audits in a child of this program that can do nothing else ---- */
struct engine_end {
  bool well;
  char why[200]; /* when not */
};
/* Runs `heng` with these words (up to NULL) in `scratch`, confined: of all documents it can open those of `files` (up to NULL, CHUNK at most). */
int engine_run(const char *scratch, const char *const *files, const char *const *words, int seconds, struct engine_end *end,
               struct err *e) MUST_CHECK;
/* Another program of this machine, for pictures. */
int engine_tool(const char *scratch, const char *program, const char *const *files, const char *const *words, int seconds, struct engine_end *end,
                struct err *e) MUST_CHECK;
int engine_scratch(char out[PATH_SIZE], struct err *e) MUST_CHECK;
void engine_clean(const char *scratch);

/* ---- job.c ---- */
extern const struct job_kind desk_audit_job, desk_retention_job;
int desk_queue(struct db *d, int64_t tenant, const int64_t *documents, int n, struct err *e) MUST_CHECK;

/* ---- result.c: from the report of an audit to rows ---- */
/* The report of at most CHUNK documents; `paths[i]` is the path that documents[i] was audited under. One transaction: all or none, and none when the
 * job is no longer this worker's. */
int result_take(struct db *d, struct job_worker *w, int64_t tenant, const char *report, const char *const *paths, const int64_t *documents, int n,
                struct err *e) MUST_CHECK;

/* ---- search.c ---- */
/* Two characters in a row of the folded text, each one; single characters too. */
int grams_remove(struct db *d, int64_t tenant, int64_t document, struct err *e) MUST_CHECK;
int grams_add(struct db *d, int64_t tenant, int64_t document, struct sv text, struct err *e) MUST_CHECK;

/* ---- view.c: reading a row, with whether the asker may see it ---- */
struct desk_document {
  int64_t id, batch, size, year, pages, errors, warnings, infos, passed, not_checked, open, kept, uploaded_by, uploaded_at, audited_at;
  const char *org, *name, *sha256, *state, *why, *format, *kind, *body, *uploaded_name;
};
int desk_document_read(struct web_call *c, const char *permission, int64_t id, struct desk_document *out, struct err *e) MUST_CHECK;
struct desk_finding {
  int64_t id, document, number, page, assigned_to, settled_at, uploaded_by;
  const char *finding, *rule, *severity, *title, *message, *stated, *expected, *difference, *unit, *arithmetic, *basis, *sentence, *places, *state,
      *assigned_name, *reason, *settled_name, *org, *document_name, *format, *sha256;
};
int desk_finding_read(struct web_call *c, const char *permission, int64_t id, struct desk_finding *out, struct err *e) MUST_CHECK;
const char *kept_text(struct web_call *c, struct sv s); /* in the call's arena; "" when there is no room (the arena remembers) */
const char *kind_text(struct sv kind);
const char *state_text(struct sv state);
const char *state_kind(struct sv state);
const char *severity_text(struct sv severity);
const char *finding_state_text(struct sv state);

/* ---- handlers ---- */
int documents_page(struct web_call *c, struct err *e);
int upload_page(struct web_call *c, struct err *e);
int upload_post(struct web_call *c, struct err *e);
int batch_page(struct web_call *c, struct err *e);
int batches_page(struct web_call *c, struct err *e);
int document_page(struct web_call *c, struct err *e);
int document_keep_post(struct web_call *c, struct err *e);
int document_retry_post(struct web_call *c, struct err *e);
int document_export(struct web_call *c, struct err *e);
int document_compare(struct web_call *c, struct err *e);
int picture_get(struct web_call *c, struct err *e);
int finding_page(struct web_call *c, struct err *e);
int finding_settle_post(struct web_call *c, struct err *e);
int finding_assign_post(struct web_call *c, struct err *e);
int finding_comment_post(struct web_call *c, struct err *e);
int findings_page(struct web_call *c, struct err *e);
int corpus_page(struct web_call *c, struct err *e);
int search_page(struct web_call *c, struct err *e);

#endif
