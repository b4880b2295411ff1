"""Invented honours outside cycles, and award funds with two years of income and grants; of Xiamen only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from awards import disclosing, funds
from awards.models import AwardFund, AwardLevel, FundEntry, Honour
from posts.models import Employer
from talents.models import Employment
from xmsw.accounts.models import User
from xmsw.synthetic.plan import Plan

DOCUMENT = "演示文件（非正式文件）"
K, L = FundEntry.Kind, AwardLevel
HIGHER = (
    (L.NATION, "全国优秀社会工作者（演示）", "国家级颁奖单位（演示）", 2, 4),
    (L.PROVINCE, "福建省优秀社会工作者（演示）", "省级颁奖单位（演示）", 4, 3),
    (L.CITY, "厦门市优秀社会工作者（演示）", "市级颁奖单位（演示）", 6, 5),
)
DISTRICTS = (("350203", "思明区"), ("350206", "湖里区"), ("350211", "集美区"))
FORMS = (("奖金和证书", 2000), ("通报表扬", 0), ("带薪休假三天", 0), ("外出培训机会", 0), ("奖金", 3000))


def recognise(plan: Plan, people: list[Employment]) -> None:
    """Honours of every level, one revoked, then three funds. `people`: certified, one an employer."""
    people = _known() + people
    taken = iter(people)
    for level, title, by, number, years in HIGHER:
        for place, each in enumerate(_next(taken, number)):
            on = date(plan.today.year - 1 - place % years, 3, 20)
            _honour(each, level, title, by, on, form="证书", document=DOCUMENT)
    for code, name in DISTRICTS:
        own = [each for each in people if each.employer.region_id.startswith(code)][:4]
        for place, each in enumerate(own):
            on = date(plan.today.year - 1 - place % 2, 9, 10)
            title = f"{name}优秀社会工作者（演示）"
            _honour(each, L.DISTRICT, title, f"{name}民政局（演示）", on, form="证书", document=DOCUMENT, prize=1000)
    for place, each in enumerate([*_known(), *_next(taken, 8)]):
        form, prize = FORMS[place % len(FORMS)]
        on = max(each.start, plan.today - timedelta(days=40 + place * 30))
        _honour(each, L.EMPLOYER, "年度优秀社工（演示）", each.employer.name, on, form=form, prize=prize)
    last = Honour.objects.filter(level=L.CITY, cycle=None).order_by("awarded_on").first()
    if last is not None:
        Honour.objects.filter(pk=last.pk).update(
            revoked_on=plan.today - timedelta(days=20), revoked_because="事迹材料不实（演示）"
        )
    plan.made("荣誉", Honour.objects.count())
    _funds(plan, people)


def _next(people: object, number: int) -> list[Employment]:
    return [each for _, each in zip(range(number), people, strict=False)]


def _known() -> list[Employment]:
    """Whom demo accounts look at: the own account's person, and two people of the agency's staff."""
    rows = Employment.objects.filter(end=None).select_related("worker", "employer").order_by("pk")
    own = rows.filter(worker__account__username="demo-worker")[:1]
    return [*own, *rows.filter(employer__members__user__username="demo-agency")[:2]]


def _honour(each: Employment, level: str, title: str, by: str, on: date, **fields: object) -> None:
    Honour.objects.get_or_create(
        worker=each.worker, series=title, level=level, awarded_on=on,
        defaults={"employer": each.employer, "title": title, "awarded_by": by, "synthetic": True, **fields},
    )  # fmt: skip


def _funds(plan: Plan, people: list[Employment]) -> None:
    officer, district = (User.objects.filter(username=name).first() for name in ("demo-city", "demo-siming"))
    if officer is None or district is None or not people:
        return
    year = plan.today.year
    agency = Employer.objects.filter(members__user__username="demo-agency").first()
    industry = _fund(
        "鹭岛社会工作人才奖励基金（演示）", "industry", "演示社会工作行业协会", "3502", legal_form="special",
        registration="演示专项字第1号", registered_by="演示慈善基金会", registered_on=date(year - 3, 5, 12),
        purpose="奖励在困境儿童、为老服务中有突出贡献的社会工作专业人才，每年一次，理事会评定。",
    )  # fmt: skip
    own = _fund(
        "同心社工关爱奖励基金（演示）", "organisation", agency.name if agency else "演示社会组织",
        agency.region_id[:6] if agency else "350203", employer=agency, legal_form="trust",
        registration="演示信托备案2号", registered_by="演示民政局", registered_on=date(year - 2, 3, 1),
        purpose="奖励扎根社区五年以上的社工。",
    )  # fmt: skip
    bare = _fund("海沧企业家社工奖（演示）", "enterprise", "演示实业有限公司", "350205")
    _ledger(industry, officer, plan.today, people[:3], Decimal(200_000), Decimal(20_000))
    _ledger(own, officer, plan.today, people[1:3], Decimal(30_000), Decimal(3_000))
    _enter(
        bare, officer, K.DONATION, 10_000, plan.today - timedelta(days=60), "启动资金（演示）", party="演示实业有限公司"
    )
    disclosing.release(officer, industry, year - 2)
    disclosing.release(officer, industry, year - 1)
    _enter(industry, officer, K.INTEREST, 86, date(year - 1, 12, 21), "补记第四季度利息（演示）")
    disclosing.release(officer, own, year - 2)
    plan.made("奖励基金", AwardFund.objects.count())
    plan.made("基金收支", FundEntry.objects.count())


def _fund(name: str, kind: str, founder: str, region: str, **fields: object) -> AwardFund:
    return AwardFund.objects.create(
        name=name, founder_kind=kind, founder=founder, region_id=region, synthetic=True, **fields
    )


def _ledger(
    fund: AwardFund, officer: User, today: date, people: list[Employment], given: Decimal, grant: Decimal
) -> None:
    """Two closed years and this one: a donation, interest, grants and a cost each; one grant twice, taken back."""
    for year in (today.year - 2, today.year - 1):
        _enter(fund, officer, K.DONATION, given, date(year, 2, 15), "年度捐赠（演示）", party="演示爱心企业")
        _enter(fund, officer, K.INTEREST, given / 200, date(year, 6, 21), "半年利息（演示）")
        for each in people:
            _enter(fund, officer, K.GRANT, grant, date(year, 10, 10), "年度突出贡献奖（演示）", worker=each.worker)
        _enter(
            fund, officer, K.COST, given / 100, date(year, 12, 10), "证书印制和银行手续费（演示）", party="演示印务公司"
        )
    twice = _enter(
        fund, officer, K.GRANT, grant, date(today.year - 1, 10, 11), "年度突出贡献奖（演示）", worker=people[0].worker
    )
    funds.reverse(officer, twice, date(today.year - 1, 10, 20), "同一人重复发放（演示）")
    _enter(fund, officer, K.DONATION, given / 2, today - timedelta(days=30), "上半年捐赠（演示）", party="演示爱心企业")


def _enter(
    fund: AwardFund, officer: User, kind: str, amount: Decimal | int, on: date, reason: str, **fields: object
) -> FundEntry:
    entry = FundEntry(kind=kind, amount=Decimal(amount), on=on, reason=reason, document="演示凭证", **fields)
    return funds.enter(officer, fund, entry)
