/* profile.c: the profiles of a folder: kinds.txt read into each, then the profile itself; and which of them a document asks for. */
#include "rooms/budget/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PROFILES = 200, MAX_PROFILE_FILE = 4 << 20, CUE_LINES = 400, CUE_CELLS = 4 };

static int by_name(const struct dirent **a, const struct dirent **b) {
  bool ga = strcmp((*a)->d_name, "generic.profile") == 0, gb = strcmp((*b)->d_name, "generic.profile") == 0;
  return ga != gb ? gb - ga : strcmp((*a)->d_name, (*b)->d_name);
}

static int is_profile(const struct dirent *d) {
  size_t n = strlen(d->d_name);
  return n > 8 && n < 200 && strcmp(d->d_name + n - 8, ".profile") == 0;
}

static int load_one(struct profiles *p, const char *folder, const char *name, struct sv kinds, struct err *e) {
  char path[4096];
  int n = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (n < 0 || (size_t)n >= sizeof path) return err_set(e, RC_USAGE, "%s", tr("路径太长", "the path is too long"));
  struct vocabulary *v;
  int rc = vocabulary_new(&v, e);
  unsigned char *data = NULL;
  size_t size = 0;
  if (rc == RC_OK) rc = vocabulary_read(v, "kinds.txt", kinds, e);
  if (rc == RC_OK) rc = file_read(path, MAX_PROFILE_FILE, &data, &size, e);
  if (rc == RC_OK) rc = vocabulary_read(v, path, (struct sv){(const char *)data, size}, e);
  if (rc == RC_OK) rc = vocabulary_check(v, path, e);
  if (rc == RC_OK && VEC_PUSH(&p->all, v, MAX_PROFILES) < 0) rc = err_set(e, RC_LIMIT, "%s", tr("城市样式太多", "too many profiles"));
  free(data);
  if (rc < 0) vocabulary_free(v);
  return rc;
}

int profiles_load(const char *folder, struct profiles **out, struct err *e) {
  char path[4096];
  unsigned char *data = NULL;
  size_t size = 0;
  *out = NULL;
  int n = snprintf(path, sizeof path, "%s/kinds.txt", folder);
  if (n < 0 || (size_t)n >= sizeof path) return err_set(e, RC_USAGE, "%s", tr("路径太长", "the path is too long"));
  int rc = file_read(path, MAX_PROFILE_FILE, &data, &size, e);
  if (rc < 0) return rc;
  struct profiles *p = calloc(1, sizeof *p);
  struct dirent **names = NULL;
  int count = p ? scandir(folder, &names, is_profile, by_name) : -1;
  if (count < 0) rc = err_set(e, RC_IO, tr("读不了文件夹 %s", "cannot read the folder %s"), folder);
  for (int i = 0; i < count; i++) {
    if (rc == RC_OK) rc = load_one(p, folder, names[i]->d_name, (struct sv){(const char *)data, size}, e);
    free(names[i]);
  }
  free(names);
  free(data);
  if (rc == RC_OK && p->all.n == 0) rc = err_set(e, RC_NOTFOUND, tr("%s 里没有 .profile 文件", "there is no .profile file in %s"), folder);
  if (rc < 0)
    profiles_free(p);
  else
    *out = p;
  return rc;
}

void profiles_free(struct profiles *p) {
  if (!p) return;
  for (size_t i = 0; i < p->all.n; i++) vocabulary_free(p->all.v[i]);
  free(p->all.v);
  free(p);
}

int profile_count(const struct profiles *p) {
  return (int)p->all.n;
}

const char *profile_name(const struct profiles *p, int index) {
  return index >= 0 && (size_t)index < p->all.n ? p->all.v[index]->name : NULL;
}

const struct vocabulary *profile_find(const struct profiles *p, const char *name) {
  for (size_t i = 0; i < p->all.n; i++)
    if (strcmp(p->all.v[i]->name, name) == 0) return p->all.v[i];
  return NULL;
}

/* ---- which profile a document asks for: how many of a profile's cues its lines and the first cells of its tables hold ---- */

struct cue_text {
  const char *folded[CUE_LINES];
  int n;
};

static void cue_add(struct cue_text *t, struct arena *a, struct sv s) {
  if (t->n >= CUE_LINES || s.n == 0 || s.n > 400) return;
  const char *folded = text_fold(a, s);
  if (folded && *folded) t->folded[t->n++] = folded;
}

/* Up to `most` lines of a document: each file of a book has its share, so that their order does not matter. */
static void cue_collect(struct cue_text *t, struct arena *a, const struct document *d, int most) {
  most += t->n;
  for (int i = 0; i < d->nitems && t->n < most; i++) {
    if (d->items[i].kind == ITEM_LINE)
      cue_add(t, a, d->items[i].text);
    else
      for (int c = 0; c < CUE_CELLS && c < d->tables[d->items[i].table].ncells; c++) cue_add(t, a, d->tables[d->items[i].table].cells[c].text);
  }
}

const struct vocabulary *profile_choose(const struct profiles *p, const struct document *const *documents, int n) {
  struct arena a;
  arena_init(&a, 8 << 20);
  const struct vocabulary *best = p->all.v[0];
  int best_score = 1; /* one cue alone proves nothing: a book may name another city */
  struct cue_text *t = ARENA_NEW(&a, struct cue_text);
  if (t) {
    for (int d = 0; d < n; d++) cue_collect(t, &a, documents[d], CUE_LINES / n);
    for (size_t i = 0; i < p->all.n; i++) {
      int score = 0;
      for (size_t c = 0; c < p->all.v[i]->cues.n; c++) {
        int hits = 0;
        for (int k = 0; k < t->n && hits < 3; k++) hits += strstr(t->folded[k], p->all.v[i]->cues.v[c]) != NULL;
        score += hits;
      }
      if (score > best_score) best_score = score, best = p->all.v[i];
    }
  }
  arena_release(&a);
  return best;
}
