/* batch.c: many inputs: folders walked in name order, workers that audit one input each, results reported in input order by one thread.
 * Workers run only a little ahead of the report, so that memory does not grow with the batch; a bad file is a line of the report.
 * Interrupted, the batch stops after the inputs at hand, leaves no file half written, and then dies of the signal as others expect. */
#include "rooms/audit/internal.h"
#include "rooms/audit/papers.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX   1000000
#define DEPTH_MAX   32
#define WORKERS_MAX 64

static volatile sig_atomic_t interrupted; /* the one thing a signal may touch */

static void on_interrupt(int signal_number) {
  interrupted = signal_number;
}

struct handlers {
  struct sigaction interrupt, terminate;
};

/* A second signal ends the program at once. What our caller wants ignored stays ignored. */
static void handler_set(int signal_number, struct sigaction *old) {
  struct sigaction now = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&now.sa_mask);
  if (sigaction(signal_number, NULL, old) == 0 && old->sa_handler != SIG_IGN) sigaction(signal_number, &now, NULL);
}

static void handlers_set(struct handlers *old) {
  interrupted = 0;
  handler_set(SIGINT, &old->interrupt);
  handler_set(SIGTERM, &old->terminate);
}

static void handlers_restore(const struct handlers *old) {
  sigaction(SIGINT, &old->interrupt, NULL);
  sigaction(SIGTERM, &old->terminate, NULL);
}

static int inputs_add(struct inputs *in, const char *path, struct err *e) {
  char *copy = strdup(path);
  if (copy && VEC_PUSH(&in->paths, copy, FILES_MAX) == RC_OK) return RC_OK;
  free(copy);
  return err_set(e, RC_LIMIT, tr("文件太多（最多 %d 个）或内存不足", "too many files (at most %d) or out of memory"), FILES_MAX);
}

/* In a folder only what begins like a document is taken: PDF, ZIP (XLSX, DOCX), OLE (old Word, Excel), HTML. Text has no such beginning: .txt only.
 */
static bool looks_like_document(const char *path) {
  static const struct {
    const char *bytes;
    size_t n;
  } magics[] = {{"%PDF-", 5}, {"PK\003\004", 4}, {"\320\317\021\340", 4}, {"<!DOCTYPE", 9}, {"<!doctype", 9}, {"<html", 5}, {"<HTML", 5}};
  char head[1024];
  FILE *f = fopen(path, "rb");
  if (!f) return true; /* so that it is reported, not passed over */
  size_t n = fread(head, 1, sizeof head, f);
  fclose(f);
  for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
    if (n >= magics[i].n && memmem(head, i == 0 ? n : n < 64 ? n : 64, magics[i].bytes, magics[i].n)) return true;
  struct sv name = sv_from(path);
  return n > 0 && sv_ends(name, ".txt");
}

static int walk(struct inputs *in, const char *path, bool named, int depth, struct err *e) {
  struct stat st;
  bool there = stat(path, &st) == 0;
  if (!there || !S_ISDIR(st.st_mode)) {
    if (named || (there && S_ISREG(st.st_mode) && looks_like_document(path))) return inputs_add(in, path, e);
    in->skipped++;
    return RC_OK;
  }
  struct dirent **entries = NULL;
  if (depth > DEPTH_MAX) return err_set(e, RC_LIMIT, tr("文件夹 %s 层数过多", "folder %s is nested too deep"), path);
  int n = scandir(path, &entries, NULL, alphasort), rc = RC_OK;
  if (n < 0) return inputs_add(in, path, e); /* reported as not readable */
  for (int i = 0; i < n; i++) {
    char child[4200];
    int m = snprintf(child, sizeof child, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entries[i]->d_name);
    if (rc == RC_OK && entries[i]->d_name[0] != '.' && m > 0 && (size_t)m < sizeof child) rc = walk(in, child, false, depth + 1, e);
    free(entries[i]);
  }
  free(entries);
  return rc;
}

void inputs_release(struct inputs *in) {
  for (size_t i = 0; i < in->paths.n; i++) free(in->paths.v[i]);
  free(in->paths.v);
}

struct pool {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  const struct auditor *a;
  const struct batch_options *o;
  char **paths;
  size_t n, next, reported; /* inputs; the next to start; those reported */
  size_t window;
  struct audit *slots; /* window of them, by number modulo window */
  bool *done;
  bool stop;
  struct intern names;    /* of the inputs, without folder and ending */
  bool *shared;           /* by name: several inputs have it */
  long unmarked, not_pdf; /* --annotate: copies that could not be made; inputs that are no PDF */
  struct audit_request request;
  bool *accept_used;  /* by entry of request.accept: covers a finding of some input */
  long accept_failed; /* files of accepted findings that cannot be read */
};

/* Which inputs of different folders have the same name: their marked copies must not overwrite each other. */
static int names_count(struct pool *p, struct err *e) {
  intern_init(&p->names);
  p->shared = calloc(p->n + 1, sizeof *p->shared);
  if (!p->shared) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; i < p->n; i++) {
    struct sv name = annotate_name(p->paths[i]);
    size_t before = p->names.names.n;
    uint32_t id = intern_add(&p->names, name.p, name.n);
    if (id == INTERN_NONE) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    p->shared[id] |= p->names.names.n == before;
  }
  return RC_OK;
}

static bool name_shared(const struct pool *p, const char *path) {
  struct sv name = annotate_name(path);
  uint32_t id = intern_find(&p->names, name.p, name.n);
  return id != INTERN_NONE && p->shared[id];
}

static void audit_input(struct pool *p, size_t i, struct audit *x) {
  const char *const *paths = (const char *const *)p->paths;
  if (p->o->together)
    audit_files(p->a, paths, (int)p->n, &p->request, x);
  else
    audit_files(p->a, paths + i, 1, &p->request, x);
}

static void *work(void *context) {
  struct pool *p = context;
  size_t inputs = p->o->together ? 1 : p->n;
  pthread_mutex_lock(&p->lock);
  for (;;) {
    while (!p->stop && p->next < inputs && p->next >= p->reported + p->window) pthread_cond_wait(&p->changed, &p->lock);
    if (p->stop || p->next >= inputs) break;
    size_t i = p->next++;
    pthread_mutex_unlock(&p->lock);
    audit_input(p, i, &p->slots[i % p->window]);
    pthread_mutex_lock(&p->lock);
    p->done[i % p->window] = true;
    pthread_cond_broadcast(&p->changed);
  }
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void progress(size_t done, size_t n) {
  enum { WIDTH = 40 };
  size_t filled = n ? done * WIDTH / n : 0;
  fprintf(stderr, "\r[");
  for (size_t i = 0; i < WIDTH; i++) fputc(i < filled ? '#' : '.', stderr);
  fprintf(stderr, "] %zu/%zu ", done, n);
}

/* Waits for input i; draws the bar every tenth of a second once the batch takes more than two. */
static void wait_for(struct pool *p, size_t i, size_t inputs, double start, bool bar) {
  pthread_mutex_lock(&p->lock);
  while (!p->done[i % p->window]) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += 100000000;
    if (t.tv_nsec >= 1000000000) t.tv_nsec -= 1000000000, t.tv_sec++;
    pthread_cond_timedwait(&p->changed, &p->lock, &t);
    if (bar && now() - start > 2) progress(i, inputs);
    if (interrupted) break;
  }
  pthread_mutex_unlock(&p->lock);
}

/* A marked copy of each PDF. One that cannot be made is said and counted; it ends nothing. */
static void annotate_input(struct pool *p, const struct audit *x) {
  for (int i = 0; x->rc >= 0 && i < x->ndocuments; i++) {
    struct err why = {0};
    const char *path = x->documents[i]->path ? x->documents[i]->path : x->path;
    if (x->documents[i]->format != FORMAT_PDF) {
      p->not_pdf++;
      continue;
    }
    if (report_annotate(x, p->a, i, p->o->annotate, name_shared(p, path), &why) == RC_OK) continue;
    fprintf(stderr, tr("heng: %s: 没有标注：%s\n", "heng: %s: not marked: %s\n"), path, why.text);
    p->unmarked++;
  }
}

static void note_damaged(const struct audit *x) {
  for (int i = 0; x->rc >= 0 && i < x->ndocuments; i++) {
    const struct document *d = x->documents[i];
    if (!all_damaged(d)) continue;
    fprintf(stderr,
            tr("heng: %s: 全部 %d 页都损坏，不能算审核过；请向公开单位要完好的文件\n",
               "heng: %s: all %d pages are damaged: this is no audit of it; ask who published it for a sound file\n"),
            d->path ? d->path : x->path, d->npages);
  }
}

static void note_accepted(struct pool *p, const struct audit *x) {
  const struct accepted *all = x->rc >= 0 ? x->accepted : NULL;
  const struct accept_list *l = p->request.accept;
  if (!all) return;
  if (all->failed) {
    fprintf(stderr, tr("heng: %s:%d:%d: %s；其中的认可都不算\n", "heng: %s:%d:%d: %s; none of its acceptances holds\n"), all->why.file, all->why.line,
            all->why.column, all->why.text);
    p->accept_failed++;
  }
  for (int b = 0; l && b < x->nbooks; b++)
    for (size_t i = 0; all->of[b] && i < x->results[b]->findings.n; i++)
      if (all->of[b][i]) p->accept_used[all->of[b][i] - l->list.v] = true;
}

/* Entries of the one file for a batch that cover nothing in any input. */
static void tell_unmatched(const struct pool *p) {
  const struct accept_list *l = p->request.accept;
  if (!l || p->request.accept_alone) return;
  for (size_t i = 0; i < l->list.n; i++)
    if (!p->accept_used[i])
      fprintf(stderr,
              tr("heng: %s:%d: 认可 %s 与任何发现都对不上（已改正，或数字变了）\n",
                 "heng: %s:%d: accept %s covers no finding (mended, or a figure changed)\n"),
              l->path, l->list.v[i].line, l->list.v[i].id);
}

static int report_input(struct pool *p, struct audit *x, struct reporter *r, struct store *s, struct err *e) {
  if (x->rc < 0) fprintf(stderr, "heng: %s: %s\n", x->path, x->error.text);
  note_damaged(x);
  note_accepted(p, x);
  int rc = reporter_add(r, x, e);
  if (rc == RC_OK && s) rc = store_add(s, x, p->a, e);
  if (rc == RC_OK && p->o->papers) rc = papers_add(p->o->papers, p->a, x, e);
  if (rc == RC_OK && p->o->annotate) annotate_input(p, x);
  return rc;
}

static void stop(struct pool *p) {
  pthread_mutex_lock(&p->lock);
  p->stop = true;
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
}

static int collect(struct pool *p, struct reporter *r, struct store *s, struct err *e) {
  size_t inputs = p->o->together ? 1 : p->n;
  double start = now();
  bool bar = !p->o->quiet && isatty(STDERR_FILENO);
  int rc = RC_OK;
  for (size_t i = 0; i < inputs && rc == RC_OK; i++) {
    wait_for(p, i, inputs, start, bar);
    if (bar && now() - start > 2) fprintf(stderr, "\r%60s\r", "");
    if (interrupted) {
      rc = err_set(e, RC_IO, tr("中断：审核了 %zu 个，共 %zu 个", "interrupted: %zu of %zu audited"), i, inputs);
      stop(p);
      break;
    }
    rc = report_input(p, &p->slots[i % p->window], r, s, e);
    audit_release(&p->slots[i % p->window]);
    pthread_mutex_lock(&p->lock);
    p->done[i % p->window] = false;
    p->reported++;
    p->stop |= rc < 0;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
  }
  return rc;
}

static int run_pool(struct pool *p, int workers, struct reporter *r, struct store *s, struct err *e) {
  pthread_t threads[WORKERS_MAX];
  int started = 0;
  while (started < workers && pthread_create(&threads[started], NULL, work, p) == 0) started++;
  int rc = started > 0 ? collect(p, r, s, e) : err_set(e, RC_NOMEM, "%s", tr("起不了工作线程", "cannot start a worker"));
  for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
  for (size_t i = 0; i < p->window; i++) audit_release(&p->slots[i]); /* after a failure some were never reported */
  return rc;
}

static int exit_of(const struct reporter *r, const struct pool *p) {
  bool bad = p->unmarked > 0 || p->accept_failed > 0;
  for (size_t i = 0; i < r->all.n; i++) bad |= r->all.v[i].why != NULL || r->all.v[i].damaged;
  return r->total.errors > 0 ? EXIT_FOUND : bad ? EXIT_UNREADABLE : EXIT_CLEAN;
}

static int pool_init(struct pool *p, const struct auditor *a, const struct batch_options *o, struct inputs *in, int workers, struct err *e) {
  *p = (struct pool){.a = a, .o = o, .paths = in->paths.v, .n = in->paths.n, .window = (size_t)workers * 4};
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->changed, NULL);
  p->slots = calloc(p->window, sizeof *p->slots);
  p->done = calloc(p->window, sizeof *p->done);
  p->request = o->request;
  p->request.accept_alone = o->together || in->paths.n == 1;
  p->accept_used = calloc((o->request.accept ? o->request.accept->list.n : 0) + 1, sizeof *p->accept_used);
  if (!p->slots || !p->done || !p->accept_used) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return o->annotate ? names_count(p, e) : RC_OK;
}

static void pool_release(struct pool *p) {
  pthread_mutex_destroy(&p->lock);
  pthread_cond_destroy(&p->changed);
  intern_release(&p->names);
  free(p->slots), free(p->done), free(p->shared), free(p->accept_used);
}

int inputs_gather(struct inputs *in, char **words, int n, struct err *e) {
  int rc = RC_OK;
  for (int i = 0; i < n && rc == RC_OK; i++) rc = walk(in, words[i], true, 0, e);
  if (rc == RC_OK && in->paths.n == 0) rc = err_set(e, RC_USAGE, "%s", tr("文件夹里没有可读的文档", "there is no document in the folder"));
  return rc;
}

static int run_and_report(struct pool *p, int workers, struct reporter *r, struct store *s, struct err *e, int *found) {
  double start = now();
  struct handlers old;
  handlers_set(&old);
  int rc = run_pool(p, workers, r, s, e);
  *found = exit_of(r, p);
  if (rc == RC_OK) tell_unmatched(p);
  if (rc == RC_OK && p->o->papers) rc = papers_write(p->o->papers, e);
  if (rc == RC_OK)
    rc = reporter_close(r, now() - start, e);
  else
    reporter_release(r);
  handlers_restore(&old);
  return rc;
}

int batch_run(const struct auditor *a, const struct batch_options *o, char **words, int n, struct reporter *r, struct err *e) {
  struct inputs in = {0};
  struct store *s = NULL;
  struct pool p = {0};
  int found = EXIT_CLEAN, workers = o->workers < 1 ? 1 : o->workers > WORKERS_MAX ? WORKERS_MAX : o->workers;
  int rc = inputs_gather(&in, words, n, e);
  r->skipped_files = in.skipped;
  int ready = pool_init(&p, a, o, &in, workers, rc == RC_OK ? e : NULL);
  if (rc == RC_OK) rc = ready;
  if (rc == RC_OK && o->annotate) rc = annotate_folder(o->annotate, e);
  if (rc == RC_OK && o->store) rc = store_open(o->store, &s, e);
  if (rc == RC_OK)
    rc = run_and_report(&p, workers, r, s, e, &found);
  else
    reporter_release(r);
  if (rc == RC_OK && p.not_pdf > 0)
    fprintf(stderr, tr("heng: %ld 个文件不是 PDF，没有标注\n", "heng: %ld inputs are no PDF and were not marked\n"), p.not_pdf);
  pool_release(&p);
  store_close(s);
  inputs_release(&in);
  if (interrupted && rc < 0) {
    fprintf(stderr, "heng: %s\n", e ? e->text : "");
    raise(interrupted); /* everything is closed: die of it, so that what called us stops too */
  }
  return rc < 0 ? rc : found;
}
