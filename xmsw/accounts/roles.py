"""Roles and the capabilities each declares. One table answers «may I»; `scope.py` answers «which rows»."""

from django.db import models


class Capability(models.TextChoices):
    """What an account may do; the value is the name used in `user.can(...)` and templates."""

    VIEW_COMPLIANCE = "view_compliance", "查看落实情况"
    VIEW_PERSONNEL = "view_personnel", "查看人员名单"
    VIEW_PAY = "view_pay", "查看薪酬明细"
    REVEAL_IDENTITY = "reveal_identity", "查看完整证件号码"
    IMPORT_EMPLOYERS = "import_employers", "导入用人单位"
    IMPORT_POSTS = "import_posts", "导入岗位与聘用"
    IMPORT_STAFF = "import_staff", "导入人员与薪酬"
    APPLY = "apply", "申报单位、岗位与聘用"
    REVIEW_EMPLOYERS = "review_employers", "审核单位登记"
    REVIEW_POSTS = "review_posts", "审核岗位与聘用备案"
    REVIEW_NEEDS = "review_needs", "审核需求评估与纳入备案"
    PLAN_ALLOCATION = "plan_allocation", "编制补充配置计划"
    RECORD_PROJECTS = "record_projects", "登记购买服务项目"
    EDIT_TITLES = "edit_titles", "维护证书与职务对应"
    CORRECT_RECORDS = "correct_records", "处理更正申请、合并重复人员"
    VERIFY_CERTIFICATES = "verify_certificates", "核验证书、登记与继续教育"
    RECORD_TALENT = "record_talent", "登记高层次人才"
    KEEP_TALENT_LISTS = "keep_talent_lists", "维护人才类别和优惠待遇"
    HANDLE_BENEFITS = "handle_benefits", "办理人才优惠待遇"
    RECOMMEND_ALLOWANCE = "recommend_allowance", "推荐政府特殊津贴"
    FORWARD_ALLOWANCE = "forward_allowance", "上报政府特殊津贴人选"
    CONFIRM_SPECIALISTS = "confirm_specialists", "确认专业技术人员档案"
    RECORD_STANDING = "record_standing", "登记政治安排（限制信息）"
    RECORD_PUBLICITY = "record_publicity", "登记招录与宣传"
    APPROVE_STORIES = "approve_stories", "审核人物事迹"
    VIEW_ACCESS_LOG = "view_access_log", "查看个人信息查看记录"
    OWN_RECORD = "own_record", "查看本人档案"
    PUBLISH_BENCHMARKS = "publish_benchmarks", "发布同类人员薪酬参照"
    EDIT_STANDARDS = "edit_standards", "制定薪酬指导标准"
    SET_FLOAT = "set_float", "确定本区浮动比例"
    KEEP_TERMS = "keep_terms", "维护社保公积金缴费标准"
    APPROVE_COSTS = "approve_costs", "审定购买服务成本"
    RUN_AWARDS = "run_awards", "组织表彰"
    RECOMMEND_AWARDS = "recommend_awards", "推荐表彰人选"
    KEEP_POOLS = "keep_pools", "管理人才库"
    KEEP_FUNDS = "keep_funds", "登记奖励基金"
    VIEW_AWARDS = "view_awards", "查看表彰和人才库"
    PLAN_INSPECTIONS = "plan_inspections", "制定督促核查计划"
    INSPECT = "inspect", "现场核查"
    ORDER_RECTIFICATION = "order_rectification", "责令整改、复核销号"
    KEEP_DUTIES = "keep_duties", "登记本部门职责落实情况"
    KEEP_PLANS = "keep_plans", "登记规划、联席会议和年度目标"
    RECORD_GUIDANCE = "record_guidance", "登记人社指导意见"
    KEEP_BUDGETS = "keep_budgets", "登记经费预算和执行"
    KEEP_FUNDING = "keep_funding", "登记社会资金和优惠政策"
    TAKE_SNAPSHOTS = "take_snapshots", "确认年末统计"
    RECALCULATE = "recalculate", "发起重新核算"
    EDIT_PARAMETERS = "edit_parameters", "维护核查参数"
    VIEW_API_LOG = "view_api_log", "查看接口调用记录"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号"
    MANAGE_API_CLIENTS = "manage_api_clients", "管理接口客户端"


class Role(models.TextChoices):
    CITY_OFFICER = "city_officer", "市民政干部"
    DISTRICT_OFFICER = "district_officer", "区民政干部"
    BUREAU_OFFICER = "bureau_officer", "部门条线干部"
    STANDING_OFFICER = "standing_officer", "政治安排信息专员"
    EMPLOYER_STAFF = "employer_staff", "用人单位经办人"
    SOCIAL_WORKER = "social_worker", "社会工作者本人"
    REVIEWER = "reviewer", "评审专家"
    SYSTEM_ADMIN = "system_admin", "系统管理员"


_C = Capability
# Never by rank: 三(三)-1 and -2 are sensitive (trap 13), titles and 专技 files are 人社's, one's own record one's own.
_APART = {
    _C.APPLY,
    _C.MANAGE_ACCOUNTS,
    _C.MANAGE_API_CLIENTS,
    _C.EDIT_TITLES,
    _C.CONFIRM_SPECIALISTS,
    _C.RECORD_STANDING,
    _C.OWN_RECORD,
    _C.RECORD_GUIDANCE,
}
_CITY_ONLY = {
    _C.EDIT_PARAMETERS,
    _C.VIEW_ACCESS_LOG,
    _C.KEEP_TALENT_LISTS,
    _C.FORWARD_ALLOWANCE,
    _C.PUBLISH_BENCHMARKS,
    _C.EDIT_STANDARDS,
    _C.KEEP_TERMS,
}
CAPABILITIES: dict[str, frozenset[str]] = {
    Role.CITY_OFFICER: frozenset(set(_C) - _APART),
    Role.DISTRICT_OFFICER: frozenset(set(_C) - _APART - _CITY_ONLY),
    Role.BUREAU_OFFICER: frozenset(
        {
            _C.VIEW_COMPLIANCE,
            _C.VIEW_PERSONNEL,
            _C.IMPORT_POSTS,
            _C.IMPORT_STAFF,
            _C.REVIEW_POSTS,
            _C.REVIEW_NEEDS,
            _C.HANDLE_BENEFITS,
            _C.RECOMMEND_ALLOWANCE,
            _C.RECORD_PUBLICITY,
            _C.RECOMMEND_AWARDS,
            _C.VIEW_AWARDS,
            _C.INSPECT,
            _C.KEEP_DUTIES,
        }
    ),
    Role.STANDING_OFFICER: frozenset({_C.VIEW_COMPLIANCE, _C.VIEW_PERSONNEL, _C.RECORD_STANDING, _C.VIEW_AWARDS}),
    Role.EMPLOYER_STAFF: frozenset({_C.VIEW_PERSONNEL, _C.VIEW_PAY, _C.IMPORT_STAFF, _C.APPLY, _C.VIEW_AWARDS}),
    Role.SOCIAL_WORKER: frozenset({_C.OWN_RECORD, _C.VIEW_AWARDS}),
    Role.REVIEWER: frozenset(),  # what an outside expert scores hangs on the seat
    Role.SYSTEM_ADMIN: frozenset({_C.MANAGE_ACCOUNTS, _C.MANAGE_API_CLIENTS, _C.VIEW_API_LOG}),
}

# What officers of one bureau of the city may do besides (二(四)-4: 人社 alone maps certificates to titles; 三(一)-5: it
# makes the guidance standards together with civil affairs).
BUREAU_CAPABILITIES: dict[str, frozenset[str]] = {"human_resources": frozenset({_C.EDIT_TITLES, _C.EDIT_STANDARDS})}
# What officers of one bureau may do at any level (四(一)-6, -7: 人社 keeps the 专技 file and guides institutions;
# 四(一)-5: 财政 keeps the budget).
LINE_CAPABILITIES: dict[str, frozenset[str]] = {
    "human_resources": frozenset({_C.CONFIRM_SPECIALISTS, _C.RECORD_GUIDANCE}),
    "finance": frozenset({_C.KEEP_BUDGETS}),
}
