"""A post's life: draft, what it must say, review, freezing, correction, abolition, copies, description."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from posts.actions import posts as actions
from posts.flows.posts import POST
from posts.models import Employer, Post, PostFreeze
from supervision import recheck
from supervision.models import Finding
from tests import builders as make
from xmsw.policy.rules import rules
from xmsw.workflow import actions as workflow
from xmsw.workflow.models import Step
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)
COMPLETE: dict[str, Any] = {
    "name": "社区社会工作岗",
    "code": "SG-01",
    "need_basis": "服务人口 5000 人",
    "source": "recruitment",
    "duties": ["1", "3"],
    "activities": ["2", "13"],
    "duty_text": "为困境家庭提供个案服务",
    "min_certificate": "1",
    "min_education": "30",
    "min_years": "0",
    "grade": "1",
    "frontline": "on",
    "start": f"{TODAY:%Y-%m-%d}",
}


@pytest.fixture
def community() -> Employer:
    return make.make_employer("C02", region="350203")


@pytest.fixture
def staff(client: Client, community: Employer) -> Client:
    client.force_login(make.make_member(community))
    return client


@pytest.fixture
def officer() -> Client:
    client = Client()
    client.force_login(make.make_user("district_officer"))
    return client


def apply(client: Client, employer: Employer, **changed: Any) -> Any:
    return client.post(f"/posts/employers/{employer.pk}/posts/new/", {**COMPLETE, **changed})


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return answer.context["form"].errors


def said(answer: Any) -> str:
    return answer.content.decode()


def test_from_draft_over_return_to_approval(staff: Client, officer: Client, community: Employer) -> None:
    page = apply(staff, community)
    post = Post.objects.get(employer=community)
    assert page.url == f"/posts/{post.pk}/"
    assert (post.state, post.duties, post.activities) == ("draft", [1, 3], [2, 13])
    move = f"/desk/post/{post.pk}/move/"
    staff.post(move, {"move": "submit"})
    assert "去审核" in said(officer.get(f"/posts/{post.pk}/"))
    officer.post(f"/desk/post/{post.pk}/", {"move": "return", "reasons": "设岗依据不足", "opinion": "写批准文件"})
    assert "写批准文件" in said(staff.get(f"/posts/{post.pk}/edit/"))
    staff.post(f"/posts/{post.pk}/edit/", {**COMPLETE, "need_basis": "厦民〔2026〕1号"})
    staff.post(move, {"move": "submit"})
    officer.post(f"/desk/post/{post.pk}/", {"move": "approve"})
    post.refresh_from_db()
    assert (post.state, post.start, post.need_basis) == ("approved", TODAY, "厦民〔2026〕1号")
    steps = [step.move for step in workflow.history("post", post.pk)]
    assert steps == ["approve", "submit", "return", "submit"]
    shown = said(staff.get(f"/posts/{post.pk}/"))
    assert "在设" in shown and "设岗依据不足；写批准文件" in shown


def test_a_post_withdrawn_may_be_changed_again(staff: Client, community: Employer) -> None:
    apply(staff, community)
    post = Post.objects.get(employer=community)
    staff.post(f"/desk/post/{post.pk}/move/", {"move": "submit"})
    answer = staff.post(f"/posts/{post.pk}/edit/", {**COMPLETE, "name": "改名"}, follow=True)
    assert "不能再改" in said(answer)
    staff.post(f"/desk/post/{post.pk}/move/", {"move": "withdraw"})
    staff.post(f"/posts/{post.pk}/edit/", {**COMPLETE, "name": "改名"})
    post.refresh_from_db()
    assert (post.state, post.name) == ("draft", "改名")


GAPS = {
    "no duty": ({"duties": [], "activities": []}, "没有写明职责"),
    "no duty text": ({"duty_text": ""}, "没有写明职责"),
    "no certificate": ({"min_certificate": None}, "任职条件没有写全"),
    "no education": ({"min_education": None}, "任职条件没有写全"),
    "no years": ({"min_years": None}, "任职条件没有写全"),
    "no grade": ({"grade": None}, "没有定级"),
    "no basis": ({"need_basis": ""}, "没有写设岗依据"),
    "certificate below the grade": ({"grade": 3, "min_certificate": 2}, "至少是高级社会工作师（依据 二(四)-6）"),
}


@pytest.mark.parametrize("gap", GAPS)
def test_what_a_post_lacks_blocks_handing_in_and_approval(gap: str, community: Employer, officer: Client) -> None:
    fields, sentence = GAPS[gap]
    staff = make.make_member(community)
    draft = make.make_post(community, state="draft", **fields)
    with pytest.raises(Refused, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        workflow.move(staff, POST, draft.pk, "submit")
    handed_in = make.make_post(community, state="submitted", **fields)
    answer = officer.post(f"/desk/post/{handed_in.pk}/", {"move": "approve"})
    assert answer.status_code == 422 and sentence in said(answer)
    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"


def test_a_complete_post_is_approved(community: Employer, officer: Client) -> None:
    post = make.make_post(community, state="submitted")
    officer.post(f"/desk/post/{post.pk}/", {"move": "approve"})
    post.refresh_from_db()
    assert post.state == "approved"


def test_blanks_may_wait_until_it_is_handed_in(staff: Client, community: Employer) -> None:
    answer = apply(staff, community, duties=[], activities=[], duty_text="", grade="", min_years="", need_basis="")
    shown = said(staff.get(answer.url))
    assert all(each in shown for each in ("没有写明职责", "任职条件没有写全", "没有定级", "没有写设岗依据"))
    assert 'value="submit"' not in shown


def test_activities_belong_to_the_first_duty(staff: Client, community: Employer) -> None:
    found = errors(apply(staff, community, duties=["2", "3"], activities=["1"]))
    assert "只属于第一类职责" in found["activities"][0]
    draft = {"code": "X", "name": "岗", "duties": [2], "activities": [1], "start": TODAY}
    with pytest.raises(Refused, match="只属于第一类职责"):
        actions.draft(make.make_member(community), community, draft)
    assert not Post.objects.filter(employer=community).exists()


@pytest.mark.parametrize(
    ("level", "grade", "fits"),
    [
        *[(1, 3, True), (7, 3, True), (8, 3, False), (8, 2, True), (10, 2, True), (11, 2, False), (11, 1, True)],
        *[(13, 1, True), (14, 1, False), (0, 3, False), (5, "", False)],
    ],
)
def test_levels_of_institutions_agree_with_the_grade(level: int, grade: Any, fits: bool) -> None:
    home = make.make_employer("A01")
    client = Client()
    client.force_login(make.make_member(home))
    answer = apply(client, home, grade=str(grade), institution_grade=str(level), min_certificate="3")
    if fits:
        assert answer.status_code == 302
        assert Post.objects.get(employer=home).institution_grade == level
    else:
        assert "institution_grade" in errors(answer)


def test_only_institutions_are_asked_for_the_level(staff: Client, community: Employer) -> None:
    assert "institution_grade" not in said(staff.get(f"/posts/employers/{community.pk}/posts/new/"))
    apply(staff, community, institution_grade="5")
    assert Post.objects.get(employer=community).institution_grade is None


BAD = {
    "code used": ({"code": "USED"}, "code", "已经有编号"),
    "no name": ({"name": ""}, "name", "请填岗位名称"),
    "date": ({"start": "明天"}, "start", "日期写法不对"),
    "no such duty": ({"duties": ["7"]}, "duties", "没有这一项"),
    "too many years": ({"min_years": "51"}, "min_years", "最多填 50 年"),
    "too long a text": ({"duty_text": "职" * 2_001}, "duty_text", "最多 2,000 个字"),
    "long basis": ({"need_basis": "据" * 201}, "need_basis", "200"),
}


@pytest.mark.parametrize("fault", BAD)
def test_each_fault_has_one_sentence_at_its_field(fault: str, staff: Client, community: Employer) -> None:
    make.make_post(community, code="USED")
    changed, name, sentence = BAD[fault]
    found = errors(apply(staff, community, **changed))
    assert list(found) == [name] and len(found[name]) == 1 and sentence in found[name][0]


def test_a_closed_employer_gets_no_post(staff: Client, community: Employer) -> None:
    Employer.objects.filter(pk=community.pk).update(state="closed", end=TODAY)
    assert "不能设岗" in said(apply(staff, community))


def test_copies_are_drafts_with_codes_of_their_own(staff: Client, community: Employer) -> None:
    post = make.make_post(community, code="SG-01", grade=2, min_certificate=2, end=None)
    make.make_post(community, code="SG-03")
    staff.post(f"/posts/{post.pk}/copies/", {"how_many": 3})
    made = Post.objects.filter(employer=community, state="draft").order_by("code")
    assert [each.code for each in made] == ["SG-02", "SG-04", "SG-05"]
    assert {(each.name, each.grade, each.duty_text, each.start) for each in made} == {
        (post.name, 2, post.duty_text, TODAY)
    }


@pytest.mark.parametrize("how_many", ["0", "21", "", "viele"])
def test_copies_have_a_limit(how_many: str, staff: Client, community: Employer) -> None:
    post = make.make_post(community)
    staff.post(f"/posts/{post.pk}/copies/", {"how_many": how_many})
    assert Post.objects.filter(employer=community).count() == 1


def test_officers_do_not_apply_and_strangers_see_nothing(community: Employer, officer: Client) -> None:
    post = make.make_post(community, state="draft")
    assert officer.get(f"/posts/employers/{community.pk}/posts/new/").status_code == 403
    assert officer.post(f"/posts/{post.pk}/edit/", COMPLETE).status_code == 403
    assert officer.post(f"/posts/{post.pk}/copies/", {"how_many": 1}).status_code == 403
    stranger = make.make_member(make.make_employer("E01", region="350206001"))
    with pytest.raises(PermissionDenied):
        actions.redraft(stranger, post.pk, {"name": "改"})
    client = Client()
    client.force_login(stranger)
    assert client.get(f"/posts/{post.pk}/").status_code == 404


def test_a_draft_handed_in_meanwhile_is_not_overwritten(community: Employer) -> None:
    post = make.make_post(community, state="submitted")
    with pytest.raises(Overtaken, match="待审核"):
        actions.redraft(make.make_member(community), post.pk, {"name": "改"})


def open_findings(employer: Employer, code: str) -> int:
    number = next(rule.number for rule in rules("employer") if rule.code == code)
    while recheck.drain():
        pass
    return Finding.objects.open().filter(employer=employer.pk, rule=number).count()


def test_a_frozen_post_leaves_the_community_without_one_until_it_is_released(
    community: Employer, officer: Client
) -> None:
    post = make.make_post(community)
    assert open_findings(community, "community-has-post") == 0
    answer = officer.post(f"/posts/{post.pk}/freeze/", {"start": f"{TODAY:%Y-%m-%d}", "end": "", "reason": "机构调整"})
    assert answer.status_code == 302
    assert open_findings(community, "community-has-post") == 1
    shown = said(officer.get(f"/posts/{post.pk}/"))
    assert "冻结中" in shown and "机构调整" in shown
    officer.post(f"/posts/{post.pk}/unfreeze/", {"start": f"{TODAY:%Y-%m-%d}", "reason": ""})
    assert open_findings(community, "community-has-post") == 0
    assert [step.move for step in Step.objects.of("post", post.pk)] == ["unfreeze", "freeze"]


def test_a_freeze_that_ran_ends_the_day_before_the_release(community: Employer, officer: Client) -> None:
    post = make.make_post(community)
    PostFreeze.objects.create(post=post, start=TODAY - 10 * DAY, reason="试点")
    officer.post(f"/posts/{post.pk}/unfreeze/", {"start": f"{TODAY:%Y-%m-%d}"})
    assert PostFreeze.objects.get(post=post).end == TODAY - DAY
    assert not Post.objects.frozen(TODAY).exists() and Post.objects.frozen(TODAY - DAY).exists()


FREEZES = {
    "no date": ({"start": "", "reason": "甲"}, "start"),
    "no reason": ({"start": f"{TODAY:%Y-%m-%d}", "reason": ""}, "reason"),
    "turned round": ({"start": f"{TODAY:%Y-%m-%d}", "end": f"{TODAY - DAY:%Y-%m-%d}", "reason": "甲"}, "end"),
    "before the post": ({"start": "2017-01-01", "reason": "甲"}, "__all__"),
    "frozen already": ({"start": f"{TODAY + 40 * DAY:%Y-%m-%d}", "reason": "甲"}, "__all__"),
}


@pytest.mark.parametrize("fault", FREEZES)
def test_a_freeze_must_make_sense(fault: str, community: Employer, officer: Client) -> None:
    post = make.make_post(community)
    PostFreeze.objects.create(post=post, start=TODAY + 30 * DAY, reason="已定")
    fields, where = FREEZES[fault]
    assert where in errors(officer.post(f"/posts/{post.pk}/freeze/", fields))
    assert PostFreeze.objects.filter(post=post).count() == 1


def seated(community: Employer, end: date | None = None) -> Post:
    post = make.make_post(community)
    person = make.make_worker(name="林在岗")
    make.make_appointment(person, post, end=end)
    return post


def test_nobody_is_frozen_out_or_abolished_away(community: Employer, officer: Client) -> None:
    post = seated(community, end=TODAY + 5 * DAY)
    answers = [
        officer.post(f"/posts/{post.pk}/freeze/", {"start": f"{TODAY:%Y-%m-%d}", "reason": "甲"}),
        officer.post(f"/posts/{post.pk}/abolish/", {"end": f"{TODAY + 4 * DAY:%Y-%m-%d}", "reason": "甲"}),
    ]
    for answer in answers:
        assert "林在岗在这个岗位上" in errors(answer)["__all__"][0]
    post.refresh_from_db()
    assert post.state == "approved" and not PostFreeze.objects.exists() and not Step.objects.exists()


def test_a_post_is_abolished_after_its_last_appointment(community: Employer, officer: Client) -> None:
    post = seated(community, end=TODAY + 5 * DAY)
    last = TODAY + 5 * DAY
    assert (
        officer.post(f"/posts/{post.pk}/abolish/", {"end": f"{last:%Y-%m-%d}", "reason": "并入街道"}).status_code == 302
    )
    post.refresh_from_db()
    assert (post.state, post.end) == ("abolished", last)
    assert Post.objects.in_force(last).filter(pk=post.pk).exists()
    assert not Post.objects.in_force(last + DAY).filter(pk=post.pk).exists()
    assert "在设" in said(officer.get(f"/posts/{post.pk}/"))
    assert workflow.history("post", post.pk)[0].said == "并入街道"


def test_abolishing_the_only_post_opens_the_finding(community: Employer, officer: Client) -> None:
    post = make.make_post(community)
    officer.post(f"/posts/{post.pk}/abolish/", {"end": f"{TODAY - DAY:%Y-%m-%d}", "reason": "撤并"})
    assert open_findings(community, "community-has-post") == 1
    assert "已撤销" in said(officer.get(f"/posts/{post.pk}/"))


@pytest.mark.parametrize("name", ["freeze", "unfreeze", "complete", "correct"])
def test_moves_with_a_form_do_nothing_without_it(name: str, community: Employer) -> None:
    post = make.make_post(community)
    user = make.make_member(community) if name == "complete" else make.make_user("district_officer")
    with pytest.raises(Refused):
        workflow.move(user, POST, post.pk, name, Decision("理由"))


def test_the_employer_fills_gaps_of_a_post_in_force_and_nothing_else(staff: Client, community: Employer) -> None:
    post = make.make_post(community, duty_text="", grade=None)
    page = staff.get(f"/posts/{post.pk}/amend/")
    assert set(page.context["form"].fields) == {"duty_text", "grade"}
    staff.post(f"/posts/{post.pk}/amend/", {"duty_text": "个案服务", "grade": "1", "name": "偷改"})
    post.refresh_from_db()
    assert (post.duty_text, post.grade, post.name, post.state) == ("个案服务", 1, "社会工作岗位", "approved")
    with pytest.raises(Refused, match="更正"):
        workflow.move(make.make_member(community), POST, post.pk, "complete", Decision(data={"grade": 3}))


def test_an_officer_corrects_with_a_reason(community: Employer, officer: Client) -> None:
    post = make.make_post(community)
    changed = {**COMPLETE, "name": "社区社会工作岗", "activities": []}
    assert "reason" in errors(officer.post(f"/posts/{post.pk}/amend/", changed))
    officer.post(f"/posts/{post.pk}/amend/", {**changed, "reason": "名称写错"})
    post.refresh_from_db()
    assert (post.name, post.state) == ("社区社会工作岗", "approved")
    assert workflow.history("post", post.pk)[0].said == "名称写错"


def test_a_post_serves_what_its_kind_serves_until_another_field_is_chosen(
    staff: Client, community: Employer, officer: Client
) -> None:
    apply(staff, community)
    post = Post.objects.get(employer=community)
    assert "跟随单位类别（社区）" in said(staff.get(f"/posts/{post.pk}/edit/"))
    assert post.field.label == "社区"
    staff.post(f"/posts/{post.pk}/edit/", {**COMPLETE, "service_field": "elderly"})
    post.refresh_from_db()
    assert post.field.label == "老年人"
    assert "老年人" in said(staff.get(f"/posts/{post.pk}/description/"))
    assert "service_field" in errors(staff.post(f"/posts/{post.pk}/edit/", {**COMPLETE, "service_field": "x"}))


def test_an_officer_corrects_the_field_and_its_history_keeps_the_old_one(community: Employer, officer: Client) -> None:
    post = make.make_post(community, service_field="youth")
    changed = {**COMPLETE, "code": post.code, "service_field": "elderly", "reason": "服务对象不同"}
    officer.post(f"/posts/{post.pk}/amend/", changed)
    post.refresh_from_db()
    assert post.service_field == "elderly"
    told = Post.pgh_event_models["update"].objects.filter(pgh_obj=post).values_list("service_field", flat=True)
    assert "elderly" in told
    assert workflow.history("post", post.pk)[0].said == "服务对象不同"


def test_a_correction_loses_nothing_a_post_must_say(community: Employer, officer: Client) -> None:
    post = make.make_post(community, min_years=None)
    blanked = {**COMPLETE, "duty_text": "", "min_years": "", "reason": "甲"}
    assert errors(officer.post(f"/posts/{post.pk}/amend/", blanked))["__all__"] == [
        "没有写明职责：选定职责类别并写职责说明（依据 二(三)-7）。"
    ]


def test_nothing_changes_while_a_past_day_is_looked_at(staff: Client, community: Employer) -> None:
    post = make.make_post(community)
    shown = said(staff.get(f"/posts/{post.pk}/?on={TODAY - DAY:%Y-%m-%d}"))
    assert "照样新增" not in shown
    assert staff.post(f"/posts/{post.pk}/copies/", {"how_many": 1}).status_code == 409


def test_the_description_says_all_on_the_page_and_on_paper(staff: Client, community: Employer) -> None:
    post = make.make_post(community, activities=[2], duty_text="#import 个案 $x$ *重点*")
    page = said(staff.get(f"/posts/{post.pk}/description/"))
    answer = staff.get(f"/posts/{post.pk}/description/?export=pdf")
    paper = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content))).pages[0].extract_text()
    words = (post.code, community.name, "初级", "助理社会工作师及以上", "服务人口 5000 人", "二(二)-2", "二(三)-7")
    for word in (*words, "#import 个案 $x$ *重点*", "用人单位（盖章）"):
        assert word in page and word in paper, word
    assert "■ 直接服务" in paper and "□ 专业督导" in paper and "■ 情绪疏导" in paper and "第 1 页 共 1 页" in paper


def test_a_page_of_a_post_has_a_fixed_number_of_queries(
    staff: Client, community: Employer, django_assert_max_num_queries: Any
) -> None:
    post = make.make_post(community)
    staff.get(f"/posts/{post.pk}/")
    with django_assert_max_num_queries(14):
        assert staff.get(f"/posts/{post.pk}/").status_code == 200
