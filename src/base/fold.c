/* fold.c: folding text for comparison: width, blanks, brackets, quotes, dashes, case, CJK radicals. */
#include "base/text.h"

#include <string.h>

/* Kangxi radicals U+2F00…U+2FD5 to their ideographs (Unicode compatibility mapping, NFKC), in order. PDF producers emit them for glyphs that
 * look alike. */
static const char KANGXI[] =
    "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支"
    "攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌"
    "舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑"
    "黹黽鼎鼓鼠鼻齊齒龍龜龠";

static uint32_t kangxi_to_ideograph(uint32_t cp) {
  struct sv all = {KANGXI, sizeof KANGXI - 1};
  size_t at = (size_t)(cp - 0x2F00) * 3; /* every one of them takes three bytes */
  return at + 3 <= all.n ? utf8_next(all, &at) : cp;
}

/* CJK radicals supplement, those simplified forms that stand in for common characters in PDF text. */
static uint32_t supplement_to_ideograph(uint32_t cp) {
  static const struct {
    uint32_t from, to;
  } map[] = {{0x2E81, 0x5382}, {0x2E84, 0x4E5A}, {0x2E85, 0x4EBB}, {0x2E88, 0x5200}, {0x2E8B, 0x353E}, {0x2E8C, 0x5C0F}, {0x2E8F, 0x5140},
             {0x2E9B, 0x65E1}, {0x2E9D, 0x6708}, {0x2E9F, 0x6BCD}, {0x2EA0, 0x6C11}, {0x2EA9, 0x738B}, {0x2EAA, 0x5902}, {0x2EB6, 0x7F8A},
             {0x2EBC, 0x8089}, {0x2EC4, 0x897F}, {0x2EC5, 0x89C1}, {0x2EC6, 0x89D2}, {0x2EC9, 0x8D1D}, {0x2ECB, 0x8F66}, {0x2ED3, 0x957F},
             {0x2ED4, 0x95E8}, {0x2ED8, 0x9752}, {0x2ED9, 0x97E6}, {0x2EDA, 0x9875}, {0x2EDB, 0x98CE}, {0x2EDC, 0x98DE}, {0x2EDD, 0x98DF},
             {0x2EE2, 0x9A6C}, {0x2EE3, 0x9AA8}, {0x2EE5, 0x9C7C}, {0x2EE6, 0x9E1F}, {0x2EE8, 0x9EA6}, {0x2EE9, 0x9EC4}, {0x2EEC, 0x9F50},
             {0x2EEE, 0x9F7F}, {0x2EF0, 0x9F99}};
  for (size_t i = 0; i < sizeof map / sizeof *map; i++)
    if (map[i].from == cp) return map[i].to;
  return cp;
}

static bool dropped(uint32_t cp) {
  return cp <= 0x20 || cp == 0x7F || cp == 0xA0 || cp == 0xAD || (cp >= 0x2000 && cp <= 0x200F) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F ||
         cp == 0x205F || cp == 0x2060 || cp == 0x3000 || cp == 0xFEFF || cp == 0xFFFC || (cp >= 0xE000 && cp <= 0xF8FF);
}

static uint32_t fold_punctuation(uint32_t cp) {
  /* clang-format off */
  switch (cp) {
  case 0x3010: case 0x3014: case 0x3016: case 0x3018: case 0x2768: case 0xFE59: return '(';
  case 0x3011: case 0x3015: case 0x3017: case 0x3019: case 0x2769: case 0xFE5A: return ')';
  case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0x300C: case 0x300D: case 0x300E: case 0x300F: case 0x301D: case 0x301E: case 0xAB: case 0xBB:
    return '"';
  case 0x2018: case 0x2019: case 0x201A: case 0x201B: return '\'';
  case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: case 0x2500: case 0xFE63: return '-';
  case 0xFE50: return ',';
  case 0xFE52: case 0x2024: return '.';
  case 0xFE54: return ';';
  case 0xFE55: case 0xFE13: case 0x2236: return ':';
  default: return cp;
  }
  /* clang-format on */
}

static uint32_t fold_code_point(uint32_t cp) {
  if (cp >= 0x2F00 && cp <= 0x2FD5) return kangxi_to_ideograph(cp);
  if (cp >= 0x2E80 && cp <= 0x2EF3) return supplement_to_ideograph(cp);
  if (cp >= 0xFF01 && cp <= 0xFF5E) cp -= 0xFEE0;
  cp = fold_punctuation(cp);
  if (cp >= 'A' && cp <= 'Z') cp += 'a' - 'A';
  return cp;
}

size_t text_fold_into(char *out, size_t size, struct sv s) {
  size_t n = 0;
  if (size == 0) return 0;
  for (size_t at = 0; at < s.n;) {
    unsigned char c = (unsigned char)s.p[at];
    if (c > ' ' && c < 0x7F) { /* most of a table of figures */
      if (n + 1 >= size) break;
      out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
      at++;
      continue;
    }
    uint32_t cp = utf8_next(s, &at);
    if (dropped(cp)) continue;
    char bytes[4];
    size_t k = utf8_put(bytes, fold_code_point(cp));
    if (n + k >= size) break;
    memcpy(out + n, bytes, k);
    n += k;
  }
  out[n] = '\0';
  return n;
}

const char *text_fold(struct arena *a, struct sv s) {
  if (s.n > SIZE_MAX / 4) return NULL;
  size_t size = s.n * 3 + 1; /* at worst every byte is malformed and becomes U+FFFD */
  char small[512];
  if (size <= sizeof small) return arena_text(a, small, text_fold_into(small, sizeof small, s));
  char *out = arena_alloc(a, size);
  if (out) text_fold_into(out, size, s);
  return out;
}
