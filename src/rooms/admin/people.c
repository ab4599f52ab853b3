/* people.c: starting the room, and what it gives the server. */
#include "rooms/admin/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct people *serving; /* set before the server starts, cleared after it has stopped */

const struct people *people_now(void) {
  return serving;
}

int64_t people_tenant(const struct web_call *c) {
  (void)c;
  return PEOPLE_TENANT;
}

int people_start(const struct people_config *config, struct people **out, struct err *e) {
  *out = NULL;
  if (sodium_init() < 0) return err_set(e, RC_IO, "%s", tr("没有随机数", "no source of random numbers"));
  struct people *p = calloc(1, sizeof *p);
  if (!p) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  p->config = *config;
  size_t n;
  if (sodium_hex2bin(p->key, sizeof p->key, config->secret, strlen(config->secret), NULL, &n, NULL) != 0 || n != sizeof p->key) {
    free(p);
    return err_set(e, RC_FORMAT, "%s", tr("密钥要是 64 个十六进制数字", "the secret is 64 hexadecimal digits"));
  }
  *out = serving = p;
  return RC_OK;
}

void people_stop(struct people *p) {
  if (!p) return;
  serving = NULL;
  sodium_memzero(p->key, sizeof p->key);
  free(p);
}

struct web_hooks people_hooks(struct people *p) {
  return (struct web_hooks){p, people_identify, people_refuse};
}
