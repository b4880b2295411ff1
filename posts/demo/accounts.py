"""One account of each role over the invented data."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from posts.models import Employer, Kind, Membership
from xmsw.accounts.models import Bureau, OrgUnit, User
from xmsw.accounts.roles import Role
from xmsw.synthetic.plan import PASSWORD, DemoAccount, Plan

_R, _B = Role, Bureau
# User name: role, bureau and region it sits on, what it sees.
OFFICERS: dict[str, tuple[Role, str, str, str]] = {
    "demo-city": (_R.CITY_OFFICER, _B.CIVIL_AFFAIRS, "3502", "全市所有条线"),
    "demo-city-2": (_R.CITY_OFFICER, _B.CIVIL_AFFAIRS, "3502", "全市所有条线（发布要由第二个人办）"),
    "demo-siming": (_R.DISTRICT_OFFICER, _B.CIVIL_AFFAIRS, "350203", "思明区所有条线"),
    "demo-huli": (_R.DISTRICT_OFFICER, _B.CIVIL_AFFAIRS, "350206", "湖里区所有条线"),
    "demo-education": (_R.BUREAU_OFFICER, _B.EDUCATION, "3502", "全市学校"),
    "demo-hr": (_R.BUREAU_OFFICER, _B.HUMAN_RESOURCES, "350203", "思明区事业单位和持证人员"),
    "demo-standing": (_R.STANDING_OFFICER, _B.CIVIL_AFFAIRS, "350203", "思明区政治安排（限制信息）"),
    "demo-health": (_R.BUREAU_OFFICER, _B.HEALTH, "3502", "全市医院和人口计生服务机构"),
}
SECOND = "demo-city-2"  # whoever decides what demo-city handed in; decided none of the invented cases
STAFF = {"demo-community": Kind.C02, "demo-agency": Kind.E01}
ADMIN = "demo-admin"
APPLICANT = "demo-applicant"  # whoever handed in the invented cases; nobody can sign in as it


def load(plan: Plan) -> None:
    """Create the accounts that are missing, all with one password."""
    password = make_password(PASSWORD)
    for username, (role, bureau, region, sees) in OFFICERS.items():
        unit = OrgUnit.objects.in_force(plan.today).get(bureau=bureau, region_id=region)
        _account(username, role, password, display_name=f"演示·{sees}", org_unit=unit)
    for username, kind in STAFF.items():
        employer = _typical(kind)
        if employer:
            user = _account(username, _R.EMPLOYER_STAFF, password, display_name=f"演示·{employer.name}")
            Membership.objects.get_or_create(employer=employer, user=user)
    _account(ADMIN, _R.SYSTEM_ADMIN, password, display_name="演示·系统管理员", is_staff=True, is_superuser=True)
    applicant = _account(
        APPLICANT, _R.EMPLOYER_STAFF, make_password(None), display_name="演示·单位经办人", is_active=False
    )
    plan.table("demo_applicant", "SELECT %(id)s::bigint AS id", id=applicant.pk)
    _tell_officers(plan)
    plan.made("演示账号", len(existing()))


def _tell_officers(plan: Plan) -> None:
    """Leave `demo_officer`: who of 民政 decides in which area."""
    lead = (_R.CITY_OFFICER, _R.DISTRICT_OFFICER)
    names = [name for name, (role, *_) in OFFICERS.items() if role in lead and name != SECOND]
    officers = User.objects.filter(username__in=names).select_related("org_unit__region").order_by("pk")
    told = [(each.org_unit.region_id, each.pk, each.place_label) for each in officers]
    prefixes, ids, units = map(list, zip(*told, strict=True))
    plan.table(
        "demo_officer",
        "SELECT * FROM unnest(%(prefixes)s::text[], %(ids)s::bigint[], %(units)s::text[]) AS o (prefix, id, unit)",
        prefixes=prefixes,
        ids=ids,
        units=units,
    )


def _account(username: str, role: Role, password: str, **fields: object) -> User:
    return User.objects.get_or_create(username=username, defaults={"role": role, "password": password, **fields})[0]


def _typical(kind: Kind) -> Employer | None:
    """An employer of the kind with posts, in 思明 where there is one."""
    with_posts = Employer.objects.of_kind(kind).filter(posts__isnull=False).order_by("region_id", "pk").distinct()
    return with_posts.within("350203").first() or with_posts.within("3502").first() or with_posts.first()


def existing() -> list[DemoAccount]:
    """Accounts of the demo that are still there, in a telling order."""
    users = User.objects.filter(username__in=[*OFFICERS, *STAFF, ADMIN]).in_bulk(field_name="username")
    employers = dict(
        Membership.objects.filter(user__username__in=STAFF).values_list("user__username", "employer__name")
    )
    sights = {username: sees for username, (*_, sees) in OFFICERS.items()}
    sights |= {username: f"只看{name}" for username, name in employers.items()}
    sights[ADMIN] = "账号和后台，看不到业务数据"
    return [
        DemoAccount(username, users[username].get_role_display(), sees)
        for username, sees in sights.items()
        if username in users
    ]
