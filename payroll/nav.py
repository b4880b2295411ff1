from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("薪酬", "同类人员薪酬参照", "payroll:benchmarks", "chart-candle", Capability.VIEW_COMPLIANCE, Capability.VIEW_PAY)
item("薪酬", "薪酬指导标准", "payroll:standards", "scale")
item("薪酬", "区浮动比例", "payroll:floats", "arrows-vertical", Capability.SET_FLOAT, Capability.EDIT_STANDARDS)
item("薪酬", "经济指标与审议", "payroll:indicators", "trending-up", Capability.EDIT_STANDARDS)
item("薪酬", "购买服务项目", "payroll:projects", "file-dollar", Capability.VIEW_COMPLIANCE, Capability.APPLY)
item("薪酬", "成本核算", "payroll:costs", "calculator", Capability.VIEW_PAY)
item("薪酬", "养人与办事", "payroll:purchases", "arrows-exchange", Capability.APPROVE_COSTS)
