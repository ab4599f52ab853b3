/* log.c: a line of JSON for each call, and the counters behind /metrics. */
#include "http/internal.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* Whatever stands in a text, a line stays a line: controls are escaped, so that nobody writes a second one. */
void json_text(struct buf *out, struct sv s) {
  buf_putc(out, '"');
  for (size_t i = 0; i < s.n;) {
    size_t from = i;
    uint32_t cp = utf8_next(s, &i);
    if (cp == '"' || cp == '\\')
      buf_printf(out, "\\%c", (char)cp);
    else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || (cp == 0xfffd && i - from == 1))
      buf_printf(out, "\\u%04x", (unsigned)cp);
    else
      buf_add(out, s.p + from, i - from);
  }
  buf_putc(out, '"');
}

int64_t clock_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void time_text(struct buf *out) {
  struct timespec t;
  struct tm parts;
  char text[40];
  clock_gettime(CLOCK_REALTIME, &t);
  gmtime_r(&t.tv_sec, &parts);
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  buf_printf(out, "{\"time\":\"%s.%03ldZ\"", text, t.tv_nsec / 1000000);
}

static void line_write(struct web *w, struct buf *line) {
  buf_puts(line, "}\n");
  if (w->config.log >= 0 && line->rc == RC_OK) {
    pthread_mutex_lock(&w->log_lock);
    ssize_t wrote = write(w->config.log, line->p, line->n); /* one write a line; a log that is full stops nobody */
    pthread_mutex_unlock(&w->log_lock);
    (void)wrote;
  }
  buf_release(line);
}

void log_call(struct web_call *c, int status, int64_t bytes) {
  struct buf b;
  buf_init(&b, 16384);
  time_text(&b);
  buf_printf(&b, ",\"level\":\"%s\",\"id\":\"%s\",\"method\":", status >= 500 ? "error" : "info", c->request_id);
  json_text(&b, sv_from(c->method ? c->method : ""));
  buf_puts(&b, ",\"path\":");
  struct sv path = sv_from(web_path(c));
  if (path.n > 1000) path.n = 1000;
  json_text(&b, path);
  buf_printf(&b, ",\"status\":%d,\"us\":%lld,\"bytes\":%lld,\"peer\":", status, (long long)(clock_us() - c->started), (long long)bytes);
  json_text(&b, sv_from(c->peer));
  if (c->user) {
    buf_puts(&b, ",\"user\":");
    json_text(&b, sv_from(c->user->login));
  }
  if (c->log.n) buf_add(&b, c->log.p, c->log.n);
  line_write(c->web, &b);
}

void log_problem(struct web *w, const char *id, const char *text) {
  struct buf b;
  buf_init(&b, 8192);
  time_text(&b);
  buf_printf(&b, ",\"level\":\"error\",\"id\":\"%s\",\"text\":", id);
  json_text(&b, sv_from(text));
  line_write(w, &b);
}

/* ---- counters ---- */
enum { NAMES_MOST = 256, BUCKETS = 12 };
static const int64_t bounds_us[BUCKETS] = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};
static atomic_llong by_class[6], buckets[BUCKETS + 1], total_us;
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
  char name[160];
  int64_t value;
} named[NAMES_MOST];
static int nnamed;

void metrics_count(int status, int64_t us) {
  int class = status / 100;
  if (class >= 1 && class <= 5) atomic_fetch_add(&by_class[class], 1);
  int i = 0;
  while (i < BUCKETS && us > bounds_us[i]) i++;
  atomic_fetch_add(&buckets[i], 1);
  atomic_fetch_add(&total_us, us);
}

static void change(const char *name, int64_t v, bool add) {
  pthread_mutex_lock(&names_lock);
  int i = 0;
  while (i < nnamed && strcmp(named[i].name, name) != 0) i++;
  if (i == nnamed && nnamed < NAMES_MOST) snprintf(named[nnamed++].name, sizeof named[0].name, "%s", name);
  if (i < nnamed) named[i].value = add ? named[i].value + v : v;
  pthread_mutex_unlock(&names_lock);
}

void web_metric_add(const char *name, int64_t n) {
  change(name, n, true);
}

void web_metric_set(const char *name, int64_t v) {
  change(name, v, false);
}

void metrics_write(struct buf *out, const struct web *w) {
  long long sum = 0;
  buf_puts(out, "# TYPE heng_requests_total counter\n");
  for (int i = 1; i <= 5; i++) buf_printf(out, "heng_requests_total{class=\"%dxx\"} %lld\n", i, (long long)atomic_load(&by_class[i]));
  buf_puts(out, "# TYPE heng_request_seconds histogram\n");
  for (int i = 0; i <= BUCKETS; i++) {
    sum += atomic_load(&buckets[i]);
    if (i < BUCKETS)
      buf_printf(out, "heng_request_seconds_bucket{le=\"%g\"} %lld\n", (double)bounds_us[i] / 1e6, sum);
    else
      buf_printf(out, "heng_request_seconds_bucket{le=\"+Inf\"} %lld\nheng_request_seconds_count %lld\n", sum, sum);
  }
  buf_printf(out, "heng_request_seconds_sum %g\n", (double)atomic_load(&total_us) / 1e6);
  buf_printf(out, "# TYPE heng_requests_in_flight gauge\nheng_requests_in_flight %d\n", atomic_load(&w->in_flight));
  pthread_mutex_lock(&names_lock);
  for (int i = 0; i < nnamed; i++) buf_printf(out, "%s %lld\n", named[i].name, (long long)named[i].value);
  pthread_mutex_unlock(&names_lock);
}
