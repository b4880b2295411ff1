from xmsw.accounts.roles import Capability, Role
from xmsw.ui.navigation import item
from xmsw.ui.tabs import tab

item("薪酬", "同类人员薪酬参照", "payroll:benchmarks", "chart-candle", Capability.VIEW_COMPLIANCE, Capability.VIEW_PAY)
item("薪酬", "本单位在同类中的位置", "payroll:place", "arrows-sort", roles=(Role.EMPLOYER_STAFF,))
item("薪酬", "薪酬指导标准", "payroll:standards", "scale")
item("薪酬", "低于指导标准", "payroll:below", "trending-down", Capability.VIEW_PAY)
item("薪酬", "薪酬结构", "payroll:structure", "chart-bar", Capability.VIEW_PAY)
item("薪酬", "区浮动比例", "payroll:floats", "arrows-vertical", Capability.SET_FLOAT, Capability.EDIT_STANDARDS)
item("薪酬", "经济指标与审议", "payroll:indicators", "trending-up", Capability.EDIT_STANDARDS)
item("薪酬", "欠缴与未参保", "payroll:arrears", "shield-x", Capability.VIEW_PERSONNEL)
item("薪酬", "缴费标准", "payroll:terms", "percentage")
item("薪酬", "购买服务项目", "payroll:projects", "file-dollar", Capability.VIEW_COMPLIANCE, Capability.APPLY)
item("薪酬", "成本核算", "payroll:costs", "calculator", Capability.VIEW_PAY)
item("薪酬", "养人与办事", "payroll:purchases", "arrows-exchange", Capability.APPROVE_COSTS)

tab("person", "pay", "薪酬", "payroll:person-pay", Capability.VIEW_PAY, Capability.OWN_RECORD, order=60)
tab(
    "person",
    "insurance",
    "社保公积金",
    "payroll:person-insurance",
    Capability.VIEW_PAY,
    Capability.OWN_RECORD,
    order=65,
)
