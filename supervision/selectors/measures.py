"""What is measured of clauses that no rule judges: counts in words, in the account's area and line, on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, Sum

from awards.models import HIGHER, AwardLevel, FundEntry, Honour
from payroll.models import GUIDED_SECTORS, ITEMS, CostSheet, EconomicIndicator, InsuranceMonth, PurchaseProject
from posts.models import CertificateLevel, Duty, Incubation, Post
from supervision.selectors.measures_coverage import measures_coverage
from supervision.selectors.measures_duties import measures_duties
from supervision.selectors.measures_inspections import measures_inspections
from supervision.selectors.measures_money import measures_money
from supervision.selectors.measures_years import measures_years
from talents.models import (
    AllowanceRecommendation,
    Appointment,
    BenefitApplication,
    Certificate,
    HighLevelTag,
    PersonStory,
    PublicityItem,
    RecruitmentNotice,
    StandingCount,
    StandingRecord,
    SupervisionPair,
    TitleMap,
)
from talents.standing_counts import Published, last_published
from talents.supervision import totals
from xmsw.dated import months_later
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.regions.models import Level

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def _of(rows: QuerySet, user: User | None) -> QuerySet:
    return rows if user is None else rows.visible_to(user)


def measures(user: User | None, on: date) -> dict[str, str]:
    """Clause → what is counted. `user` None: everywhere. A fixed number of queries."""
    found = {**_duties(user, on), **_incubations(user, on), **_projects(user, on), **_recognition(user, on)}
    found |= _standing(user, on)
    found |= _titles(user, on)
    found |= _insurance(user, on)
    found |= _reviews(user, on)
    found |= _awards(user, on)
    found |= measures_coverage(user, on)
    found |= measures_duties(user, on)
    found |= measures_money(user, on)
    found |= measures_inspections(user, on)
    found |= measures_years(user, on)
    found["二(三)-5"] += _supervision(user, on)
    return found


def _duties(user: User | None, on: date) -> dict[str, str]:
    posts = _of(Post.objects.active(on), user).order_by()
    total = posts.count()
    carried = dict(posts.annotate(one=Func(F("duties"), function="unnest")).values_list("one").annotate(Count("pk")))
    return {
        f"二(三)-{duty.value}": f"在设岗位 {total:,} 个，承担此项的 {carried.get(duty.value, 0):,} 个" for duty in Duty
    }


def _incubations(user: User | None, on: date) -> dict[str, str]:
    found = _of(Incubation.objects.all(), user).in_force(on).aggregate(n=Count("pk"), at=Count("street", distinct=True))
    return {"二(二)-8": f"孵化中的机构 {found['n']} 家，在 {found['at']} 个街道（镇）"}


def _projects(user: User | None, on: date) -> dict[str, str]:
    projects = _of(PurchaseProject.objects.all(), user).in_force(on)
    found = projects.aggregate(
        n=Count("pk"), instead=Count("pk", filter=Q(replaces_staff=True)), street=Count("street")
    )
    costs = _costs(projects, on)
    share = f"，人员经费占 {costs['people'] / costs['sum']:.2%}" if costs["sum"] else ""
    return {
        "三(一)-7": f"执行中的购买服务项目 {found['n']} 个，有审定成本核算表的 {costs['n']} 个",
        "三(一)-8": f"审定的成本核算表 {costs['n']} 份{share}",
        "二(一)-6": f"执行中的购买服务项目 {found['n']} 个，其中以购买服务代替养人的 {found['instead']} 个",
        "二(二)-9": f"由街道（镇）购买的执行中项目 {found['street']} 个",
    }


def _costs(projects: QuerySet, on: date) -> dict[str, Any]:
    """Cost sheets of these projects in use: `n`, and what they come to in yuan, `sum` and `people`; one query."""
    rows = CostSheet.objects.filter(project__in=projects).approved_by(on)
    return rows.with_figures().aggregate(n=Count("pk"), sum=Sum("total"), people=Sum("personnel"))


def _recognition(user: User | None, on: date) -> dict[str, str]:
    """Three queries: recognitions, applications, recommendations of the year."""
    tags = _of(HighLevelTag.objects.all(), user).in_force(on).aggregate(n=Count("worker", distinct=True))["n"]
    # A result counts from its own day on, also where it was entered later.
    granted = Q(stood="granted") | Q(state="granted", result_on__lte=on)
    asked = (
        _of(BenefitApplication.objects.standing(on), user)
        .filter(granted | ~Q(stood__in=("draft", "withdrawn")))
        .aggregate(n=Count("pk"), granted=Count("pk", filter=granted))
    )
    recommended = AllowanceRecommendation.objects.filter(year=on.year).standing(on)
    named = _of(recommended, user).exclude(stood="draft").count()
    return {
        "三(一)-9": f"有效认定的高层次人才 {tags} 人",
        "三(一)-10": f"优惠待遇申请 {asked['n']} 件，已落实 {asked['granted']} 件",
        "三(一)-11": f"{on.year} 年度推荐 {named} 人" if named else f"{on.year} 年度还没有推荐人选",
    }


def _insurance(user: User | None, on: date) -> dict[str, str]:
    """What was reported for the month before: one query."""
    period = months_later(on.replace(day=1), -1)
    paid = Q(**{f"{item}__isnull": False for item in ITEMS})
    months = _of(InsuranceMonth.objects.filter(period=period), user)
    found = months.aggregate(n=Count("pk"), whole=Count("pk", filter=paid))
    return {"三(一)-4": f"{period:%Y-%m} 有缴费月报的 {found['n']:,} 人，各项都缴的 {found['whole']:,} 人"}


def _reviews(user: User | None, on: date) -> dict[str, str]:
    """Whether the newest year's figures were looked at, sector by sector: one query."""
    rows = _of(EconomicIndicator.objects.filter(published_on__lte=on), user)
    decided = Count("reviews", filter=Q(reviews__decided_on__lte=on))
    newest = rows.annotate(done=decided).order_by("-year").values_list("year", "done").first()
    if newest is None:
        return {"三(一)-6": "还没有登记经济指标"}
    return {"三(一)-6": f"{newest[0]} 年经济指标：{len(GUIDED_SECTORS)} 个领域中已审议 {newest[1]} 个"}


def _awards(user: User | None, on: date) -> dict[str, str]:
    """What was awarded this year by districts and employers, and granted by funds: two queries."""
    year = Q(awarded_on__year=on.year)
    won = _of(Honour.objects.all(), user).valid(on)
    found = won.aggregate(
        higher=Count("worker", filter=Q(level__in=HIGHER), distinct=True),
        district=Count("pk", filter=year & Q(level=AwardLevel.DISTRICT)),
        employer=Count("pk", filter=year & Q(level=AwardLevel.EMPLOYER)),
    )
    granted = _of(FundEntry.objects.all(), user).grants().filter(on__year=on.year, on__lte=on)
    paid = granted.aggregate(n=Count("pk"), sum=Sum("amount"))
    given = f"{on.year} 年奖励基金奖励 {paid['n']} 人次、{-(paid['sum'] or 0):,.2f} 元"
    return {
        "三(二)-1": f"国家级、省级获奖者 {found['higher']} 人",
        "三(二)-5": f"{on.year} 年区级表彰 {found['district']} 人次",
        "三(二)-6": f"{on.year} 年单位自报表彰 {found['employer']} 人次",
        "三(二)-8": f"{given}；支出不超过余额由系统保证",
    }


def _titles(user: User | None, on: date) -> dict[str, str]:
    """Levels with a technical title, since when the newest version holds, and who was appointed to one: two queries."""
    mapped = TitleMap.objects.in_force(on).aggregate(n=Count("level", distinct=True), since=Max("start"))
    held = Certificate.objects.held_on(on).filter(worker=OuterRef("worker"))
    seated = _of(Appointment.objects.all(), user).in_force(on).filter(Exists(held)).order_by()
    titled = Count("worker", filter=~Q(title=""), distinct=True)
    found = seated.aggregate(n=Count("worker", distinct=True), titled=titled)
    since = f"，现行对应从 {mapped['since']:%Y-%m-%d} 起施行" if mapped["since"] else ""
    levels = f"{len(CertificateLevel)} 级证书中 {mapped['n']} 级有对应的专业技术职务{since}"
    return {"二(四)-4": f"{levels}；在岗持证 {found['n']:,} 人，写明聘任职务的 {found['titled']:,} 人"}


def _supervision(user: User | None, on: date) -> str:
    """What was done of the fifth duty: two queries."""
    found = totals(_of(SupervisionPair.objects.all(), user), on)
    done = f"近 12 个月督导 {found['times']:,} 次、{found['hours'].normalize():,f} 小时"
    return f"；进行中的督导关系 {found['pairs']:,} 对，{done}"


def _standing(user: User | None, on: date) -> dict[str, str]:
    """Four queries. Of restricted records only what was published."""
    published = _published(user, on)
    told = {
        clause: _told(published, kinds)
        for clause, kinds in (
            ("三(三)-1", ("party", "leading")),
            ("三(三)-2", ("congress", "consultative")),
            ("三(三)-4", ("party_body", "committee")),
        )
    }
    notices = _of(RecruitmentNotice.objects.all(), user).filter(on__year=on.year, on__lte=on)
    asked = notices.aggregate(n=Count("pk"), without=Count("pk", filter=Q(social_service=True, preferred=False)))
    items = _of(PublicityItem.objects.all(), user).filter(on__year=on.year, on__lte=on).count()
    stories = _of(PersonStory.objects.all(), user).filter(published_on__lte=on, state="published").count()
    return told | {
        "三(三)-3": f"今年登记招录公告 {asked['n']} 份，社会服务职位没有注明优先的 {asked['without']} 份",
        "三(三)-5": f"今年登记宣传 {items} 条",
        "三(三)-6": f"公开的人物事迹 {stories} 篇",
    }


def _published(user: User | None, on: date) -> Published | None:
    """Of the account's own city or district, as the figures tell it; without an account all cities together."""
    rows = _of(StandingCount.objects.all(), user)
    own = Q(region__level=Level.CITY) if user is None else Q(region=(user.area_code or "")[:DISTRICT_DIGITS])
    found = last_published(rows.filter(own), on).values()
    last = max((each.year for each in found), default=None)
    if last is None:
        return None
    newest = [each.counts for each in found if each.year == last]
    return Published(last, {kind: _sum(counts.get(kind) for counts in newest) for kind in StandingRecord.Kind.values})


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None where one of them is withheld."""
    listed = list(numbers)
    return None if None in listed else sum(listed)


def _told(published: Published | None, kinds: tuple[str, ...]) -> str:
    if published is None:
        return "还没有公布过年末统计"
    labels, counts = dict(StandingRecord.Kind.choices), published.counts
    each = (f"{labels[kind]} {'不公布' if counts[kind] is None else f'{counts[kind]} 人'}" for kind in kinds)
    return f"{published.year} 年末：{'，'.join(each)}"
