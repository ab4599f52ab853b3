/* pdf_encoding.c: the encodings of simple fonts and the names of glyphs, as Unicode.
 * Latin 1 rows of the encodings equal Unicode and are computed; only what differs stands in tables. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

/* 0x80…0x9F of Windows code page 1252; holes are bullets, as PDF says of WinAnsiEncoding. */
static const uint16_t winansi_high[32] = {0x20AC, 0x2022, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                          0x2039, 0x0152, 0x2022, 0x017D, 0x2022, 0x2022, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                          0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x2022, 0x017E, 0x0178};

static const uint16_t macroman_high[128] = {
    0x00C4, 0x00C5, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00DC, 0x00E1, 0x00E0, 0x00E2, 0x00E4, 0x00E3, 0x00E5, 0x00E7, 0x00E9, 0x00E8,
    0x00EA, 0x00EB, 0x00ED, 0x00EC, 0x00EE, 0x00EF, 0x00F1, 0x00F3, 0x00F2, 0x00F4, 0x00F6, 0x00F5, 0x00FA, 0x00F9, 0x00FB, 0x00FC,
    0x2020, 0x00B0, 0x00A2, 0x00A3, 0x00A7, 0x2022, 0x00B6, 0x00DF, 0x00AE, 0x00A9, 0x2122, 0x00B4, 0x00A8, 0x2260, 0x00C6, 0x00D8,
    0x221E, 0x00B1, 0x2264, 0x2265, 0x00A5, 0x00B5, 0x2202, 0x2211, 0x220F, 0x03C0, 0x222B, 0x00AA, 0x00BA, 0x03A9, 0x00E6, 0x00F8,
    0x00BF, 0x00A1, 0x00AC, 0x221A, 0x0192, 0x2248, 0x2206, 0x00AB, 0x00BB, 0x2026, 0x00A0, 0x00C0, 0x00C3, 0x00D5, 0x0152, 0x0153,
    0x2013, 0x2014, 0x201C, 0x201D, 0x2018, 0x2019, 0x00F7, 0x25CA, 0x00FF, 0x0178, 0x2044, 0x20AC, 0x2039, 0x203A, 0xFB01, 0xFB02,
    0x2021, 0x00B7, 0x201A, 0x201E, 0x2030, 0x00C2, 0x00CA, 0x00C1, 0x00CB, 0x00C8, 0x00CD, 0x00CE, 0x00CF, 0x00CC, 0x00D3, 0x00D4,
    0xF8FF, 0x00D2, 0x00DA, 0x00DB, 0x00D9, 0x0131, 0x02C6, 0x02DC, 0x00AF, 0x02D8, 0x02D9, 0x02DA, 0x00B8, 0x02DD, 0x02DB, 0x02C7};

/* 0xA0…0xFF of StandardEncoding. */
static const uint16_t standard_high[96] = {
    0,      0x00A1, 0x00A2, 0x00A3, 0x2044, 0x00A5, 0x0192, 0x00A7, 0x00A4, 0x0027, 0x201C, 0x00AB, 0x2039, 0x203A, 0xFB01, 0xFB02,
    0,      0x2013, 0x2020, 0x2021, 0x00B7, 0,      0x00B6, 0x2022, 0x201A, 0x201E, 0x201D, 0x00BB, 0x2026, 0x2030, 0,      0x00BF,
    0,      0x0060, 0x00B4, 0x02C6, 0x02DC, 0x00AF, 0x02D8, 0x02D9, 0x00A8, 0,      0x02DA, 0x00B8, 0,      0x02DD, 0x02DB, 0x02C7,
    0x2014, 0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,
    0,      0x00C6, 0,      0x00AA, 0,      0,      0,      0,      0x0141, 0x00D8, 0x0152, 0x00BA, 0,      0,      0,      0,
    0,      0x00E6, 0,      0,      0,      0x0131, 0,      0,      0x0142, 0x00F8, 0x0153, 0x00DF, 0,      0,      0,      0};

/* Greek letters of the Symbol font at 'A'…'Z'; lower case lies 0x20 further in both. */
static const uint16_t symbol_upper[26] = {0x0391, 0x0392, 0x03A7, 0x0394, 0x0395, 0x03A6, 0x0393, 0x0397, 0x0399, 0x03D1, 0x039A, 0x039B, 0x039C,
                                          0x039D, 0x039F, 0x03A0, 0x0398, 0x03A1, 0x03A3, 0x03A4, 0x03A5, 0x03C2, 0x03A9, 0x039E, 0x03A8, 0x0396};

static uint32_t symbol_unicode(unsigned code) {
  if (code >= 'A' && code <= 'Z') return symbol_upper[code - 'A'];
  if (code >= 'a' && code <= 'z' && code != 'j' && code != 'v') return symbol_upper[code - 'a'] + 0x20u;
  switch (code) {
  case 'j': return 0x03C6;
  case 'v': return 0x03D6;
  case 0x22: return 0x2200;
  case 0x24: return 0x2203;
  case 0x27: return 0x220B;
  case 0x2A: return 0x2217;
  case 0x2D: return 0x2212;
  case 0x40: return 0x2245;
  case 0xA3: return 0x2264;
  case 0xA5: return 0x221E;
  case 0xB0: return 0x00B0;
  case 0xB1: return 0x00B1;
  case 0xB3: return 0x2265;
  case 0xB4: return 0x00D7;
  case 0xB7: return 0x2022;
  case 0xB8: return 0x00F7;
  case 0xB9: return 0x2260;
  case 0xBB: return 0x2248;
  case 0xBC: return 0x2026;
  case 0xD6: return 0x221A;
  case 0xE5: return 0x2211;
  default: return code >= 0x20 && code < 0x7F ? code : 0;
  }
}

uint32_t encoding_unicode(enum simple_encoding e, unsigned code) {
  if (code < 0x20 || code > 0xFF) return 0;
  switch (e) {
  case ENCODING_SYMBOL: return symbol_unicode(code);
  case ENCODING_WINANSI:
    if (code == 0x7F) return 0x2022;
    return code >= 0x80 && code < 0xA0 ? winansi_high[code - 0x80] : code;
  case ENCODING_MACROMAN:
    if (code == 0x7F) return 0;
    return code >= 0x80 ? macroman_high[code - 0x80] : code;
  case ENCODING_STANDARD:
  default:
    if (code == 0x27) return 0x2019;
    if (code == 0x60) return 0x2018;
    if (code >= 0x7F && code < 0xA0) return 0;
    return code >= 0xA0 ? standard_high[code - 0xA0] : code;
  }
}

/* Names that are not one letter of the alphabet, in the order of strcmp. */
static const struct glyph_name {
  const char *name;
  uint16_t cp;
} glyph_names[] = {
    {"AE", 0x00C6},
    {"Aacute", 0x00C1},
    {"Abreve", 0x0102},
    {"Acaron", 0x01CD},
    {"Acircumflex", 0x00C2},
    {"Adieresis", 0x00C4},
    {"Agrave", 0x00C0},
    {"Alpha", 0x0391},
    {"Amacron", 0x0100},
    {"Aogonek", 0x0104},
    {"Aring", 0x00C5},
    {"Atilde", 0x00C3},
    {"Beta", 0x0392},
    {"Cacute", 0x0106},
    {"Ccaron", 0x010C},
    {"Ccedilla", 0x00C7},
    {"Ccircumflex", 0x0108},
    {"Cdotaccent", 0x010A},
    {"Chi", 0x03A7},
    {"Dcaron", 0x010E},
    {"Dcroat", 0x0110},
    {"Delta", 0x0394},
    {"Eacute", 0x00C9},
    {"Ebreve", 0x0114},
    {"Ecaron", 0x011A},
    {"Ecircumflex", 0x00CA},
    {"Edieresis", 0x00CB},
    {"Edotaccent", 0x0116},
    {"Egrave", 0x00C8},
    {"Emacron", 0x0112},
    {"Eogonek", 0x0118},
    {"Epsilon", 0x0395},
    {"Eta", 0x0397},
    {"Eth", 0x00D0},
    {"Euro", 0x20AC},
    {"Gamma", 0x0393},
    {"Gbreve", 0x011E},
    {"Gcedilla", 0x0122},
    {"Gcircumflex", 0x011C},
    {"Gcommaaccent", 0x0122},
    {"Gdotaccent", 0x0120},
    {"H18533", 0x25CF},
    {"H22073", 0x25A1},
    {"Hcircumflex", 0x0124},
    {"Iacute", 0x00CD},
    {"Ibreve", 0x012C},
    {"Icaron", 0x01CF},
    {"Icircumflex", 0x00CE},
    {"Idieresis", 0x00CF},
    {"Idotaccent", 0x0130},
    {"Igrave", 0x00CC},
    {"Imacron", 0x012A},
    {"Iogonek", 0x012E},
    {"Iota", 0x0399},
    {"Itilde", 0x0128},
    {"Jcircumflex", 0x0134},
    {"Kappa", 0x039A},
    {"Kcedilla", 0x0136},
    {"Kcommaaccent", 0x0136},
    {"Lacute", 0x0139},
    {"Lambda", 0x039B},
    {"Lcaron", 0x013D},
    {"Lcedilla", 0x013B},
    {"Lcommaaccent", 0x013B},
    {"Lslash", 0x0141},
    {"Mu", 0x039C},
    {"Nacute", 0x0143},
    {"Ncaron", 0x0147},
    {"Ncedilla", 0x0145},
    {"Ncommaaccent", 0x0145},
    {"Ntilde", 0x00D1},
    {"Nu", 0x039D},
    {"OE", 0x0152},
    {"Oacute", 0x00D3},
    {"Obreve", 0x014E},
    {"Ocaron", 0x01D1},
    {"Ocircumflex", 0x00D4},
    {"Odieresis", 0x00D6},
    {"Ograve", 0x00D2},
    {"Ohungarumlaut", 0x0150},
    {"Omacron", 0x014C},
    {"Omega", 0x03A9},
    {"Omicron", 0x039F},
    {"Oslash", 0x00D8},
    {"Otilde", 0x00D5},
    {"Phi", 0x03A6},
    {"Pi", 0x03A0},
    {"Psi", 0x03A8},
    {"Racute", 0x0154},
    {"Rcaron", 0x0158},
    {"Rcedilla", 0x0156},
    {"Rcommaaccent", 0x0156},
    {"Rho", 0x03A1},
    {"Sacute", 0x015A},
    {"Scaron", 0x0160},
    {"Scedilla", 0x015E},
    {"Scircumflex", 0x015C},
    {"Scommaaccent", 0x0218},
    {"Sigma", 0x03A3},
    {"Tau", 0x03A4},
    {"Tcaron", 0x0164},
    {"Tcedilla", 0x0162},
    {"Tcommaaccent", 0x0162},
    {"Theta", 0x0398},
    {"Thorn", 0x00DE},
    {"Uacute", 0x00DA},
    {"Ubreve", 0x016C},
    {"Ucaron", 0x01D3},
    {"Ucircumflex", 0x00DB},
    {"Udieresis", 0x00DC},
    {"Ugrave", 0x00D9},
    {"Uhungarumlaut", 0x0170},
    {"Umacron", 0x016A},
    {"Uogonek", 0x0172},
    {"Upsilon", 0x03A5},
    {"Uring", 0x016E},
    {"Utilde", 0x0168},
    {"Wcircumflex", 0x0174},
    {"Xi", 0x039E},
    {"Yacute", 0x00DD},
    {"Ycircumflex", 0x0176},
    {"Ydieresis", 0x0178},
    {"Zacute", 0x0179},
    {"Zcaron", 0x017D},
    {"Zdotaccent", 0x017B},
    {"Zeta", 0x0396},
    {"aacute", 0x00E1},
    {"abreve", 0x0103},
    {"acaron", 0x01CE},
    {"acircumflex", 0x00E2},
    {"acute", 0x00B4},
    {"adieresis", 0x00E4},
    {"ae", 0x00E6},
    {"agrave", 0x00E0},
    {"alpha", 0x03B1},
    {"amacron", 0x0101},
    {"ampersand", 0x0026},
    {"aogonek", 0x0105},
    {"approxequal", 0x2248},
    {"aring", 0x00E5},
    {"arrowdown", 0x2193},
    {"arrowleft", 0x2190},
    {"arrowright", 0x2192},
    {"arrowup", 0x2191},
    {"asciicircum", 0x005E},
    {"asciitilde", 0x007E},
    {"asterisk", 0x002A},
    {"at", 0x0040},
    {"atilde", 0x00E3},
    {"backslash", 0x005C},
    {"bar", 0x007C},
    {"beta", 0x03B2},
    {"blacksquare", 0x25A0},
    {"braceleft", 0x007B},
    {"braceright", 0x007D},
    {"bracketleft", 0x005B},
    {"bracketright", 0x005D},
    {"breve", 0x02D8},
    {"brokenbar", 0x00A6},
    {"bullet", 0x2022},
    {"cacute", 0x0107},
    {"caron", 0x02C7},
    {"ccaron", 0x010D},
    {"ccedilla", 0x00E7},
    {"ccircumflex", 0x0109},
    {"cdotaccent", 0x010B},
    {"cedilla", 0x00B8},
    {"cent", 0x00A2},
    {"centigrade", 0x2103},
    {"checkmark", 0x2713},
    {"chi", 0x03C7},
    {"circle", 0x25CB},
    {"circumflex", 0x02C6},
    {"colon", 0x003A},
    {"comma", 0x002C},
    {"copyright", 0x00A9},
    {"currency", 0x00A4},
    {"dagger", 0x2020},
    {"daggerdbl", 0x2021},
    {"dcaron", 0x010F},
    {"dcroat", 0x0111},
    {"degree", 0x00B0},
    {"degreecelsius", 0x2103},
    {"delta", 0x03B4},
    {"dieresis", 0x00A8},
    {"divide", 0x00F7},
    {"dollar", 0x0024},
    {"dotaccent", 0x02D9},
    {"dotlessi", 0x0131},
    {"eacute", 0x00E9},
    {"ebreve", 0x0115},
    {"ecaron", 0x011B},
    {"ecircumflex", 0x00EA},
    {"edieresis", 0x00EB},
    {"edotaccent", 0x0117},
    {"egrave", 0x00E8},
    {"eight", 0x0038},
    {"element", 0x2208},
    {"ellipsis", 0x2026},
    {"emacron", 0x0113},
    {"emdash", 0x2014},
    {"endash", 0x2013},
    {"eogonek", 0x0119},
    {"epsilon", 0x03B5},
    {"equal", 0x003D},
    {"equivalence", 0x2261},
    {"eta", 0x03B7},
    {"eth", 0x00F0},
    {"exclam", 0x0021},
    {"exclamdown", 0x00A1},
    {"existential", 0x2203},
    {"ff", 0xFB00},
    {"ffi", 0xFB03},
    {"ffl", 0xFB04},
    {"fi", 0xFB01},
    {"filledbox", 0x25A0},
    {"five", 0x0035},
    {"fl", 0xFB02},
    {"florin", 0x0192},
    {"four", 0x0034},
    {"foursuperior", 0x2074},
    {"fraction", 0x2044},
    {"gamma", 0x03B3},
    {"gbreve", 0x011F},
    {"gcedilla", 0x0123},
    {"gcircumflex", 0x011D},
    {"gcommaaccent", 0x0123},
    {"gdotaccent", 0x0121},
    {"germandbls", 0x00DF},
    {"grave", 0x0060},
    {"greater", 0x003E},
    {"greaterequal", 0x2265},
    {"guillemotleft", 0x00AB},
    {"guillemotright", 0x00BB},
    {"guilsinglleft", 0x2039},
    {"guilsinglright", 0x203A},
    {"hcircumflex", 0x0125},
    {"hungarumlaut", 0x02DD},
    {"hyphen", 0x002D},
    {"hyphenminus", 0x002D},
    {"iacute", 0x00ED},
    {"ibreve", 0x012D},
    {"icaron", 0x01D0},
    {"icircumflex", 0x00EE},
    {"ideographiccomma", 0x3001},
    {"ideographicperiod", 0x3002},
    {"ideographicspace", 0x3000},
    {"idieresis", 0x00EF},
    {"igrave", 0x00EC},
    {"imacron", 0x012B},
    {"increment", 0x2206},
    {"infinity", 0x221E},
    {"integral", 0x222B},
    {"intersection", 0x2229},
    {"iogonek", 0x012F},
    {"iota", 0x03B9},
    {"itilde", 0x0129},
    {"jcircumflex", 0x0135},
    {"kappa", 0x03BA},
    {"kcedilla", 0x0137},
    {"kcommaaccent", 0x0137},
    {"lacute", 0x013A},
    {"lcaron", 0x013E},
    {"lcedilla", 0x013C},
    {"lcommaaccent", 0x013C},
    {"less", 0x003C},
    {"lessequal", 0x2264},
    {"logicalnot", 0x00AC},
    {"lozenge", 0x25CA},
    {"lslash", 0x0142},
    {"macron", 0x00AF},
    {"middot", 0x00B7},
    {"minus", 0x2212},
    {"mu", 0x00B5},
    {"multiply", 0x00D7},
    {"nacute", 0x0144},
    {"nbspace", 0x00A0},
    {"ncaron", 0x0148},
    {"ncedilla", 0x0146},
    {"ncommaaccent", 0x0146},
    {"nine", 0x0039},
    {"nonbreakingspace", 0x00A0},
    {"notequal", 0x2260},
    {"ntilde", 0x00F1},
    {"nu", 0x03BD},
    {"numbersign", 0x0023},
    {"oacute", 0x00F3},
    {"obreve", 0x014F},
    {"ocaron", 0x01D2},
    {"ocircumflex", 0x00F4},
    {"odieresis", 0x00F6},
    {"oe", 0x0153},
    {"ogonek", 0x02DB},
    {"ograve", 0x00F2},
    {"ohungarumlaut", 0x0151},
    {"omacron", 0x014D},
    {"omega", 0x03C9},
    {"omicron", 0x03BF},
    {"one", 0x0031},
    {"onehalf", 0x00BD},
    {"oneinferior", 0x2081},
    {"onequarter", 0x00BC},
    {"onesuperior", 0x00B9},
    {"ordfeminine", 0x00AA},
    {"ordmasculine", 0x00BA},
    {"oslash", 0x00F8},
    {"otilde", 0x00F5},
    {"paragraph", 0x00B6},
    {"parenleft", 0x0028},
    {"parenright", 0x0029},
    {"partialdiff", 0x2202},
    {"percent", 0x0025},
    {"period", 0x002E},
    {"periodcentered", 0x00B7},
    {"perthousand", 0x2030},
    {"phi", 0x03C6},
    {"pi", 0x03C0},
    {"plus", 0x002B},
    {"plusminus", 0x00B1},
    {"product", 0x220F},
    {"proportional", 0x221D},
    {"psi", 0x03C8},
    {"question", 0x003F},
    {"questiondown", 0x00BF},
    {"quotedbl", 0x0022},
    {"quotedblbase", 0x201E},
    {"quotedblleft", 0x201C},
    {"quotedblright", 0x201D},
    {"quoteleft", 0x2018},
    {"quoteright", 0x2019},
    {"quotesinglbase", 0x201A},
    {"quotesingle", 0x0027},
    {"racute", 0x0155},
    {"radical", 0x221A},
    {"rcaron", 0x0159},
    {"rcedilla", 0x0157},
    {"rcommaaccent", 0x0157},
    {"registered", 0x00AE},
    {"rho", 0x03C1},
    {"ring", 0x02DA},
    {"sacute", 0x015B},
    {"scaron", 0x0161},
    {"scedilla", 0x015F},
    {"scircumflex", 0x015D},
    {"scommaaccent", 0x0219},
    {"section", 0x00A7},
    {"semicolon", 0x003B},
    {"seven", 0x0037},
    {"sfthyphen", 0x00AD},
    {"sigma", 0x03C3},
    {"sigma1", 0x03C2},
    {"six", 0x0036},
    {"slash", 0x002F},
    {"softhyphen", 0x00AD},
    {"space", 0x0020},
    {"star", 0x2606},
    {"sterling", 0x00A3},
    {"summation", 0x2211},
    {"tau", 0x03C4},
    {"tcaron", 0x0165},
    {"tcedilla", 0x0163},
    {"tcommaaccent", 0x0163},
    {"therefore", 0x2234},
    {"theta", 0x03B8},
    {"thorn", 0x00FE},
    {"three", 0x0033},
    {"threeinferior", 0x2083},
    {"threequarters", 0x00BE},
    {"threesuperior", 0x00B3},
    {"tilde", 0x02DC},
    {"trademark", 0x2122},
    {"triagdn", 0x25BC},
    {"triagup", 0x25B2},
    {"two", 0x0032},
    {"twoinferior", 0x2082},
    {"twosuperior", 0x00B2},
    {"uacute", 0x00FA},
    {"ubreve", 0x016D},
    {"ucaron", 0x01D4},
    {"ucircumflex", 0x00FB},
    {"udieresis", 0x00FC},
    {"ugrave", 0x00F9},
    {"uhungarumlaut", 0x0171},
    {"umacron", 0x016B},
    {"underscore", 0x005F},
    {"union", 0x222A},
    {"universal", 0x2200},
    {"uogonek", 0x0173},
    {"upsilon", 0x03C5},
    {"uring", 0x016F},
    {"utilde", 0x0169},
    {"wcircumflex", 0x0175},
    {"xi", 0x03BE},
    {"yacute", 0x00FD},
    {"ycircumflex", 0x0177},
    {"ydieresis", 0x00FF},
    {"yen", 0x00A5},
    {"zacute", 0x017A},
    {"zcaron", 0x017E},
    {"zdotaccent", 0x017C},
    {"zero", 0x0030},
    {"zerosuperior", 0x2070},
    {"zeta", 0x03B6},
};

static int glyph_name_compare(const void *a, const void *b) {
  return strcmp(((const struct glyph_name *)a)->name, ((const struct glyph_name *)b)->name);
}

/* Up to 6 hexadecimal digits; 0 when there are others. */
static uint32_t hex_value(const char *p, size_t n) {
  uint32_t v = 0;
  if (n == 0 || n > 6) return 0;
  for (size_t i = 0; i < n; i++) {
    char c = p[i];
    int d = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (d < 0) return 0;
    v = v << 4 | (uint32_t)d;
  }
  return v <= 0x10FFFF ? v : 0;
}

int glyph_name_unicode(const char *name, size_t n, uint32_t out[3]) {
  const char *point = n > 1 ? memchr(name + 1, '.', n - 1) : NULL;
  if (point) n = (size_t)(point - name);
  if (n == 0 || n > 31) return 0;
  if (n == 1 && ((name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z'))) {
    out[0] = (unsigned char)name[0];
    return 1;
  }
  char text[32];
  memcpy(text, name, n);
  text[n] = '\0';
  struct glyph_name key = {.name = text};
  const struct glyph_name *g = bsearch(&key, glyph_names, sizeof glyph_names / sizeof *glyph_names, sizeof *glyph_names, glyph_name_compare);
  if (g) {
    out[0] = g->cp;
    return 1;
  }
  if (n >= 7 && !memcmp(name, "uni", 3) && (n - 3) % 4 == 0 && n <= 15) {
    int count = 0;
    for (size_t at = 3; at < n; at += 4, count++) {
      out[count] = hex_value(name + at, 4);
      if (out[count] == 0) return 0;
    }
    return count;
  }
  if (n >= 5 && name[0] == 'u') {
    out[0] = hex_value(name + 1, n - 1);
    return out[0] != 0;
  }
  return 0;
}
