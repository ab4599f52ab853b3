/* secret.c: random words, hashes of what is shown once, and what has to be kept readable for us alone. */
#include "rooms/admin/internal.h"

#include <sodium.h>
#include <string.h>

void secret_random_hex(char *out, size_t bytes) {
  unsigned char raw[64];
  if (bytes > sizeof raw) bytes = sizeof raw;
  randombytes_buf(raw, bytes);
  sodium_bin2hex(out, 2 * bytes + 1, raw, bytes);
}

void secret_hash(const char *what, struct sv s, char out[HASH_HEX]) {
  unsigned char raw[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, (const unsigned char *)what, strlen(what) + 1);
  if (s.n) crypto_hash_sha256_update(&state, (const unsigned char *)s.p, s.n);
  crypto_hash_sha256_final(&state, raw);
  sodium_bin2hex(out, HASH_HEX, raw, sizeof raw);
}

void secret_sign(const struct people *p, const char *what, struct sv s, char out[HASH_HEX]) {
  unsigned char raw[32];
  crypto_generichash_state state;
  crypto_generichash_init(&state, p->key, sizeof p->key, sizeof raw);
  crypto_generichash_update(&state, (const unsigned char *)what, strlen(what) + 1);
  if (s.n) crypto_generichash_update(&state, (const unsigned char *)s.p, s.n);
  crypto_generichash_final(&state, raw, sizeof raw);
  sodium_bin2hex(out, HASH_HEX, raw, sizeof raw);
}

bool secret_equal(const char *a, const char *b) {
  size_t n = strlen(a);
  return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

/* nonce ‖ box, in hex: what steals the database alone reads nothing. */
int secret_seal(const struct people *p, struct sv plain, char *out, size_t size, struct err *e) {
  unsigned char raw[256];
  size_t n = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.n;
  if (n > sizeof raw || 2 * n + 1 > size) return err_set(e, RC_LIMIT, "%s", tr("太长", "too long"));
  randombytes_buf(raw, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(raw + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain.p, plain.n, raw, p->key);
  sodium_bin2hex(out, size, raw, n);
  return RC_OK;
}

int secret_open(const struct people *p, const char *sealed, char *out, size_t size, struct err *e) {
  unsigned char raw[256];
  size_t n, overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sodium_hex2bin(raw, sizeof raw, sealed, strlen(sealed), NULL, &n, NULL) != 0 || n < overhead || n - overhead + 1 > size ||
      crypto_secretbox_open_easy((unsigned char *)out, raw + crypto_secretbox_NONCEBYTES, n - crypto_secretbox_NONCEBYTES, raw, p->key) != 0)
    return err_set(e, RC_FORMAT, "%s", tr("密文打不开：密钥文件换过", "the key file was changed: what it protected cannot be read"));
  out[n - overhead] = 0;
  return RC_OK;
}
