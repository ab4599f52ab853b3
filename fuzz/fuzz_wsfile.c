/* fuzz_wsfile.c: a small workspace one of whose files is any bytes: loaded and checked, every problem with a file that is there, and no error told
 * means that indexes and sums hold. The first byte says which file. */
#include "rooms/book/workspace.h"
#include "temporary.h"

#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
  const char *name, *text;
} files[] = {
    {"units.csv", "code,name,parent,nature,role,listed\n169,局,,行政,,\n169001,本级,169,行政,,\n"},
    {"functions.csv", "code,name\n217,金融支出\n21701,金融部门行政支出\n2170101,行政运行\n"},
    {"economics.csv", "code,name\n302,商品和服务支出\n30201,办公费\n"},
    {"income.csv", "year,version,unit,source,origin,amount\n2023,二下批复,169001,11,本年,15.00\n"},
    {"budget-lines.csv", "year,version,unit,kind,func,econ,project,source,origin,amount\n"
                         "2023,二下批复,169001,U,2170101,30201,,11,本年,10.00\n"
                         "2023,二下批复,169001,J,2170101,30201,42010023169T000000001,11,本年,5.00\n"},
    {"projects.csv", "code,name,unit,category,category_name,class,attribute,start,end,total,owner,phone,address,zip,order_t11,order_t12\n"
                     "42010023169T000000001,项目,169001,31,本级支出项目,特定目标类,新增项目,2023,,5.00,,,,,1,1\n"},
    {"project-details.csv", "project,seq,activity,content,econ,amount,basis,note\n42010023169T000000001,1,活动,内容,30201,5.00,依据,\n"},
    {"purchases.csv", "unit,project,econ,item,quantity,kind,in_procurement,service_purchase,in_project_table,amount\n"},
    {"goals.csv", "id,owner,horizon,number,name,description\nD1,169,年度,1,目标,说明\n"},
    {"indicators.csv",
     "goal,seq,level1,level2,level3,operator,value,unit,year_minus_2,year_minus_1,basis\nD1,1,产出指标,数量指标,检查家数,≥,5,家,,,计划标准\n"},
    {"prior-lines.csv", "year,kind,func,econ,project,project_name,category,source,amount\n2022,U,2170101,30201,,,,11,9.00\n"},
    {"carry-over.csv", "year,unit,source,origin,amount\n"},
    {"datapackage.json", "{\"name\":\"x\",\"heng\":{\"year\":2023,\"profile\":\"wuhan\"}}"},
};
enum { FILES = sizeof files / sizeof *files };
static char folder[200];

static void put(int i, const void *data, size_t size) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
  FILE *f = fopen(path, "wb");
  if (!f || (size && fwrite(data, 1, size, f) != size) || fclose(f) != 0) abort();
}

static void folder_remove(void) {
  char path[300];
  for (int i = 0; i < FILES; i++) snprintf(path, sizeof path, "%s/%s", folder, files[i].name), unlink(path);
  rmdir(folder);
}

static void folder_make(void) {
  snprintf(folder, sizeof folder, "%s/heng-fuzz-wsfile-%ld", temporary_folder(), (long)getpid());
  mkdir(folder, 0700);
  for (int i = 0; i < FILES; i++) put(i, files[i].text, strlen(files[i].text));
  atexit(folder_remove);
  setenv("HENG_DATA", HENG_SOURCE, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct workspace *w;
  struct err e = {0};
  if (size < 1 || size > 65536) return 0;
  if (!folder[0]) folder_make();
  int which = data[0] % FILES;
  put(which, data + 1, size - 1);
  if (workspace_load(folder, NULL, NULL, &w, &e) == RC_OK) {
    for (size_t i = 0; i < w->problems.n; i++) {
      const struct ws_problem *p = &w->problems.v[i];
      if (p->file < -1 || p->file >= (int)w->files.n || p->line < 0 || p->column < 0 || !p->text || !p->id) abort();
    }
    for (size_t i = 0; i < w->lines.n && !w->errors; i++)
      if (w->lines.v[i].unit < 0 || w->lines.v[i].func < 0 || w->lines.v[i].econ < 0) abort();
    workspace_free(w);
  }
  put(which, files[which].text, strlen(files[which].text));
  return 0;
}
