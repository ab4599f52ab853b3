# generic.profile: what is assumed of a book whose city has no profile: the tables that 财预〔2016〕143号 asks of a budget, by what they are.
profile generic
zh 通用
blank * zero
require department-budget unit-budget = summary-in summary-out|summary-use income-by-unit|income-by-function|income-items expenditure|expenditure-by-unit|expenditure-totals
require department-budget unit-budget = grant-in grant-out|grant-use gp-function|gp-unit gp-basic three-public|three-public-list fund
require department-final unit-final = summary-in summary-out income-by-function expenditure grant-in grant-out gp-function gp-basic three-public|three-public-list fund
