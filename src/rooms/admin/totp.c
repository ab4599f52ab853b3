/* totp.c: one-time codes (RFC 6238) as telephones make them. */
#include "rooms/admin/internal.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int totp_make(char base32[40], struct err *e) {
  char raw[20], *text = NULL;
  size_t n = 0;
  randombytes_buf(raw, sizeof raw);
  if (oath_base32_encode(raw, sizeof raw, &text, &n) != OATH_OK) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  bool fits = n < 40;
  if (fits) memcpy(base32, text, n + 1);
  free(text);
  return fits ? RC_OK : err_set(e, RC_LIMIT, "%s", tr("太长", "too long"));
}

int64_t totp_step(const char *base32, struct sv code, int64_t now_ms) {
  char *key = NULL, made[CODE_DIGITS + 1], given[CODE_DIGITS + 1];
  size_t n = 0;
  int64_t step = -1, now = now_ms / 1000 / TOTP_SECONDS;
  if (code.n != CODE_DIGITS) return -1;
  memcpy(given, code.p, CODE_DIGITS);
  given[CODE_DIGITS] = 0;
  if (oath_base32_decode(base32, strlen(base32), &key, &n) != OATH_OK) return -1;
  for (int64_t at = now - 1; at <= now + 1; at++)
    if (oath_hotp_generate(key, n, (uint64_t)at, CODE_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, made) == OATH_OK && secret_equal(made, given))
      step = at;
  free(key);
  return step;
}
