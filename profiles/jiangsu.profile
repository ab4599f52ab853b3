# jiangsu.profile: departments of the province of Jiangsu, forms of 2017 and 2018: twelve tables.
profile jiangsu
zh 江苏省
cue = 江苏省 | 中共江苏省委 | 收支预算总表 | 单位预留机动经费 | "三公"经费、会议费、培训费支出预算表
blank * zero
require department-budget unit-budget = summary-in summary-out income-items|income-by-unit|income-by-function expenditure-totals|expenditure grant-in grant-use|grant-out
require department-budget unit-budget = grant-function grant-basic gp-function gp-basic three-public fund operating-cost procurement
