/* ui_chart.c: charts as SVG without styles or scripts, and the same numbers as a table. Colours are classes s0 … s7 of the style sheet. */
#include "html/ui.h"

#include <string.h>

enum { WIDTH = 720, HEIGHT = 300, LEFT = 84, RIGHT = 12, TOP = 12, BOTTOM = 76, POINTS_MOST = 400 };

/* 1,234.50: hundredths as people write amounts. */
static void amount(struct buf *out, int64_t v) {
  char digits[24];
  bool minus = v < 0;
  uint64_t u = minus ? 0 - (uint64_t)v : (uint64_t)v;
  int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(u / 100));
  if (minus) buf_putc(out, '-');
  for (int i = 0; i < n; i++) {
    buf_putc(out, digits[i]);
    if (i + 1 < n && (n - i - 1) % 3 == 0) buf_putc(out, ',');
  }
  if (u % 100) buf_printf(out, ".%02u", (unsigned)(u % 100));
}

static int64_t value_at(const struct ui_chart *c, int series, int label) {
  return c->values[(size_t)series * (size_t)c->nlabels + (size_t)label];
}

/* The next of 1, 2, 5, 10 … that is not less. */
static int64_t nice(int64_t v) {
  int64_t step = 1;
  for (;;) {
    if (step >= v) return step;
    if (2 * step >= v) return 2 * step;
    if (5 * step >= v) return 5 * step;
    if (step > INT64_MAX / 100) return v;
    step *= 10;
  }
}

struct scale {
  int64_t low, high, step;
};

static struct scale scale_of(const struct ui_chart *c) {
  int64_t low = 0, high = 0;
  bool stack = strcmp(c->kind, "stack") == 0;
  for (int l = 0; l < c->nlabels; l++) {
    int64_t up = 0, down = 0;
    for (int s = 0; s < c->nseries; s++) {
      int64_t v = value_at(c, s, l);
      if (stack) {
        if (v > 0) up += v;
        if (v < 0) down += v;
      } else {
        if (v > up) up = v;
        if (v < down) down = v;
      }
    }
    if (up > high) high = up;
    if (down < low) low = down;
  }
  struct scale sc = {.step = nice((high - low) / 5 > 0 ? (high - low) / 5 : 1)};
  sc.high = high <= 0 ? 0 : (high + sc.step - 1) / sc.step * sc.step;
  sc.low = low >= 0 ? 0 : -((-low + sc.step - 1) / sc.step * sc.step);
  if (sc.high == sc.low) sc.high = sc.low + sc.step;
  return sc;
}

static double y_of(struct scale sc, int64_t v) {
  return TOP + (double)(sc.high - v) / (double)(sc.high - sc.low) * (HEIGHT - TOP - BOTTOM);
}

/* A coordinate to a tenth: what printf does for hundreds of them costs more than the rest of a page. */
static const char *tenth(char out[16], double v) {
  int64_t t = (int64_t)(v < 0 ? v * 10 - 0.5 : v * 10 + 0.5);
  uint64_t u = (uint64_t)(t < 0 ? -t : t);
  char *at = out + 15;
  *at = 0;
  *--at = (char)('0' + u % 10);
  *--at = '.';
  u /= 10;
  do *--at = (char)('0' + u % 10);
  while (u /= 10, u && at > out + 1);
  if (t < 0) *--at = '-';
  return at;
}
#define TENTH(v) tenth((char[16]){0}, (v))

static void axes(struct buf *out, const struct ui_chart *c, struct scale sc) {
  for (int64_t v = sc.low; v <= sc.high; v += sc.step) {
    double y = y_of(sc, v);
    buf_printf(out, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/><text class=\"y\" x=\"%d\" y=\"%s\">", v == 0 ? "axis" : "grid",
               LEFT, WIDTH - RIGHT, TENTH(y), TENTH(y), LEFT - 6, TENTH(y + 4));
    amount(out, v);
    buf_puts(out, "</text>");
  }
  int every = c->nlabels > 24 ? (c->nlabels + 23) / 24 : 1, widest = 0;
  double band = (double)(WIDTH - LEFT - RIGHT) / c->nlabels;
  for (int l = 0; l < c->nlabels; l += every) {
    int wide = text_width(sv_from(c->labels[l]));
    if (wide > widest) widest = wide;
  }
  bool slanted = widest * 7 > band * every; /* labels that would run into each other */
  for (int l = 0; l < c->nlabels; l += every) {
    double x = LEFT + band * (l + 0.5);
    int y = HEIGHT - BOTTOM + 18;
    if (slanted)
      buf_printf(out, "<text class=\"slant\" x=\"%s\" y=\"%d\" transform=\"rotate(-35 %s %d)\">", TENTH(x), y, TENTH(x), y);
    else
      buf_printf(out, "<text class=\"x\" x=\"%s\" y=\"%d\">", TENTH(x), y);
    html_str(out, c->labels[l]);
    buf_puts(out, "</text>");
  }
}

static void mark_title(struct buf *out, const struct ui_chart *c, int s, int l) {
  buf_puts(out, "<title>");
  html_str(out, c->labels[l]);
  if (c->nseries > 1) {
    buf_puts(out, " · ");
    html_str(out, c->series[s]);
  }
  buf_puts(out, ": ");
  amount(out, value_at(c, s, l));
  buf_puts(out, " ");
  html_str(out, c->unit ? c->unit : "");
  buf_puts(out, "</title>");
}

static void bars(struct buf *out, const struct ui_chart *c, struct scale sc, bool stack) {
  double band = (double)(WIDTH - LEFT - RIGHT) / c->nlabels, wide = band * 0.72 / (stack ? 1 : c->nseries);
  for (int l = 0; l < c->nlabels; l++) {
    int64_t up = 0, down = 0;
    for (int s = 0; s < c->nseries; s++) {
      int64_t v = value_at(c, s, l), from = stack ? (v >= 0 ? up : down) : 0;
      double x = LEFT + band * l + band * 0.14 + (stack ? 0 : wide * s), a = y_of(sc, from), b = y_of(sc, from + v);
      if (v >= 0)
        up += v;
      else
        down += v;
      buf_printf(out, "<rect class=\"s%d\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\">", s % 8, TENTH(x), TENTH(a < b ? a : b), TENTH(wide),
                 TENTH(a < b ? b - a : a - b));
      mark_title(out, c, s, l);
      buf_puts(out, "</rect>");
    }
  }
}

static void lines(struct buf *out, const struct ui_chart *c, struct scale sc) {
  double band = (double)(WIDTH - LEFT - RIGHT) / c->nlabels;
  for (int s = 0; s < c->nseries; s++) {
    buf_printf(out, "<polyline class=\"l%d\" points=\"", s % 8);
    for (int l = 0; l < c->nlabels; l++) buf_printf(out, "%s,%s ", TENTH(LEFT + band * (l + 0.5)), TENTH(y_of(sc, value_at(c, s, l))));
    buf_puts(out, "\"/>");
    for (int l = 0; l < c->nlabels; l++) {
      buf_printf(out, "<circle class=\"s%d\" cx=\"%s\" cy=\"%s\" r=\"3\">", s % 8, TENTH(LEFT + band * (l + 0.5)),
                 TENTH(y_of(sc, value_at(c, s, l))));
      mark_title(out, c, s, l);
      buf_puts(out, "</circle>");
    }
  }
}

static void numbers(struct buf *out, const struct ui_chart *c) {
  buf_puts(out, "<details class=\"numbers\"><summary>");
  html_str(out, tr("数据表", "The numbers"));
  buf_puts(out, "</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
  html_str(out, c->title);
  buf_puts(out, "\"><table><caption>");
  html_str(out, c->title);
  if (c->unit && *c->unit) {
    buf_puts(out, tr("（", " ("));
    html_str(out, c->unit);
    buf_puts(out, tr("）", ")"));
  }
  buf_puts(out, "</caption><thead><tr><td></td>");
  for (int s = 0; s < c->nseries; s++) {
    buf_puts(out, "<th scope=\"col\" class=\"number\">");
    html_str(out, c->series[s]);
    buf_puts(out, "</th>");
  }
  buf_puts(out, "</tr></thead><tbody>");
  for (int l = 0; l < c->nlabels; l++) {
    buf_puts(out, "<tr><th scope=\"row\">");
    html_str(out, c->labels[l]);
    buf_puts(out, "</th>");
    for (int s = 0; s < c->nseries; s++) {
      buf_puts(out, "<td class=\"number\">");
      amount(out, value_at(c, s, l));
      buf_puts(out, "</td>");
    }
    buf_puts(out, "</tr>");
  }
  buf_puts(out, "</tbody></table></div></details>\n");
}

void ui_chart(struct buf *out, const struct ui_chart *c) {
  if (c->nlabels <= 0 || c->nseries <= 0 || c->nlabels > POINTS_MOST || c->nseries > POINTS_MOST) return;
  struct scale sc = scale_of(c);
  buf_puts(out, "<figure class=\"chart\"><figcaption>");
  html_str(out, c->title);
  if (c->unit && *c->unit) {
    buf_puts(out, tr("（", " ("));
    html_str(out, c->unit);
    buf_puts(out, tr("）", ")"));
  }
  buf_puts(out, "</figcaption>\n");
  if (c->nseries > 1) {
    buf_puts(out, "<ul class=\"legend\">");
    for (int s = 0; s < c->nseries; s++) {
      buf_printf(out, "<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\"><rect class=\"s%d\" width=\"12\" height=\"12\"/></svg> ", s % 8);
      html_str(out, c->series[s]);
      buf_puts(out, "</li>");
    }
    buf_puts(out, "</ul>\n");
  }
  buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
  html_str(out, c->title);
  buf_puts(out, "\">");
  axes(out, c, sc);
  if (strcmp(c->kind, "line") == 0)
    lines(out, c, sc);
  else
    bars(out, c, sc, strcmp(c->kind, "stack") == 0);
  buf_puts(out, "</svg>\n");
  numbers(out, c);
  buf_puts(out, "</figure>\n");
}
