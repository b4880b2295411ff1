"""A whole city round in a real browser, from the call to the certificate: 40 nominees, 7 reviewers.

Reckoned by hand. Nominee i (0 to 39) gets from reviewer r (1 to 7) the points p + r − 4 on each criterion, so the seven
totals are p − 3 … p + 3; without the highest and the lowest the mean is p. Nominees have p = 95 − i, but for:

* nominees 0 to 3: reviewer 7 is their colleague and stands aside. Six totals p − 3 … p + 2, trimmed p − 2 … p + 1, mean
  p − 0.5: 94.50, 92.90 (p = 93.40), 92.50, 91.50;
* nominee 4: p = 92.60, so that it stands before nominee 2, which it would not if reviewer 7 scored;
* nominees 9 and 10: p = 86.00 both, but 10 gets two points more on the first criterion (weight 50 %) and five less on
  the third (20 %): +1.00 − 1.00 = 0. Equal scores, the first criterion tells: 10 takes the tenth and last place.

So the ranking begins 0, 1, 4, 2, 3, 5, 6, 7, 8, 10, 9, 11 … Ten places. The objection to the second (nominee 1) is
upheld, the one to the third (nominee 4) is rejected; the eleventh (nominee 9) follows.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.utils import timezone

from awards import cycles
from awards.models import AwardCycle, Criterion, Honour, Nomination, Objection, PanelSeat, PoolMember, PublicNotice
from posts.models import Employer
from talents.models import SocialWorker
from tests import builders as make
from tests.awards.rounds import STORY, client_of, make_expert
from tests.browser import accessibility
from xmsw.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
NOMINEES, REVIEWERS, QUOTA, PER_EMPLOYER = 40, 7, 10, 4
COLLEAGUE, BETTER, TIED, TAKES_LAST = 1, 4, 9, 10
UPHELD, REJECTED = 1, 4
RANKED = [0, 1, 4, 2, 3, 5, 6, 7, 8, 10, 9, *range(11, 40)]
WINNERS = [0, 4, 2, 3, 5, 6, 7, 8, 10, 9]
BEGIN = timezone.localdate()
ENDS = {name: BEGIN + timedelta(days=days) for name, days in (("call_end", 9), ("recommend_end", 19),
        ("preliminary_end", 29), ("panel_end", 39))}  # fmt: skip


def points(nominee: int, reviewer: int) -> tuple[D, D, D]:
    base = (
        {COLLEAGUE: D("93.40"), BETTER: D("92.60"), TIED: D(86), TAKES_LAST: D(86)}.get(nominee, D(95 - nominee))
        + reviewer
        - 4
    )
    return (base + 2, base, base - 5) if nominee == TAKES_LAST else (base, base, base)


@pytest.fixture
def agencies() -> list[Employer]:
    return [
        make.make_employer("E01", region="350203001", name=f"社工机构{number}")
        for number in range(NOMINEES // PER_EMPLOYER)
    ]


@pytest.fixture
def people(agencies: list[Employer]) -> list[SocialWorker]:
    return [
        make.make_staff(agencies[number // PER_EMPLOYER], level=2, verified=True, name=f"人选{chr(0x4E00 + number)}")
        for number in range(NOMINEES)
    ]


@pytest.fixture
def experts(agencies: list[Employer]) -> list[PoolMember]:
    """Six from elsewhere, and a social worker of the second nominee's agency, who is the seventh."""
    outside = [make_expert() for _ in range(REVIEWERS - 1)]
    colleague = make.make_staff(agencies[COLLEAGUE // PER_EMPLOYER], level=3, verified=True)
    make.make_account(colleague)
    inside = PoolMember.objects.create(
        pool="expert", region_id="3502", worker=colleague, state="member", start=make.LONG_AGO
    )
    return [*outside, inside]


def test_a_city_round_from_the_call_to_the_certificate(page_as, page, agencies, people, experts):
    city, district = make.make_user("city_officer"), make.make_user("district_officer", region="350203")
    called(page_as(city))
    cycle = AwardCycle.objects.get()
    nominated(page_as, cycle, agencies, people)
    with time_machine.travel(noon(ENDS["call_end"] + timedelta(days=1))):
        cycles.advance(timezone.localdate())
        all_ticked(page_as(district))
    with time_machine.travel(noon(ENDS["recommend_end"] + timedelta(days=1))):
        cycles.advance(timezone.localdate())
        all_ticked(page_as(city))
        panel_formed(page_as(city), cycle)
        scored(page_as, cycle, people, experts)
        ranked(page_as(city), cycle, people)
    with time_machine.travel(noon(ENDS["panel_end"])):
        put_on_notice(page_as(city), cycle)
        objected(page, cycle, people)
        concluded(page_as(city), people)
        followed(page_as(city), cycle)
    after = PublicNotice.objects.latest().end + timedelta(days=1)
    with time_machine.travel(noon(after)):
        commended(page_as(city), cycle, people)
        verified(page, cycle, people)


def noon(day: date) -> str:
    return f"{day:%Y-%m-%d}T12:00:00+08:00"


def called(page):
    page.goto("/awards/new/")
    for label, value in (
        ("名称", "第五届厦门市社会工作领军人才"), ("奖项", "社会工作领军人才"), ("年度", f"{BEGIN.year}"),
        ("通知文号", "厦民〔2026〕9号"), ("名额", f"{QUOTA}"), ("每人奖金（元）", "50000"), ("申报开始", f"{BEGIN}"),
        ("申报截止", f"{ENDS['call_end']}"), ("推荐截止", f"{ENDS['recommend_end']}"),
        ("初审截止", f"{ENDS['preliminary_end']}"), ("评审截止", f"{ENDS['panel_end']}"), ("公示工作日", "5"),
    ):  # fmt: skip
        page.get_by_label(label, exact=False).first.fill(value)
    page.get_by_label("级别").select_option("city")
    page.get_by_label("推荐单位没有未消除的违反项").uncheck()
    for place, (name, weight) in enumerate((("服务成效", 50), ("专业能力", 30), ("行业影响", 20)), start=1):
        page.get_by_label(f"第 {place} 项指标").fill(name)
        page.get_by_label(f"第 {place} 项权重").fill(str(weight))
    assert not accessibility(page)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("申报").first.wait_for()


def nominated(page_as, cycle, agencies, people):
    """The first in the browser by its employer, the second by oneself, the others through the same pages."""
    clerks = [make.make_member(each) for each in agencies]
    page = page_as(clerks[0])
    page.goto(f"/awards/{cycle.pk}/")
    handed_in(page, people[0])
    page = page_as(make.make_account(people[1]))
    page.goto(f"/awards/{cycle.pk}/")
    handed_in(page, people[1])
    for number, worker in enumerate(people[2:], start=2):
        client = client_of(clerks[number // PER_EMPLOYER])
        form = {"employment": worker.employments.get().pk, "achievements": STORY, "declared": "on"}
        assert client.post(f"/awards/{cycle.pk}/nominate/", form).status_code == 302
        made = Nomination.objects.get(worker=worker)
        client.post(f"/desk/nomination/{made.pk}/move/", {"move": "submit"})
    assert set(Nomination.objects.values_list("state", flat=True)) == {"submitted"}
    assert Nomination.objects.filter(by_oneself=True).count() == 1


def handed_in(page, worker):
    page.locator("a.btn", has_text="推荐人选").click()
    page.get_by_label("人选", exact=True).select_option(
        label=f"{worker.name}（{worker.employments.get().employer.name}）"
    )
    page.get_by_label("主要事迹").fill(STORY)
    page.get_by_label("承诺属实").check()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("参评条件").wait_for()
    assert not accessibility(page)
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("待推荐").first.wait_for()


def all_ticked(page):
    """Everybody on the desk is let through, page by page."""
    page.goto("/desk/?flow=nomination")
    while page.get_by_role("button", name="勾选没有疑点的").count():
        page.get_by_role("button", name="勾选没有疑点的").click()
        page.get_by_role("button", name="办理所选").click()
        page.wait_for_load_state()
    page.get_by_text("没有符合条件的待办").wait_for()


def panel_formed(page, cycle):
    assert set(cycle.nominations.values_list("state", flat=True)) == {"eligible"}
    page.goto(f"/awards/{cycle.pk}/panel/")
    page.get_by_label("抽取人数").fill(str(REVIEWERS))
    page.get_by_role("button", name="抽取").click()
    page.get_by_text(f"已抽取 {REVIEWERS} 人").wait_for()
    assert not accessibility(page)
    page.goto(f"/awards/{cycle.pk}/")
    page.get_by_role("button", name="开始评审").click()
    page.get_by_text("评审已开始").wait_for()
    page.goto(f"/awards/{cycle.pk}/panel/")
    aside = page.get_by_role("region", name="回避，可左右滚动")
    assert aside.get_by_role("row").count() - 1 == PER_EMPLOYER
    assert "同一单位" in aside.inner_text()


def scored(page_as, cycle, people, experts):
    """One sheet in the browser, the others through the same page; the colleague has no page for the nominee."""
    criteria = list(Criterion.objects.filter(cycle=cycle).values_list("pk", flat=True))
    nominations = {each.worker_id: each.pk for each in cycle.nominations.all()}
    for reviewer, member in enumerate(experts, start=1):
        seat = PanelSeat.objects.get(cycle=cycle, member=member)
        user = User.objects.get(pk=seat.account_id)
        client = client_of(user)
        for number, worker in enumerate(people):
            address = f"/awards/panels/{seat.pk}/{nominations[worker.pk]}/"
            if reviewer == REVIEWERS and number < PER_EMPLOYER:
                assert client.get(address).status_code == 403
                continue
            given = dict(zip(criteria, points(number, reviewer), strict=True))
            if reviewer == number == 1:
                by_hand(page_as(user), seat, worker, given)
                continue
            assert client.post(address, {f"c{key}": str(value) for key, value in given.items()}).status_code == 302


def by_hand(page, seat, worker, given):
    page.goto("/awards/panels/")
    page.get_by_role("link", name="去打分").click()
    page.get_by_role("row", name=worker.name).get_by_role("link", name="打分").click()
    for key, value in given.items():
        page.locator(f"[name=c{key}]").fill(str(value))
    assert not accessibility(page)
    page.get_by_role("button", name="提交评分").click()
    page.get_by_text("已提交，总分").wait_for()


def ranked(page, cycle, people):
    page.goto(f"/awards/{cycle.pk}/")
    page.get_by_role("button", name="结束评审并排名").click()
    page.get_by_text("评审已结束").wait_for()
    place = {worker.pk: number for number, worker in enumerate(people)}
    rows = list(cycle.nominations.order_by("rank"))
    assert [place[each.worker_id] for each in rows] == RANKED
    assert [str(each.score) for each in rows[:3]] == ["94.5000", "92.9000", "92.6000"]
    assert (rows[9].score, rows[10].score) == (D(86), D(86))
    assert rows[9].reckoning["told_by"] == "第一项指标得分高的在前"
    page.goto(f"/awards/{cycle.pk}/panel/")
    told = page.get_by_role("row", name=people[TAKES_LAST].name).first.inner_text()
    assert "同分" in told and "86.0000" in told


def put_on_notice(page, cycle):
    page.goto(f"/awards/{cycle.pk}/")
    page.get_by_role("button", name="公示（5 个工作日）").click()
    page.get_by_text("已公示").first.wait_for()


def objected(page, cycle, people):
    """By nobody who is signed in."""
    page.context.clear_cookies()
    for number in (UPHELD, REJECTED):
        page.goto("/honours/")
        page.get_by_role("link", name="领军人才").first.click()
        assert page.get_by_role("row").count() - 1 == QUOTA
        page.get_by_role("row", name=people[number].name).get_by_role("link", name="提出异议").click()
        page.get_by_label("你的姓名").fill("异议某人")
        page.get_by_label("联系电话").fill("13800000000")
        page.get_by_label("异议内容").fill("材料里的服务人数与公开的年报不一致，请核查。")
        assert not accessibility(page)
        page.get_by_role("button", name="提交").click()
        page.get_by_text("已收到你的异议").wait_for()


def concluded(page, people):
    for number, button, said in ((UPHELD, "异议成立", "有证据证实"), (REJECTED, "异议不成立", "查无实据")):
        page.goto("/desk/?flow=objection")
        page.get_by_role("link", name=people[number].name).click()
        page.get_by_text("异议某人").first.wait_for()
        form = page.locator("form").filter(has=page.get_by_role("button", name=button, exact=True))
        form.get_by_label(said).check()
        form.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
    assert dict(Objection.objects.values_list("nomination__worker", "state")) == {
        people[UPHELD].pk: "upheld", people[REJECTED].pk: "rejected"
    }  # fmt: skip


def followed(page, cycle):
    page.goto(f"/awards/{cycle.pk}/")
    page.get_by_role("link", name="递补人选（空缺 1）").click()
    page.get_by_label("原因").fill("一名人选因异议成立退出")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已递补").wait_for()


def commended(page, cycle, people):
    page.goto(f"/awards/{cycle.pk}/")
    page.get_by_role("link", name="表彰", exact=True).last.click()
    page.get_by_label("表彰文号").fill("厦民〔2027〕1号")
    page.get_by_role("button", name="保存").click()
    page.get_by_text(f"已表彰 {QUOTA} 人").wait_for()
    assert not accessibility(page)
    place = {worker.pk: number for number, worker in enumerate(people)}
    assert [place[each.worker_id] for each in Honour.objects.order_by("number")] == WINNERS
    with page.expect_download() as download:
        page.get_by_role("link", name="打印").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def verified(page, cycle, people):
    page.context.clear_cookies()
    honour = Honour.objects.get(worker=people[0])
    page.goto("/honours/verify/")
    page.get_by_label("证书编号").fill(honour.number)
    page.get_by_label("核验码").fill(honour.code)
    page.get_by_role("button", name="核验").click()
    page.get_by_text("证书属实").wait_for()
    page.get_by_label("核验码").fill("23456789ABCD")
    page.get_by_role("button", name="核验").click()
    page.get_by_text("没有这份证书").wait_for()
