/* wsmake.c: wsmake FOLDER SEED [UNITS LINES [YEAR [accounts]]]: fills a folder made by `heng book new`, or a copy of the sample, with a random
 * department: units, projects, lines that balance, prior years, goals. The same seed gives the same files. What a seed has is told in words (struct
 * traits), so that what many seeds cover can be counted; CARRY_OUT in the environment: some plan to leave money. LINES given: so many budget lines
 * in all, for measuring. UNITS 0: as many as the seed says. accounts: a version 决算 too (not with LINES): what was spent, came, was left, given
 * out, counted, bought. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;
static uint64_t next(void) {
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
static int pick(int n) {
  return (int)(next() % (uint64_t)n);
}

enum { UNITS = 600, PROJECTS = 6000, FUNCS = 16, YEARS = 3, KEPT = 4000 };
static const char *folder;
static int year = 2023, nunits, nprojects, area = 420100, department;
static struct traits {
  int alone;     /* the department is its only unit */
  int whole;     /* amounts of whole hundreds of 元, as approved budgets have; else of single 分 */
  int tiny, big; /* amounts that round to nothing in 万元; of many 亿 */
  int zeros;     /* lines of 0.00 */
  int fund, soe; /* 政府性基金, 国有资本经营 */
  int own;       /* 财政专户 and 单位资金, with 经营, 上缴, 补助附属 */
  int carry_in, carry_out;
  int fresh;  /* no money last year: every base is nought */
  int shrunk; /* all was more last year; some classes have money only then */
  int longs;  /* long names, with quotes and commas */
} has;
static int64_t income[UNITS][10][2], project_total[PROJECTS];
static int project_unit[PROJECTS], nature[UNITS];
static char project_code[PROJECTS][48], project_category[PROJECTS][3];

static FILE *file(const char *name, const char *head) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  if (!f) perror(path), exit(2);
  fprintf(f, "\xef\xbb\xbf%s\n", head);
  return f;
}
static void done(FILE *f) {
  if (fclose(f)) perror("close"), exit(2);
}

/* Amounts in 分. */
static int64_t amount(int64_t upto) {
  int64_t a = (int64_t)(next() % (uint64_t)upto) + 1;
  if (has.tiny) return 10000 + a % 50 * 10000 + (int64_t)(next() % 10000); /* not below 50 元, which is printed as nothing */
  if (has.big) a *= 20000;
  return has.whole ? a * 10000 : a * 10000 + (int64_t)(next() % 10000);
}
static const char *yuan(int64_t fen) {
  static char out[4][32];
  static int at;
  at = (at + 1) & 3;
  snprintf(out[at], sizeof out[at], "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
  return out[at];
}

struct function {
  const char *code, *name;
};
static const struct function functions[] = {{"208", "社会保障和就业支出"},
                                            {"20805", "行政事业单位养老支出"},
                                            {"2080505", "机关事业单位基本养老保险缴费支出"},
                                            {"2080506", "机关事业单位职业年金缴费支出"},
                                            {"210", "卫生健康支出"},
                                            {"21011", "行政事业单位医疗"},
                                            {"2101101", "行政单位医疗"},
                                            {"2101102", "事业单位医疗"},
                                            {"2101103", "公务员医疗补助"},
                                            {"212", "城乡社区支出"},
                                            {"21208", "国有土地使用权出让收入安排的支出"},
                                            {"2120899", "其他国有土地使用权出让收入安排的支出"},
                                            {"217", "金融支出"},
                                            {"21701", "金融部门行政支出"},
                                            {"2170101", "行政运行"},
                                            {"2170102", "一般行政管理事务"},
                                            {"2170150", "事业运行"},
                                            {"21703", "金融发展支出"},
                                            {"2170399", "其他金融发展支出"},
                                            {"221", "住房保障支出"},
                                            {"22102", "住房改革支出"},
                                            {"2210201", "住房公积金"},
                                            {"2210202", "提租补贴"},
                                            {"2210203", "购房补贴"},
                                            {"223", "国有资本经营预算支出"},
                                            {"22399", "其他国有资本经营预算支出"},
                                            {"2239999", "其他国有资本经营预算支出"}};
static const struct function economics[] = {{"301", "工资福利支出"},
                                            {"30101", "基本工资"},
                                            {"30102", "津贴补贴"},
                                            {"30103", "奖金"},
                                            {"30107", "绩效工资"},
                                            {"30108", "机关事业单位基本养老保险缴费"},
                                            {"30109", "职业年金缴费"},
                                            {"30110", "职工基本医疗保险缴费"},
                                            {"30111", "公务员医疗补助缴费"},
                                            {"30113", "住房公积金"},
                                            {"30199", "其他工资福利支出"},
                                            {"302", "商品和服务支出"},
                                            {"30201", "办公费"},
                                            {"30202", "印刷费"},
                                            {"30205", "水费"},
                                            {"30206", "电费"},
                                            {"30207", "邮电费"},
                                            {"30209", "物业管理费"},
                                            {"30211", "差旅费"},
                                            {"30212", "因公出国（境）费用"},
                                            {"30213", "维修（护）费"},
                                            {"30215", "会议费"},
                                            {"30216", "培训费"},
                                            {"30217", "公务接待费"},
                                            {"30226", "劳务费"},
                                            {"30227", "委托业务费"},
                                            {"30228", "工会经费"},
                                            {"30231", "公务用车运行维护费"},
                                            {"30239", "其他交通费用"},
                                            {"30299", "其他商品和服务支出"},
                                            {"303", "对个人和家庭的补助"},
                                            {"30305", "生活补助"},
                                            {"310", "资本性支出"},
                                            {"31002", "办公设备购置"},
                                            {"312", "对企业补助"},
                                            {"31204", "费用补贴"},
                                            {"399", "其他支出"},
                                            {"39999", "其他支出"}};

static const char *unit_code(int u) {
  static char out[16];
  snprintf(out, sizeof out, has.alone ? "%d" : "%d%03d", department, u + 1);
  return out;
}

static void write_lists(void) {
  FILE *f = file("functions.csv", "code,name");
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) fprintf(f, "%s,%s\n", functions[i].code, functions[i].name);
  done(f);
  f = file("economics.csv", "code,name");
  for (size_t i = 0; i < sizeof economics / sizeof *economics; i++) fprintf(f, "%s,%s\n", economics[i].code, economics[i].name);
  done(f);
  f = file("units.csv", "code,name,parent,nature,role,listed");
  fprintf(f, "%d,江城市地方金融工作局,,行政,一级预算单位,\n", department);
  for (int u = 0; u < nunits && !has.alone; u++) {
    nature[u] = u == 0 ? 0 : 1 + pick(2);
    const char *word = nature[u] == 0 ? "行政" : nature[u] == 1 ? "公益一类" : "公益二类";
    char name[300];
    if (u == 0)
      snprintf(name, sizeof name, "江城市地方金融工作局本级");
    else
      snprintf(name, sizeof name, "江城市金融发展第%d中心%s", u, has.longs ? "（江城市中小微企业融资服务与地方金融风险监测预警处置中心）" : "");
    fprintf(f, "%d%03d,%s,%d,%s,%s,%s\n", department, u + 1, name, department, word, u ? "二级单位" : "本级", name);
  }
  done(f);
}

static FILE *lines;
static long nlines;
/* What was budgeted, to be spent more or less of in the accounts. */
static struct kept {
  int unit, project, source;
  char kind;
  const char *func, *econ;
  int64_t fen;
} kept[KEPT];
static int nkept;
static void spend(int u, char kind, const char *func, const char *econ, int project, int source, int carry, int64_t fen) {
  fprintf(lines, "%d,二下批复,%s,%c,%s,%s,%s,%d,%s,%s\n", year, unit_code(u), kind, func, econ, project < 0 ? "" : project_code[project], source,
          carry ? "上年结转结余" : "本年", yuan(fen));
  int at = source >= 31 ? source - 31 + 4 : source == 2 ? 3 : source - 11;
  income[u][at > 8 ? 8 : at][carry] += fen;
  if (project >= 0) project_total[project] += fen;
  if (nkept < KEPT) kept[nkept++] = (struct kept){u, project, source, kind, func, econ, fen};
  nlines++;
}
/* Last year's: the same, more, less, or nothing; added up by kind, class and category. */
static int accounts;
static struct {
  char key[64];
  int64_t fen;
} last[400];
static int nlast;
static void before(char kind, const char *func, const char *econ, const char *category, int source, int64_t fen) {
  int how = has.shrunk ? 5 : pick(6), i = 0;
  int64_t was = how == 0 ? 0 : how == 1 ? fen : how < 4 ? fen - fen / (3 + pick(20)) / 10000 * 10000 : fen + fen / (3 + pick(20)) / 10000 * 10000;
  char key[64];
  snprintf(key, sizeof key, "%c,%s,%s,,,%s,%d", kind, func, econ, category, source);
  while (i < nlast && strcmp(last[i].key, key) != 0) i++;
  if (was <= 0 || i == 400 || has.fresh) return;
  if (i == nlast) memcpy(last[nlast++].key, key, sizeof key);
  last[i].fen += was;
}
static void write_priors(void) {
  FILE *f = file("prior-lines.csv", accounts ? "year,kind,func,econ,project,project_name,category,source,version,unit,amount"
                                             : "year,kind,func,econ,project,project_name,category,source,amount");
  for (int i = 0; i < nlast; i++) fprintf(f, "%d,%s%s,%s\n", year - 1, last[i].key, accounts ? ",," : "", yuan(last[i].fen));
  for (int i = 0; i < nlast && accounts; i++)
    fprintf(f, "%d,%s,决算,%s,%s\n", year - 1, last[i].key, unit_code(0), yuan(last[i].fen - last[i].fen / (2 + pick(30))));
  done(f);
}

/* Money that is no appropriation, and what only it pays: 经营支出, 上缴上级支出, 对附属单位补助支出. */
static void basic_own(int u) {
  static const struct {
    char kind;
    const char *econ;
    int source, upto;
  } own[] = {{'P', "30107", 31, 900}, {'U', "30299", 31, 300}, {'U', "30226", 2, 200},  {'U', "30213", 33, 80},
             {'U', "30215", 34, 60},  {'B', "30226", 32, 400}, {'S', "39999", 31, 100}, {'A', "39999", 39, 90}};
  const char *func = nature[u] ? "2170150" : "2170101";
  for (size_t i = nature[u] ? 0 : 2; i < sizeof own / sizeof *own; i++) {
    int64_t fen = amount(own[i].upto);
    if (pick(2)) continue;
    spend(u, own[i].kind, func, own[i].econ, -1, own[i].source, has.carry_in && pick(3) == 0, fen);
    before(own[i].kind, func, own[i].econ, "", own[i].source, fen);
  }
}

static void basic(int u, int measuring) {
  static const struct {
    char kind;
    const char *func, *econ;
    int upto;
  } admin[] = {{'P', "2170101", "30101", 4000}, {'P', "2170101", "30102", 3000}, {'P', "2170101", "30103", 2000}, {'U', "2170101", "30201", 600},
               {'U', "2170101", "30209", 500},  {'U', "2170101", "30211", 300},  {'U', "2170101", "30217", 30},   {'U', "2170101", "30231", 60},
               {'U', "2170101", "30212", 200},  {'U', "2170101", "31002", 90},   {'P', "2080505", "30108", 900},  {'P', "2080506", "30109", 400},
               {'P', "2101101", "30110", 500},  {'P', "2101103", "30111", 400},  {'P', "2210201", "30113", 900},  {'P', "2210202", "30102", 30},
               {'P', "2170101", "30305", 40}},
    public[] = {{'P', "2170150", "30101", 1500}, {'P', "2170150", "30107", 1500}, {'U', "2170150", "30201", 200}, {'U', "2170150", "30228", 60},
                {'U', "2170150", "30231", 40},   {'P', "2080505", "30108", 300},  {'P', "2080506", "30109", 150}, {'P', "2101102", "30110", 200},
                {'P', "2210201", "30113", 300},  {'U', "2170150", "30299", 70}};
  int n = nature[u] ? (int)(sizeof public / sizeof *public) : (int)(sizeof admin / sizeof *admin);
  for (int i = 0; i < n; i++) {
    char kind = nature[u] ? public[i].kind : admin[i].kind;
    const char *func = nature[u] ? public[i].func : admin[i].func, *econ = nature[u] ? public[i].econ : admin[i].econ;
    int64_t fen = amount(nature[u] ? public[i].upto : admin[i].upto);
    if (i > 3 && pick(8) == 0) continue;
    spend(u, kind, func, econ, -1, 11, 0, has.zeros && pick(6) == 0 ? 0 : fen);
    if (!measuring) before(kind, func, econ, "", 11, fen);
  }
}

/* Money of classes that only last year had. */
static void gone(void) {
  before('P', "2210203", "30102", "", 11, amount(90));
  before('J', "2170399", "30227", "31", 11, amount(900));
  before('U', "2170102", "30299", "", 11, amount(50));
}

static const char *leaf(size_t k) {
  size_t n = sizeof economics / sizeof *economics;
  for (size_t i = 0; i < n; i++)
    if (economics[i].code[3] && k-- == 0) return economics[i].code;
  return economics[1].code;
}

static void bought(FILE *q, int u, int project, const char *econ, int64_t fen) {
  static const char *const suppliers[] = {"小微企业", "中小企业", "其他"};
  int goods = strcmp(econ, "31002") == 0, micro = pick(2), supplier = micro ? 0 : pick(3);
  fprintf(q, "%s,%s,%s,第1项内容,1,%s,1,%d,1,", unit_code(u), project_code[project], econ, goods ? "货物" : "服务", !goods);
  if (accounts) fprintf(q, ",,%s,", supplier == 2 ? "" : micro ? "小微企业" : "中小企业");
  fprintf(q, "%s\n", yuan(fen));
  if (accounts && pick(3))
    fprintf(q, "%s,%s,%s,第1项内容,1,%s,1,%d,1,决算,%s,%s,%s\n", unit_code(u), project_code[project], econ, goods ? "货物" : "服务", !goods,
            suppliers[supplier],
            supplier == 2 ? ""
            : micro       ? "小微企业"
                          : "中小企业",
            yuan(fen / 3));
}

static void write_projects(long want) {
  FILE *p = file("projects.csv", "code,name,unit,category,category_name,class,attribute,start,end,total,owner,phone,address,zip,order_t11,order_t12");
  FILE *d = file("project-details.csv", "project,seq,activity,content,econ,amount,basis,note");
  FILE *q = file("purchases.csv",
                 accounts ? "unit,project,econ,item,quantity,kind,in_procurement,service_purchase,in_project_table,version,supplier,reserved,amount"
                          : "unit,project,econ,item,quantity,kind,in_procurement,service_purchase,in_project_table,amount");
  for (int i = 0; i < nprojects; i++) {
    int u = i < nunits && (want || accounts) ? i : pick(nunits), running = pick(3) == 0;
    project_unit[i] = u;
    snprintf(project_category[i], sizeof project_category[i], running ? "22" : "31");
    snprintf(project_code[i], sizeof project_code[i], "%06d%02d%03d%c%09d", area, year % 100, department, running ? 'Y' : 'T', i + 1);
    long share = want > nlines ? (want - nlines) / (nprojects - i) : 0;
    int parts = share > 3 ? (int)share : 1 + pick(5);
    for (int k = 0; k < parts; k++) {
      static const char *const econs[] = {"30201", "30202", "30227", "30299", "31204", "30226", "31002"};
      const char *econ = econs[(i + k) % 7]; /* keys of lines are unique */
      int source = has.fund && k == 1 ? 12 : has.own && k == 2 ? (i % 2 ? 39 : 2) : has.soe && k == 4 ? 13 : 11;
      int from_last = has.carry_in && (k == 3 || (source != 11 && pick(2)));
      const char *func = source == 12 ? "2120899" : source == 13 ? "2239999" : running ? "2170102" : "2170399";
      if (want > 0) econ = leaf((size_t)k / 4 % 32), func = k % 4 < 2 ? "2170102" : "2170399", source = 11, from_last = k % 2;
      int64_t fen = amount(want > 0 ? 50 : 8000);
      spend(u, 'J', func, econ, i, source, from_last, fen);
      fprintf(d, "%s,%d,专项工作%d,第%d项内容,%s,%s,按工作计划和市场价格测算。,\n", project_code[i], k + 1, i + 1, k + 1, econ, yuan(fen));
      if (k == 0 && strcmp(econ, "31204") != 0 && want == 0) bought(q, u, i, econ, fen);
      if (!want) before('J', func, econ, project_category[i], source, fen);
    }
    fprintf(p, "%s,\"专项工作%d经费%s\",%s,%s,%s,%s,持续性项目,%d,,%s,财务处,,江城市中山路1号,430000,%d,%d\n", project_code[i], i + 1,
            has.longs && pick(2) ? "（中小微企业“一网通办”融资服务平台建设、运行维护及地方金融风险监测预警处置，2023—2025年，\"\"含分期\"\"）" : "",
            unit_code(u), project_category[i], running ? "其他运转类" : "本级支出项目", running ? "其他运转类" : "特定目标类", year,
            yuan(project_total[i]), i + 1, i + 1);
  }
  done(p), done(d), done(q);
}

/* ---- the accounts ---- */

/* Of one unit, source and class: 年初 + 收入 + 使用 = 支出 + 分配 + 年末. */
static void account(FILE *in, FILE *out, int u, int source, const char *func, int64_t spent) {
  int grant = source <= 13;
  int64_t open = pick(3) == 0 ? amount(400) : 0, close = pick(3) == 0 ? amount(300) : 0, given = !grant && pick(2) ? amount(20) : 0;
  int64_t used = !grant && pick(2) ? amount(20) : 0, came = spent + given + close - open - used;
  if (came < 0) close -= came, came = 0;
  if (came) fprintf(in, "%d,决算,%s,%d,本年,%s,%s\n", year, unit_code(u), source, func, yuan(came));
  if (open) fprintf(in, "%d,决算,%s,%d,上年结转结余,%s,%s\n", year, unit_code(u), source, func, yuan(open));
  if (open) fprintf(out, "%d,%s,%d,上年结转结余,,,%s,%s\n", year - 1, unit_code(u), source, func, yuan(open));
  if (used) fprintf(in, "%d,决算,%s,%d,使用非财政拨款结余,%s,%s\n", year, unit_code(u), source, func, yuan(used));
  if (given) fprintf(out, "%d,%s,%d,,决算,结余分配,%s,%s\n", year, unit_code(u), source, func, yuan(given));
  if (close) fprintf(out, "%d,%s,%d,,决算,年末结转结余,%s,%s\n", year, unit_code(u), source, func, yuan(close));
}

static void write_accounts(FILE *in, FILE *out) {
  for (int i = 0; i < nkept; i++) {
    int how = pick(6);
    if (how == 5 && (strcmp(kept[i].econ, "30212") == 0 || strcmp(kept[i].econ, "30217") == 0 || strcmp(kept[i].econ, "30231") == 0))
      how = 4; /* never above the budget */
    if (how == 0)
      kept[i].fen = 0;
    else if (how < 5)
      kept[i].fen -= kept[i].fen / (3 + pick(40)) / (has.whole ? 10000 : 1) * (has.whole ? 10000 : 1);
    else
      kept[i].fen += kept[i].fen / (10 + pick(40)) / (has.whole ? 10000 : 1) * (has.whole ? 10000 : 1);
    if (i == 0 && kept[i].fen == 0) kept[i].fen = 10000;
    if (kept[i].fen)
      fprintf(lines, "%d,决算,%s,%c,%s,%s,%s,%d,本年,%s\n", year, unit_code(kept[i].unit), kept[i].kind, kept[i].func, kept[i].econ,
              kept[i].project < 0 ? "" : project_code[kept[i].project], kept[i].source, yuan(kept[i].fen));
    kept[i].kind = kept[i].fen ? kept[i].kind : 0;
  }
  for (int i = 0; i < nkept; i++) {
    struct kept *k = &kept[i];
    int64_t spent = 0;
    int first = 1;
    for (int j = 0; j < nkept; j++)
      if (kept[j].unit == k->unit && kept[j].source == k->source && strcmp(kept[j].func, k->func) == 0) spent += kept[j].fen, first &= j >= i;
    if (first) account(in, out, k->unit, k->source, k->func, spent);
  }
}

static void write_counts(void) {
  static const char *const items[] = {"因公出国团组数", "因公出国人次", "公务用车购置数", "公务用车保有量", "国内接待批次", "国内接待人次"};
  FILE *f = file("counts.csv", "version,unit,item,number");
  for (int i = 0; i < 6; i++) fprintf(f, "决算,%d001,%s,%d\n", department, items[i], i == 2 ? 0 : 1 + pick(40)); /* no money for vehicles */
  done(f);
}

static void write_income(void) {
  static const char *const codes[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  FILE *f = file("income.csv", accounts ? "year,version,unit,source,origin,func,amount" : "year,version,unit,source,origin,amount");
  FILE *c = file("carry-over.csv", accounts ? "year,unit,source,origin,version,use,func,amount" : "year,unit,source,origin,amount");
  if (accounts) write_accounts(f, c), write_counts();
  for (int u = 0; u < nunits; u++)
    for (int s = 0; s < 9; s++)
      for (int o = 0; o < 2; o++) {
        if (!income[u][s][o]) continue;
        int64_t left = !accounts && has.carry_out && pick(3) == 0 ? amount(300) : 0; /* not spent: goes on to next year */
        const char *origin = o ? "上年结转结余" : "本年";
        if (accounts && pick(2)) fprintf(f, "%d,决算,%s,%s,%s,,%s\n", year - 1, unit_code(u), codes[s], origin, yuan(income[u][s][o] / 2));
        fprintf(f, "%d,二下批复,%s,%s,%s,%s%s\n", year, unit_code(u), codes[s], origin, accounts ? "," : "", yuan(income[u][s][o] + left));
        if (left) fprintf(c, "%d,%s,%s,%s,%s\n", year, unit_code(u), codes[s], origin, yuan(left));
        if (o && !accounts) fprintf(c, "%d,%s,%s,上年结转结余,%s\n", year - 1, unit_code(u), codes[s], yuan(income[u][s][o] + left));
      }
  done(f), done(c);
}

static void write_goals(void) {
  static const struct {
    const char *l1, *l2, *l3, *op, *value, *unit;
  } ind[] = {{"成本指标", "经济成本指标", "项目年度支出", "≤", "", "元"}, {"产出指标", "数量指标", "开展检查家数", "≥", "12", "家"},
             {"产出指标", "质量指标", "检查报告合格率", "≥", "95", "%"},  {"产出指标", "时效指标", "任务按期完成率", "=", "100", "%"},
             {"效益指标", "社会效益指标", "问题整改率", "≥", "90", "%"},  {"满意度指标", "服务对象满意度指标", "服务对象满意率", "≥", "90", "%"}};
  FILE *g = file("goals.csv", "id,owner,horizon,number,name,description");
  FILE *f = file("indicators.csv", "goal,seq,level1,level2,level3,operator,value,unit,year_minus_2,year_minus_1,basis");
  for (int i = -1; i < nprojects; i++) {
    char owner[48], id[32];
    snprintf(owner, sizeof owner, "%s", i < 0 ? "" : project_code[i]);
    if (i < 0) snprintf(owner, sizeof owner, "%d", department);
    for (int h = 0; h < 2; h++) {
      snprintf(id, sizeof id, "%s%d-%s", i < 0 ? "D" : "P", i + 1, h ? "Y1" : "L1");
      fprintf(g, "%s,%s,%s,1,%s目标1,%s\n", id, owner, h ? "年度" : "长期", h ? "年度" : "长期",
              h ? "完成全年检查和整改任务。" : "持续提升监管和服务水平。");
      for (int k = i < 0 ? 1 : 0; k < 6; k++)
        fprintf(f, "%s,%d,%s,%s,%s,%s,%s,%s,%s,%s,计划标准\n", id, k + 1, ind[k].l1, ind[k].l2, ind[k].l3, ind[k].op,
                k ? ind[k].value : yuan(project_total[i]), ind[k].unit, "", "");
    }
  }
  done(g), done(f);
}

static void write_texts(void) {
  char path[4096];
  for (int i = 0; i < nprojects; i++) {
    snprintf(path, sizeof path, "%.4000s/texts/projects/%.40s.md", folder, project_code[i]);
    FILE *f = fopen(path, "w");
    if (!f) perror(path), exit(2);
    fprintf(f, "# 项目立项依据\n\n按照部门职责和年度工作安排设立。\n\n# 项目实施方案\n\n1. 制定计划。\n2. 组织实施。\n\n# "
               "项目前两年预算及当年预算变动情况\n\n新增项目，前两年没有安排预算。\n\n"
               "# 项目主要支出方向和用途\n\n1. 用于检查和服务。\n");
    done(f);
  }
  FILE *f = file("assets.csv", "as_of,item,kind,quantity,unit,amount");
  if (accounts)
    fprintf(f, "%d-12-31,一般公务用车,车辆,%d,辆,\n%d-12-31,单价100万元（含）以上设备,设备,%d,台（套）,\n", year, 1 + pick(5), year, pick(3));
  fprintf(f, "%d-12-31,有形资产,有形,,,%s\n%d-12-31,无形资产,无形,,,%s\n%d-12-31,一般公务用车,车辆,%d,辆,\n", year - 1, yuan(amount(900)), year - 1,
          yuan(amount(300)), year - 1, 1 + pick(5));
  done(f);
}

static int one_in(int n) {
  return pick(n) == 0;
}

/* Measuring: of all that makes books differ only whole amounts. Else no one has everything: most have a few. */
static void choose(int measuring) {
  has.whole = pick(3) > 0;
  if (measuring) return;
  if (accounts) { /* what final accounts know */
    has.fund = one_in(4), has.carry_in = one_in(3);
    return;
  }
  has.alone = nunits == 1 && one_in(2);
  has.tiny = one_in(12), has.big = !has.tiny && one_in(12), has.zeros = one_in(4);
  has.fund = one_in(3), has.soe = one_in(4), has.own = one_in(3), has.carry_in = one_in(3), has.carry_out = one_in(4) && getenv("CARRY_OUT") != NULL;
  has.fresh = one_in(8), has.shrunk = !has.fresh && one_in(6), has.longs = one_in(4);
}

static void tell_traits(void) {
  const struct {
    int it;
    const char *word;
  } v[] = {{nunits == 1, "one-unit"},
           {has.alone, "alone"},
           {nunits >= 20, "many-units"},
           {nprojects == 0, "no-projects"},
           {has.whole, "whole"},
           {has.tiny, "tiny"},
           {has.big, "big"},
           {has.zeros, "zeros"},
           {has.fund, "fund"},
           {has.soe, "state-capital"},
           {has.own, "own-money"},
           {has.carry_in, "carry-in"},
           {has.carry_out, "carry-out"},
           {has.fresh, "zero-bases"},
           {has.shrunk, "shrunk"},
           {has.longs, "long-names"}};
  for (size_t i = 0; i < sizeof v / sizeof *v; i++)
    if (v[i].it) printf(" %s", v[i].word);
  printf("\n");
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "wsmake FOLDER SEED [UNITS LINES [YEAR [accounts]]]\n"), 2;
  folder = argv[1];
  state = strtoull(argv[2], NULL, 10);
  nunits = argc > 3 ? (int)strtol(argv[3], NULL, 10) : one_in(10) ? 20 + pick(40) : 1 + pick(5);
  long want = argc > 4 ? strtol(argv[4], NULL, 10) : 0;
  if (argc > 5) year = (int)strtol(argv[5], NULL, 10);
  accounts = argc > 6 && want == 0;
  if (nunits == 0) nunits = 1 + pick(5);
  if (nunits < 1 || nunits > UNITS) return 2;
  choose(want > 0);
  department = 101 + pick(800);
  nprojects = want ? nunits * 4 : accounts ? nunits + pick(6) : one_in(8) ? 0 : nunits / 4 + 1 + pick(7);
  write_lists();
  lines = file("budget-lines.csv", "year,version,unit,kind,func,econ,project,source,origin,amount");
  for (int u = 0; u < nunits; u++) {
    basic(u, want > 0);
    if (has.own) basic_own(u);
  }
  if (has.shrunk) gone();
  write_projects(want);
  write_priors();
  write_income();
  done(lines);
  write_goals();
  write_texts();
  printf("%d units, %d projects, %ld lines:", nunits, nprojects, nlines);
  tell_traits();
  return 0;
}
