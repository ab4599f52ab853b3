/* password.c: passwords: argon2id, the rules, the last five. */
#include "rooms/admin/internal.h"

#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* A hash takes 64 MiB and much time of a core. However many sign in at once, they queue for threads of low priority that are one fewer than the
 * cores: whoever reads pages meanwhile does not notice. */
enum { THREADS_MOST = 4, NICENESS = 10 };
struct hashing {
  struct sv password;
  const char *check; /* NULL: make a hash in `made` */
  char *made;
  int rc;
  bool done;
  struct hashing *next;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER, answered = PTHREAD_COND_INITIALIZER;
static struct hashing *first, **last = &first;
static int nthreads;

static int hash(const struct hashing *h) {
  const char *p = h->password.p ? h->password.p : "";
  return h->check ? crypto_pwhash_str_verify(h->check, p, h->password.n)
                  : crypto_pwhash_str(h->made, p, h->password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
}

static void *hasher(void *context) {
  (void)context;
  setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS); /* Linux: of this thread; where it fails hashing is merely not polite */
  pthread_mutex_lock(&lock);
  for (;;) {
    while (!first) pthread_cond_wait(&asked, &lock);
    struct hashing *h = first;
    first = h->next;
    if (!first) last = &first;
    pthread_mutex_unlock(&lock);
    int rc = hash(h);
    pthread_mutex_lock(&lock);
    h->rc = rc;
    h->done = true;
    pthread_cond_broadcast(&answered);
  }
  return NULL;
}

static void hashers_start(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN), most = cores - 1 < 1 ? 1 : cores - 1 > THREADS_MOST ? THREADS_MOST : cores - 1;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the threads that were there */
  for (pthread_t t; nthreads < most && pthread_create(&t, NULL, hasher, NULL) == 0; nthreads++) pthread_detach(t);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int hash_queued(struct hashing *h) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, hashers_start);
  if (nthreads == 0) return hash(h); /* no thread could be made */
  pthread_mutex_lock(&lock);
  *last = h;
  last = &h->next;
  pthread_cond_signal(&asked);
  while (!h->done) pthread_cond_wait(&answered, &lock);
  pthread_mutex_unlock(&lock);
  return h->rc;
}

int password_hash(struct sv password, char out[PASSWORD_HASH], struct err *e) {
  _Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH, "room for an argon2id string");
  struct hashing h = {.password = password, .made = out};
  return hash_queued(&h) == 0 ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

bool password_matches(struct sv password, const char *hash_text) {
  struct hashing h = {.password = password, .check = hash_text};
  return hash_queued(&h) == 0;
}

void password_waste(struct sv password) {
  char out[PASSWORD_HASH];
  struct err e;
  if (password_hash(password, out, &e) < 0) return; /* nothing to tell: nobody is signed in either way */
}

static int kinds_of(struct sv s) {
  bool lower = false, upper = false, digit = false, other = false;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c >= 'a' && c <= 'z')
      lower = true;
    else if (c >= 'A' && c <= 'Z')
      upper = true;
    else if (c >= '0' && c <= '9')
      digit = true;
    else
      other = true;
  }
  return lower + upper + digit + other;
}

/* What is tried first by whoever guesses: a word of these, whatever stands around it. */
static bool is_usual(const char *folded) {
  static const char *const words[] = {"password", "passw0rd", "12345678", "87654321", "11111111", "88888888", "66666666", "00000000",
                                      "qwertyui", "1qaz2wsx", "asdfghjk", "iloveyou", "woaini",   "abcd1234", "admin123"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(folded, words[i])) return true;
  return false;
}

int password_rules(struct sv password, struct sv login, struct err *e) {
  size_t n = utf8_length(password);
  if (n < 12 || n > PASSWORD_MAX) return err_set(e, RC_USAGE, tr("密码要有 12 到 %d 个字符", "a password has 12 to %d characters"), PASSWORD_MAX);
  if (kinds_of(password) < 3)
    return err_set(e, RC_USAGE, "%s",
                   tr("密码要有大写、小写、数字、其他字符中的三种", "a password has three of: capitals, small letters, digits, other characters"));
  char folded[PASSWORD_MAX * 4 + 1], name[256];
  text_fold_into(folded, sizeof folded, password);
  text_fold_into(name, sizeof name, login);
  if (name[0] && strstr(folded, name)) return err_set(e, RC_USAGE, "%s", tr("密码里不能有登录名", "a password does not contain the login"));
  if (is_usual(folded)) return err_set(e, RC_USAGE, "%s", tr("这个密码太常见，请换一个", "this password is a usual one: choose another"));
  return RC_OK;
}

static int used_before(struct db *d, int64_t tenant, int64_t user, struct sv password, struct err *e) {
  char past[5][PASSWORD_HASH] = {{0}};
  int n = 0, rc;
  struct db_statement *s;
  if ((rc = DB_ROWS(d, password_past, &s, e, db_int(tenant), db_int(user))) < 0) return rc;
  while ((rc = db_step(s, e)) == 1) {
    struct sv hash = db_col_text(s, 0);
    if (n < 5 && hash.n < PASSWORD_HASH) memcpy(past[n++], hash.p, hash.n);
  }
  for (int i = 0; rc == 0 && i < n; i++)
    if (password_matches(password, past[i])) rc = err_set(e, RC_USAGE, "%s", tr("不能用最近五个密码", "not one of the last five passwords"));
  return rc;
}

int password_set(struct db *d, int64_t tenant, int64_t user, struct sv login, struct sv password, bool must_change, struct err *e) {
  char hash[PASSWORD_HASH];
  int rc = password_rules(password, login, e);
  if (rc == 0) rc = used_before(d, tenant, user, password, e);
  if (rc == 0) rc = password_hash(password, hash, e);
  if (rc < 0) return rc;
  int64_t now = db_now(), changed = DB_RUN(d, user_password, e, db_int(tenant), db_int(user), db_str(hash), db_int(now), db_int(must_change));
  if (changed == 1) changed = DB_RUN(d, password_past_add, e, db_int(tenant), db_int(user), db_int(now), db_str(hash));
  if (changed < 0) return (int)changed;
  return changed == 1 ? RC_OK : err_set(e, RC_NOTFOUND, "%s", tr("没有这个用户", "there is no such user"));
}

void password_make(char out[20]) {
  /* without those that look alike; dashes to read it out by */
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ", small[] = "abcdefghijkmnpqrstuvwxyz", digits[] = "23456789";
  for (int i = 0; i < 19; i++) {
    if (i % 5 == 4)
      out[i] = '-';
    else if (i % 5 == 0)
      out[i] = letters[randombytes_uniform(sizeof letters - 1)];
    else if (i % 5 == 3)
      out[i] = digits[randombytes_uniform(sizeof digits - 1)];
    else
      out[i] = small[randombytes_uniform(sizeof small - 1)];
  }
  out[19] = 0;
}
