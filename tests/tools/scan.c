/* scan.c: makes a PDF look scanned: pages as pictures, a little turned, grey and noisy, without any text.
 *   scan OUT.pdf DEGREES NOISE SEED PAGE.pgm…    NOISE: grey levels that a pixel may be off; pages are 300 dpi. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct picture {
  int width, height;
  unsigned char *v;
};

static int read_pgm(const char *path, struct picture *p) {
  FILE *f = fopen(path, "rb");
  int most = 0, ok = f && fscanf(f, "P5 %d %d %d", &p->width, &p->height, &most) == 3 && most == 255;
  ok = ok && p->width > 0 && p->height > 0 && p->width < 20000 && p->height < 20000 && fgetc(f) != EOF;
  p->v = ok ? malloc((size_t)p->width * (size_t)p->height) : NULL;
  ok = p->v && fread(p->v, (size_t)p->width, (size_t)p->height, f) == (size_t)p->height;
  if (f) fclose(f);
  return ok;
}

static uint64_t state;
static int noise(int most) {
  if (most <= 0) return 0;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (int)((state >> 33) % (uint64_t)(2 * most + 1)) - most;
}

static double at(const struct picture *p, int x, int y) {
  return x < 0 || y < 0 || x >= p->width || y >= p->height ? 255 : p->v[(size_t)y * (size_t)p->width + (size_t)x];
}

/* Turned about the middle, on paper that is not quite white. */
static unsigned char *turn(const struct picture *p, double degrees, int most) {
  unsigned char *out = malloc((size_t)p->width * (size_t)p->height);
  double c = cos(degrees * 3.14159265358979 / 180), s = sin(degrees * 3.14159265358979 / 180);
  for (int y = 0; out && y < p->height; y++)
    for (int x = 0; x < p->width; x++) {
      double dx = x - p->width / 2.0, dy = y - p->height / 2.0, u = dx * c + dy * s + p->width / 2.0, v = dy * c - dx * s + p->height / 2.0;
      int ux = (int)floor(u), vy = (int)floor(v);
      double fu = u - ux, fv = v - vy;
      double grey = (at(p, ux, vy) * (1 - fu) + at(p, ux + 1, vy) * fu) * (1 - fv) + (at(p, ux, vy + 1) * (1 - fu) + at(p, ux + 1, vy + 1) * fu) * fv;
      double g = 25 + grey * 215 / 255 + noise(most);
      out[(size_t)y * (size_t)p->width + (size_t)x] = (unsigned char)(g < 0 ? 0 : g > 255 ? 255 : g);
    }
  return out;
}

static int write_page(FILE *f, int number, const struct picture *p, const unsigned char *grey, long *offsets) {
  uLongf n = compressBound((uLong)p->width * (uLong)p->height);
  unsigned char *packed = malloc(n);
  double w = p->width * 72 / 300.0, h = p->height * 72 / 300.0;
  char content[800];
  if (!packed || compress2(packed, &n, grey, (uLong)p->width * (uLong)p->height, 1) != Z_OK) return 0;
  int length = snprintf(content, sizeof content, "q %.2f 0 0 %.2f 0 0 cm /I Do Q", w, h), id = 3 + 3 * number;
  offsets[id] = ftell(f);
  fprintf(f, "%d 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Resources<</XObject<</I %d 0 R>>>>/Contents %d 0 R>> endobj\n", id, w, h,
          id + 1, id + 2);
  offsets[id + 1] = ftell(f);
  fprintf(
      f,
      "%d 0 obj <</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %lu>> stream\n",
      id + 1, p->width, p->height, n);
  fwrite(packed, 1, n, f);
  fprintf(f, "\nendstream endobj\n");
  offsets[id + 2] = ftell(f);
  fprintf(f, "%d 0 obj <</Length %d>> stream\n%s\nendstream endobj\n", id + 2, length, content);
  free(packed);
  return 1;
}

static int write_all(FILE *f, int pages, char **names, double degrees, int most) {
  int objects = 3 + 3 * pages;
  long *offsets = calloc((size_t)objects + 1, sizeof *offsets);
  if (!offsets) return 0;
  fprintf(f, "%%PDF-1.4\n");
  for (int i = 0; i < pages; i++) {
    struct picture p = {0};
    unsigned char *grey = read_pgm(names[i], &p) ? turn(&p, i % 2 ? degrees : -degrees, most) : NULL;
    if (!grey || !write_page(f, i, &p, grey, offsets)) return fprintf(stderr, "scan: cannot read %s\n", names[i]), 0;
    free(grey), free(p.v);
  }
  offsets[1] = ftell(f);
  fprintf(f, "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n");
  offsets[2] = ftell(f);
  fprintf(f, "2 0 obj <</Type/Pages/Count %d/Kids[", pages);
  for (int i = 0; i < pages; i++) fprintf(f, "%d 0 R ", 3 + 3 * i);
  fprintf(f, "]>> endobj\n");
  long start = ftell(f);
  fprintf(f, "xref\n0 %d\n0000000000 65535 f \n", objects);
  for (int i = 1; i < objects; i++) fprintf(f, "%010ld 00000 n \n", offsets[i]);
  fprintf(f, "trailer <</Size %d/Root 1 0 R>>\nstartxref\n%ld\n%%%%EOF\n", objects, start);
  free(offsets);
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 6) return fprintf(stderr, "scan OUT.pdf DEGREES NOISE SEED PAGE.pgm...\n"), 2;
  FILE *f = fopen(argv[1], "wb");
  state = strtoull(argv[4], NULL, 10);
  int ok = f && write_all(f, argc - 5, argv + 5, strtod(argv[2], NULL), (int)strtol(argv[3], NULL, 10));
  ok = f && fclose(f) == 0 && ok;
  return ok ? 0 : 1;
}
