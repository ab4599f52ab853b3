# wuhan.profile: departments of the city of Wuhan: twelve tables, form of 2023.
profile wuhan
zh 武汉市
cue = 武汉市 | 公开表1 | 公开表12 | 整体支出绩效目标表
blank * zero
require department-budget unit-budget = summary-in summary-out income-by-unit expenditure grant-in grant-out gp-function gp-unit gp-basic three-public fund soe projects
require department-budget = goal-money project-head
