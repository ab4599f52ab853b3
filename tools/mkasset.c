/* mkasset.c: files built into the program: mkasset out.c FILE…: their bytes, packed with gzip, and an address that changes with them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST = 4 * 1024 * 1024 };

static const char *type_of(const char *name) {
  static const char *const types[][2] = {{".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"}};
  size_t n = strlen(name);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    size_t k = strlen(types[i][0]);
    if (n > k && strcmp(name + n - k, types[i][0]) == 0) return types[i][1];
  }
  return NULL;
}

static void bytes(FILE *f, const char *what, int i, const unsigned char *p, size_t n) {
  fprintf(f, "static const unsigned char %s%d[] = {", what, i);
  for (size_t k = 0; k < n; k++) fprintf(f, "%s%u,", k % 32 == 0 ? "\n" : "", p[k]);
  fputs("0};\n", f);
}

/* gzip without a time, so that the same file gives the same bytes. */
static size_t pack(const unsigned char *p, size_t n, unsigned char *out) {
  z_stream z = {0};
  if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  union {
    const unsigned char *in;
    unsigned char *out;
  } u = {p}; /* zlib does not write to it */
  z.next_in = u.out;
  z.avail_in = (unsigned)n;
  z.next_out = out;
  z.avail_out = MOST;
  int rc = deflate(&z, Z_FINISH);
  size_t made = z.total_out;
  deflateEnd(&z);
  return rc == Z_STREAM_END ? made : 0;
}

int main(int argc, char **argv) {
  unsigned char *data = malloc(MOST), *packed = malloc(MOST);
  FILE *f = argc > 2 ? fopen(argv[1], "w") : NULL;
  if (!f || !data || !packed) return 2;
  fputs("/* made by mkasset. */\n#include \"html/ui.h\"\n", f);
  struct {
    const char *name, *type;
    size_t size, packed;
    uint64_t hash;
  } *all = calloc((size_t)argc, sizeof *all);
  int n = 0;
  for (int i = 2; all && i < argc; i++, n++) {
    FILE *in = fopen(argv[i], "rb");
    const char *slash = strrchr(argv[i], '/');
    all[n].name = slash ? slash + 1 : argv[i];
    all[n].type = type_of(argv[i]);
    all[n].size = in ? fread(data, 1, MOST, in) : MOST;
    if (in) fclose(in);
    if (!all[n].type || all[n].size >= MOST) {
      fprintf(stderr, "%s: cannot be read, is too large, or of no known type\n", argv[i]);
      return 1;
    }
    all[n].hash = 1469598103934665603u;
    for (size_t k = 0; k < all[n].size; k++) all[n].hash = (all[n].hash ^ data[k]) * 1099511628211u;
    all[n].packed = pack(data, all[n].size, packed);
    bytes(f, "data", n, data, all[n].size);
    bytes(f, "gzip", n, packed, all[n].packed);
  }
  fputs("const struct html_asset html_assets[] = {\n", f);
  for (int i = 0; i < n; i++)
    fprintf(f, "{\"%s\", \"/static/%s?v=%08x\", \"%s\", data%d, gzip%d, %zu, %zu},\n", all[i].name, all[i].name, (unsigned)(all[i].hash >> 32),
            all[i].type, i, i, all[i].size, all[i].packed);
  fprintf(f, "};\nconst int html_assets_count = %d;\n", n);
  free(all);
  free(data);
  free(packed);
  return fclose(f) == 0 ? 0 : 1;
}
