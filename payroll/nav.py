from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("薪酬", "同类人员薪酬参照", "payroll:benchmarks", "chart-candle", Capability.VIEW_COMPLIANCE, Capability.VIEW_PAY)
item("薪酬", "购买服务项目", "payroll:projects", "file-dollar", Capability.VIEW_COMPLIANCE)
