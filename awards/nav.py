from xmsw.accounts.roles import Capability, Role
from xmsw.ui.navigation import item
from xmsw.ui.tabs import tab

item("表彰", "表彰周期", "awards:cycles", "trophy", Capability.VIEW_AWARDS)
item("表彰", "推荐人选", "awards:nominations", "user-up", Capability.VIEW_AWARDS)
item("表彰", "公示异议", "awards:objections", "message-exclamation", Capability.RUN_AWARDS)
item("工作台", "评审打分", "awards:panels", "clipboard-check", roles=(Role.REVIEWER, Role.SOCIAL_WORKER))

item("表彰", "人才库", "awards:pools", "address-book", Capability.KEEP_POOLS)
item("表彰", "入库待确认", "awards:pool-proposals", "user-question", Capability.KEEP_POOLS)
item("表彰", "抽调", "awards:call-tasks", "hand-click", Capability.KEEP_POOLS)
item("表彰", "参与情况", "awards:participation", "chart-bar", Capability.KEEP_POOLS)
item("工作台", "我的抽调", "awards:my-calls", "hand-click", roles=(Role.REVIEWER, Role.SOCIAL_WORKER))

tab("person", "pools", "人才库", "awards:person-pools", Capability.KEEP_POOLS, Capability.OWN_RECORD, order=55)
item("表彰", "荣誉", "awards:honours", "medal", Capability.VIEW_AWARDS)
item("表彰", "区级表彰", "awards:district-awards", "map-pin", Capability.RUN_AWARDS)
item("表彰", "单位表彰", "awards:employer-awards", "building-community", Capability.RUN_AWARDS, Capability.APPLY)
item("表彰", "奖励基金", "awards:funds", "coins", Capability.KEEP_FUNDS, Capability.APPLY)

tab("person", "honours", "荣誉", "awards:person-honours", Capability.VIEW_AWARDS, Capability.RUN_AWARDS, order=55)
