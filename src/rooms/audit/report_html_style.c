/* report_html_style.c: the look of the HTML report. Text keeps a contrast of at least 4.5 : 1; what a cell is to a finding shows in its border
 * (thick, double, dashed, dotted) and sign besides its colour; the page works without scripts, narrow, and on paper. */
#include "rooms/audit/report_html.h"

static const char style[] =
    ":root{--e:#9f1239;--w:#854d0e;--i:#1e4976;--line:#a8a29e;--dim:#57534e;color-scheme:light}*{box-sizing:border-box}"
    "body{margin:0;font:15px/1.6 'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;color:#1c1917;background:#fafaf9}"
    "header,main,footer{padding:.8rem 2rem;max-width:120rem;margin:auto}header{border-bottom:3px solid var(--i)}"
    "h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.3rem;margin:2rem 0 .3rem;border-top:3px solid var(--i);padding-top:.6rem}"
    "h3{font-size:1.08rem;margin:1.6rem 0 .4rem;border-bottom:1px solid var(--line)}h4{margin:0;font-size:1rem}"
    "main>div:first-child>section:first-child>h2{border:0;margin-top:.5rem}p{margin:.25rem 0}a{color:var(--i)}"
    "a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid #b45309;outline-offset:2px}"
    ":target{outline:3px solid #b45309;outline-offset:1px}.skip{position:absolute;left:-99rem}"
    ".skip:focus{left:1rem;top:.5rem;background:#fff;padding:.3rem .6rem}"
    ".v{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.dim{color:var(--dim);font-size:.92rem}"
    ".counts{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:.5rem 0;list-style:none}"
    ".counts li{background:#fff;border:1px solid var(--line);border-radius:4px;padding:.15rem .7rem}.counts b{font-size:1.2rem}"
    ".alert{background:#fef3c7;border:1px solid var(--w);padding:.3rem .8rem;border-radius:4px;margin:.6rem 0}"
    ".alert ul{margin:.2rem 0;padding-left:1.3rem}.index{columns:2 28rem;column-gap:2rem;padding:0;list-style:none;margin:.4rem 0}"
    ".index li{break-inside:avoid;padding:.1rem 0}.e b{color:var(--e)}.w b{color:var(--w)}.i b{color:var(--i)}"
    ".pair{display:grid;grid-template-columns:minmax(20rem,2fr) 3fr;gap:1.2rem;align-items:start}.pair>*{min-width:0}"
    "article{background:#fff;border:1px solid #d6d3d1;border-left:6px solid var(--i);border-radius:4px;padding:.4rem .8rem;margin:.4rem "
    "0;overflow-wrap:anywhere}"
    "article.e{border-left-color:var(--e)}article.w{border-left-color:var(--w)}"
    ".big{font-size:1.05rem;font-weight:700;font-variant-numeric:tabular-nums}.scroll{position:relative;overflow-x:auto;max-width:100%}"
    "table{border-collapse:collapse;background:#fff;margin:.3rem 0 .8rem;font-size:.86rem}"
    "caption{text-align:left;padding:.2rem 0;color:var(--dim)}th,td{border:1px solid var(--line);padding:.12rem .4rem;vertical-align:top}"
    "thead th{background:#e7edf5;font-weight:700}th{min-width:4.5em}tbody th{font-weight:400;text-align:left;min-width:9em}"
    "td{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.x{text-align:left;white-space:normal}"
    "td a,tbody th a{font-weight:700;text-decoration:none}ins{font-weight:700}.me{background:#ffe4e6;border:3px solid var(--e)}"
    ".mw{background:#fef3c7;border:3px solid var(--w)}.mi{background:#e0f2fe;border:3px solid var(--i)}"
    ".ms{background:#f5f5f4;border:3px double #1c1917}.mm{background:#fefce8;border:2px dashed var(--w)}.mt{border:2px dotted var(--dim)}"
    ".key{display:flex;flex-wrap:wrap;gap:.4rem 1rem;list-style:none;padding:0}.key span{padding:0 .5rem;background-clip:padding-box}"
    "details{margin:.3rem 0}summary{cursor:pointer}.rounding li{padding:.05rem 0}footer{border-top:1px solid var(--line);margin-top:2rem}"
    "@media(max-width:70rem){.pair{display:block}}@media(max-width:40rem){header,main,footer{padding:.6rem .8rem}.index{columns:1}}"
    "@page{size:A4 landscape;margin:12mm}@media print{body{font-size:9.5pt;background:#fff}.pair{display:block}header,main,footer{padding:0}"
    ".skip{display:none}article,tr,.index li{break-inside:avoid}h2,h3,h4{break-after:avoid}.scroll{overflow:visible}"
    "table{width:100%;font-size:7.5pt}td{white-space:normal;overflow-wrap:anywhere}thead{display:table-header-group}"
    ".me,.mw,.mi,.ms,.mm,thead th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

/* Quotations and pictures. A picture that a link leads to lies over the page, as wide as it. */
static const char more[] =
    "mark{background:#fde68a;color:inherit;font-weight:700;padding:0 .15em;border-bottom:2px solid var(--w)}"
    ".q{margin:.35rem 0;padding:.15rem .7rem;border-left:4px solid var(--line)}figure{margin:.4rem 0}"
    "figure img{max-width:100%;height:auto;border:1px solid var(--line)}figcaption{color:var(--dim);font-size:.92rem}"
    ".back,figure:target .larger{display:none}figure:target .back{display:inline}"
    "figure:target{position:fixed;left:2vw;right:2vw;top:8vh;max-height:84vh;overflow:auto;margin:0;padding:1rem;background:#fff;z-index:9}"
    "figure:target img{width:100%;max-width:100rem}@media print{.larger,.back{display:none!important}"
    "figure:target{position:static;padding:0;max-height:none}}";

const char *html_style(void) {
  return style;
}

const char *html_style_more(void) {
  return more;
}
