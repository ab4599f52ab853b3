# approval.profile: an approval (批复) or an export of the platform as plain lists: code, name, amount, or basic and project beside it.
# Read only for the file given with --approved; it has no cue, so no published book is ever read with it.
profile approval
zh 批复清单
blank * zero

word 批复数 = 批复金额 | 批复预算数 | 核定数 | 核定金额 | 下达数 | 下达金额 | 预算批复数 | 年初批复数 | 批复预算 | 本次批复数
word 基本支出 = 基本 | 基本支出批复数
word 项目支出 = 项目支出批复数

columns list
column total = 批复数 | 金额 | 合计 | 预算数 | 决算数
column basic = 基本支出
column project = 项目支出

kind list-functional
zh 批复清单（功能科目）
mark = 批复数 | 金额 | 合计 | 预算数 | 基本支出 & 项目支出
rows functional
use list

kind list-economic
zh 批复清单（经济科目）
mark = 批复数 | 金额 | 合计 | 预算数
rows economic
use list

kind list-projects
zh 批复清单（项目）
mark = 批复数 | 金额 | 合计 | 预算数
rows projects
use list
