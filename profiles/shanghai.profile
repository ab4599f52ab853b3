# shanghai.profile: departments and units of the city of Shanghai and its districts: nine budget tables (元, three-public in 万元), nine final-accounts tables (万元).
profile shanghai
zh 上海市
cue = 上海市 | 财务收支预算总表 | "三公"经费和机关运行经费预算表 | 区级部门预算 | 区级单位预算
blank * zero
require department-budget unit-budget = summary-in summary-out income-by-function expenditure grant-in grant-out gp-function fund soe@2020 gp-basic three-public
require department-final unit-final = summary-in summary-out income-by-function expenditure grant-in grant-out gp-function gp-basic three-public fund soe@2020
