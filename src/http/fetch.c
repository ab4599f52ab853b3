/* fetch.c: fetch.h by libcurl. */
#include "http/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool fetch_allowed(const char *url) {
  static const char *const near[] = {"http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:", "http://localhost/", "http://[::1]:"};
  for (const char *p = url; *p; p++)
    if ((unsigned char)*p <= 0x20 || *p == 0x7f || *p == '\\' || *p == '@') return false;
  if (strncmp(url, "https://", 8) == 0 && url[8] && url[8] != '/') return true;
  for (size_t i = 0; i < sizeof near / sizeof *near; i++)
    if (strncmp(url, near[i], strlen(near[i])) == 0) return true;
  return false;
}

static size_t take(char *p, size_t size, size_t n, void *context) {
  struct buf *out = context;
  return buf_add(out, p, size * n) < 0 ? 0 : size * n;
}

int fetch(const char *url, const char *form, const char *user, const char *password, struct buf *out, struct err *e) {
  pthread_once(&once, begin);
  if (!fetch_allowed(url)) return err_set(e, RC_USAGE, tr("不能访问 %s：只用 https", "%s is not asked: https only"), url);
  CURL *c = curl_easy_init();
  if (!c) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  long status = 0;
  curl_easy_setopt(c, CURLOPT_URL, url);
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_MAXFILESIZE, 1L << 20);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
  if (form) curl_easy_setopt(c, CURLOPT_POSTFIELDS, form);
  if (user) {
    curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(c, CURLOPT_USERNAME, user);
    curl_easy_setopt(c, CURLOPT_PASSWORD, password ? password : "");
  }
  CURLcode code = curl_easy_perform(c);
  if (code == CURLE_OK) curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(c);
  if (code != CURLE_OK) return err_set(e, RC_IO, tr("%s 没有回答：%s", "%s does not answer: %s"), url, curl_easy_strerror(code));
  return (int)status;
}
