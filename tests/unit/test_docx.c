/* test_docx.c: Word documents: lines, merged and nested cells, tracked changes, hidden text, alternatives, text boxes. */
#include "office_make.h"

#define P(text)       "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define TC(text)      "<w:tc>" P(text) "</w:tc>"
#define TCP(pr, text) "<w:tc><w:tcPr>" pr "</w:tcPr>" P(text) "</w:tc>"

static void test_lines(void **state) {
  (void)state;
  struct document *d =
      read_made(docx_make("<w:p><w:r><w:rPr><w:b/><w:sz w:val=\"32\"/></w:rPr><w:t>标题</w:t></w:r></w:p>"
                          "<w:p><w:r><w:t xml:space=\"preserve\">甲 </w:t></w:r><w:r><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"
                          "<w:del><w:r><w:delText>删</w:delText><w:t>删</w:t></w:r></w:del><w:moveFrom><w:r><w:t>移</w:t></w:r></"
                          "w:moveFrom><w:ins><w:r><w:t>增</w:t></w:r></w:ins>"
                          "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
                          "<w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink></w:p>"
                          "<w:sdt><w:sdtContent>" P("目录") "</w:sdtContent></w:sdt><w:p/>"
                                                            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>" P(
                                                                "框") "</w:txbxContent></w:drawing></mc:Choice>"
                                                                      "<mc:Choice><w:t>二</w:t></mc:Choice><mc:Fallback><w:pict><w:txbxContent>" P(
                                                                          "框") "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"
                                                                                "<w:t>锚</w:t></w:r></w:p>"));
  assert_int_equal(d->nitems, 6);
  assert_sv(d->items[0].text, "标题");
  assert_true(d->items[0].bold);
  assert_true(d->items[0].size > 15.9F && d->items[0].size < 16.1F);
  assert_sv(d->items[1].text, "甲  乙");
  assert_false(d->items[1].bold);
  assert_sv(d->items[2].text, "丙增链");
  assert_sv(d->items[3].text, "目录");
  assert_sv(d->items[4].text, "锚");
  assert_sv(d->items[5].text, "框");
  document_free(d);
}

static void test_merged_cells(void **state) {
  (void)state;
  struct document *d = read_made(
      docx_make("<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
                "<w:tr><w:trPr><w:tblHeader/></w:trPr>" TCP("<w:vMerge w:val=\"restart\"/>", "项目")
                    TCP("<w:gridSpan w:val=\"2\"/>",
                        "金额") "</w:tr>"
                                "<w:tr><w:trPr><w:tblHeader/></w:trPr>" TCP("<w:vMerge/>", "") TC("本年")
                                    TC("上年") "</w:tr>"
                                               "<w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>" TC("1.00")
                                                   TC("2.00") "</w:tr>"
                                                              "<w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr>" TC("删") TC("删")
                                                                  TC("删") "</w:tr>"
                                                                           "<w:tr><w:trPr><w:ins w:id=\"1\"/></w:trPr>" TC("多") "<w:tc>" P("第一")
                                                                               P("第二") P("ab") P("cd") "</w:tc>" TCP("", "") "</w:tr></w:tbl>"));
  assert_int_equal(d->ntables, 1);
  const struct table *t = &d->tables[0];
  assert_int_equal(t->rows, 4);
  assert_int_equal(t->columns, 3);
  assert_int_equal(t->header_rows, 2);
  assert_int_equal(cell_at(d, 0, 1, 0)->row_span, 2);
  assert_cell(d, 0, 1, 0, "项目");
  assert_int_equal(cell_at(d, 0, 0, 2)->column_span, 2);
  assert_true(cell_at(d, 0, 0, 2)->flags & CELL_HEADER);
  assert_cell(d, 0, 2, 0, "");
  assert_cell(d, 0, 2, 1, "1.00");
  assert_cell(d, 0, 3, 1, "第一第二ab cd");
  assert_true(cell_at(d, 0, 3, 0)->flags & CELL_INSERTED);
  assert_false(t->flags & TABLE_DOUBTFUL);
  document_free(d);
}

static void test_nested(void **state) {
  (void)state;
  struct document *d =
      read_made(docx_make(P("前") "<w:tbl><w:tr>" TC("外") "<w:tc>" P("内前") "<w:tbl><w:tr>" TC("1")
                              TC("2") "</w:tr></w:tbl>" P("内后") "</w:tc></w:tr></w:tbl>"
                                                                  "<w:tbl><w:tr><w:tc>" P("框甲") P("框乙") "</w:tc></w:tr></w:tbl>"));
  assert_int_equal(d->ntables, 2);
  assert_cell(d, 0, 0, 1, "内前内后");
  assert_true(d->tables[1].flags & TABLE_NESTED);
  assert_cell(d, 1, 0, 1, "2");
  assert_int_equal(d->nitems, 5);
  assert_sv(d->items[3].text, "框甲"); /* a table of one cell is a frame */
  document_free(d);
}

#define NUMBERED(level, text)                                                                                                                        \
  "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"5\"/></w:numPr></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"

static void test_numbers(void **state) {
  (void)state;
  struct part parts[] = {
      {"word/document.xml",
       "<w:document " WORD_NS "><w:body>" NUMBERED("0", "甲") NUMBERED("1", "乙") NUMBERED("1", "丙") P("无") NUMBERED("0", "丁")
           NUMBERED("1", "戊") "</w:body></w:document>",
       0},
      {"word/_rels/document.xml.rels",
       "<Relationships " REL_NS "><Relationship Id=\"r\" Type=\"" REL_TYPE "numbering\" Target=\"numbering.xml\"/></Relationships>", 0},
      {"word/numbering.xml",
       "<w:numbering " WORD_NS "><w:abstractNum w:abstractNumId=\"2\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "
       "w:val=\"chineseCountingThousand\"/><w:lvlText w:val=\"%1、\"/>"
       "</w:lvl><w:lvl w:ilvl=\"1\"><w:start w:val=\"9\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"（%2）\"/></w:lvl></w:abstractNum><w:num "
       "w:numId=\"5\"><w:abstractNumId w:val=\"2\"/>"
       "</w:num></w:numbering>",
       0}};
  struct document *d = read_made(zip_make(parts, 3));
  static const char *const want[] = {"一、甲", "（9）乙", "（10）丙", "无", "二、丁", "（9）戊"};
  assert_int_equal(d->nitems, 6);
  for (int i = 0; i < 6; i++) assert_sv(d->items[i].text, want[i]);
  document_free(d);
}

static void test_broken(void **state) {
  (void)state;
  struct err e;
  assert_int_equal(read_fails(docx_make("<w:p>"), &e), RC_FORMAT);
  struct document *d = read_made(docx_make("<w:tc>" P("x") "</w:tc><w:tr/><w:tbl/><w:tbl><w:tc>" P(
      "y") "</w:tc></w:tbl>"
           "<w:tbl><w:tr>" TCP("<w:gridSpan w:val=\"999999999\"/><w:vMerge/>", "z") TC("") "</w:tr></w:tbl>"));
  document_free(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_merged_cells), cmocka_unit_test(test_nested),
                                     cmocka_unit_test(test_numbers), cmocka_unit_test(test_broken)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
