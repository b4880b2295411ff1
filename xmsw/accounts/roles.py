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
    RECALCULATE = "recalculate", "发起重新核算"
    EDIT_PARAMETERS = "edit_parameters", "维护核查参数"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号"


class Role(models.TextChoices):
    CITY_OFFICER = "city_officer", "市民政干部"
    DISTRICT_OFFICER = "district_officer", "区民政干部"
    BUREAU_OFFICER = "bureau_officer", "部门条线干部"
    EMPLOYER_STAFF = "employer_staff", "用人单位经办人"
    SYSTEM_ADMIN = "system_admin", "系统管理员"


_C = Capability
CAPABILITIES: dict[str, frozenset[str]] = {
    Role.CITY_OFFICER: frozenset(set(_C) - {_C.MANAGE_ACCOUNTS, _C.APPLY, _C.EDIT_TITLES}),
    Role.DISTRICT_OFFICER: frozenset(set(_C) - {_C.MANAGE_ACCOUNTS, _C.EDIT_PARAMETERS, _C.APPLY, _C.EDIT_TITLES}),
    Role.BUREAU_OFFICER: frozenset(
        {
            _C.VIEW_COMPLIANCE,
            _C.VIEW_PERSONNEL,
            _C.IMPORT_POSTS,
            _C.IMPORT_STAFF,
            _C.REVIEW_POSTS,
            _C.REVIEW_NEEDS,
        }
    ),
    Role.EMPLOYER_STAFF: frozenset({_C.VIEW_PERSONNEL, _C.VIEW_PAY, _C.IMPORT_STAFF, _C.APPLY}),
    Role.SYSTEM_ADMIN: frozenset({_C.MANAGE_ACCOUNTS}),
}

# What officers of one bureau of the city may do besides (二(四)-4: 人社 alone maps certificates to titles).
BUREAU_CAPABILITIES: dict[str, frozenset[str]] = {"human_resources": frozenset({_C.EDIT_TITLES})}
