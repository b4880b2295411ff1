from xmsw.accounts.roles import Capability, Role
from xmsw.ui.navigation import item
from xmsw.ui.tabs import tab

item("工作台", "本人档案", "talents:mine", "id", roles=(Role.SOCIAL_WORKER,))
item("人才", "人员名单", "talents:list", "users", Capability.VIEW_PERSONNEL)
item("人才", "疑似重复人员", "talents:duplicates", "users-minus", Capability.CORRECT_RECORDS)
item("人才", "高层次人才", "talents:high-level", "user-star", Capability.RECORD_TALENT)
item(
    "人才",
    "优惠待遇",
    "talents:benefits",
    "gift",
    Capability.APPLY,
    Capability.HANDLE_BENEFITS,
)
item("工作台", "更正申请", "talents:corrections", "pencil", roles=(Role.SOCIAL_WORKER,))
item("人才", "更正申请", "talents:corrections", "pencil", Capability.CORRECT_RECORDS)
item("系统", "个人信息查看记录", "talents:access", "eye", Capability.VIEW_ACCESS_LOG)
item("工作台", "优惠待遇", "talents:benefit-guide", "gift", roles=(Role.SOCIAL_WORKER,))
item("人才", "特殊津贴推荐", "talents:allowances", "award", Capability.RECOMMEND_ALLOWANCE)
item(
    "人才",
    "专技人员纳入",
    "talents:specialists",
    "folder-check",
    Capability.CONFIRM_SPECIALISTS,
    Capability.VERIFY_CERTIFICATES,
)
item("人才", "政治安排", "talents:standings", "lock", Capability.RECORD_STANDING)
item("人才", "政治安排统计", "talents:standing-counts", "chart-bar", Capability.VIEW_COMPLIANCE)
item("人才", "招录与选拔", "talents:notices", "speakerphone", Capability.RECORD_PUBLICITY)
item("人才", "宣传", "talents:publicity", "news", Capability.RECORD_PUBLICITY)
item("人才", "人物事迹", "talents:stories", "book", Capability.APPLY, Capability.RECORD_PUBLICITY)
item("工作台", "我的事迹", "talents:stories", "book", roles=(Role.SOCIAL_WORKER,))
item("人才", "应晋升人员", "talents:promotions", "stairs-up", Capability.VIEW_PERSONNEL)
item("人才", "证书与职务对应", "talents:titles", "arrows-exchange", Capability.VIEW_COMPLIANCE)
item("人才", "聘用", "talents:appointments", "user-check", Capability.VIEW_PERSONNEL)
item("人才", "转换提升与补充配置", "talents:conversions", "arrows-shuffle", Capability.VIEW_PERSONNEL)
item("人才", "证而未聘", "talents:unappointed", "certificate", Capability.VIEW_COMPLIANCE)
item("人才", "未来缺口", "talents:forecast", "chart-line", Capability.VIEW_PERSONNEL)
item("人才", "人岗匹配", "talents:matching", "arrows-join", Capability.VIEW_COMPLIANCE)

item("人才", "证书与登记", "talents:certificates", "rubber-stamp", Capability.VIEW_PERSONNEL)
item("人才", "继续教育学时", "talents:learning", "school", Capability.VIEW_PERSONNEL)
item("人才", "继续教育课程", "talents:courses", "calendar-event", Capability.VIEW_PERSONNEL)
item("人才", "专业督导", "talents:pairs", "messages", Capability.VIEW_PERSONNEL)
item("工作台", "继续教育课程", "talents:courses", "calendar-event", roles=(Role.SOCIAL_WORKER,))

tab("person", "person", "总览", "talents:person", order=0)
tab("person", "certificates", "证书", "talents:person-certificates", order=20)
tab("person", "learning", "继续教育", "talents:person-learning", order=40)
tab("person", "recognition", "人才待遇", "talents:recognition", order=50)
tab("person", "supervision", "督导", "talents:person-supervision", order=45)
tab("person", "looks", "谁看过", "talents:looks", Capability.OWN_RECORD, Capability.VIEW_ACCESS_LOG, order=90)
tab(
    "person",
    "standing",
    "政治安排",
    "talents:person-standing",
    Capability.RECORD_STANDING,
    Capability.OWN_RECORD,
    order=80,
)
