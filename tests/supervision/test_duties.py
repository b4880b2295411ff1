"""四(一): plans, targets, contacts, meetings and tasks, guidance, supporting rules, and each bureau's line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from supervision.models import Contact, DevelopmentPlan, GuidanceRecord, MeetingTask, YearlyTarget
from supervision.selectors.measures_duties import measures_duties
from supervision.selectors.targets import reached
from tests import builders as make
from tests.supervision import registers as rows_of
from tests.supervision.registers import LAST_YEAR, cells, outcome, pdf, posted, rows
from tests.supervision.test_pages_lists import exported
from xmsw.dated import months_later
from xmsw.policy.actions import set_parameter
from xmsw.workflow.refusals import refused_by_constraint

pytestmark = pytest.mark.django_db
TODAY, DAY = date.today(), timedelta(days=1)
PLAN = {"region": "350203", "name": "思明规划", "start": "2021-01-01", "end": "2025-12-31", "quote": "发展社会工作"}
YEAR_END = date(LAST_YEAR, 12, 31)


@pytest.fixture
def siming(signed_in):
    return signed_in(make.make_user("district_officer"))


def bureau_officer(bureau: str = "education", region: str = "350203"):
    return make.make_user("bureau_officer", bureau=bureau, region=region)


def test_the_present_period_needs_a_plan():
    assert outcome("in-development-plan") == "violation"
    rows_of.make_plan(start=TODAY - 10 * DAY, end=TODAY)
    assert outcome("in-development-plan") == "met"
    assert outcome("in-development-plan", on=TODAY + DAY) == "violation", "the day after its period"
    assert outcome("in-development-plan", on=TODAY - 10 * DAY) == "met"
    assert outcome("in-development-plan", on=TODAY - 11 * DAY) == "violation"
    assert outcome("in-development-plan", "3502") == "violation", "a district's plan is not the city's"


def test_a_plan_is_filed_with_its_file_and_downloaded_by_who_sees_it(siming, signed_in):
    assert posted(siming, "/supervision/plans/new/", **PLAN, file=pdf("规划.pdf")).status_code == 302
    plan = DevelopmentPlan.objects.get()
    assert (plan.file_name, plan.recorded_by.org_unit.region_id) == ("规划.pdf", "350203")
    got = siming.get(f"/supervision/plans/{plan.pk}/file/")
    assert b"".join(got.streaming_content).startswith(b"%PDF")
    other = signed_in(make.make_user("district_officer", region="350206"))
    assert other.get(f"/supervision/plans/{plan.pk}/file/").status_code == 404


def test_a_file_that_lies_about_itself_is_refused_and_nothing_is_stored(siming):
    page = posted(siming, "/supervision/plans/new/", **PLAN, file=pdf("规划.docx"))
    assert page.status_code == 422
    assert "扩展名要和内容一致" in page.content.decode()
    assert not DevelopmentPlan.objects.exists()


def test_days_the_wrong_way_round_are_refused_in_a_sentence(siming):
    page = posted(siming, "/supervision/plans/new/", **PLAN | {"end": "2020-12-31"}, file=pdf())
    assert page.status_code == 422
    assert "结束日期不能早于开始日期" in page.content.decode() and "约束" not in page.content.decode()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        rows_of.make_plan(start=TODAY, end=TODAY - DAY)
    assert refused_by_constraint(error.value).sentence == "结束日期不能早于开始日期，请改其中一个。"


def test_an_officer_files_for_the_own_area_alone(siming, signed_in):
    assert posted(siming, "/supervision/plans/new/", **PLAN | {"region": "350206"}).status_code == 422
    assert signed_in(bureau_officer()).get("/supervision/plans/new/").status_code == 403
    assert not DevelopmentPlan.objects.exists()


def test_the_matrix_of_plans_has_a_row_for_each_node(signed_in):
    rows_of.make_plan(name="现行", start=TODAY, end=TODAY)
    page = signed_in(make.make_user("city_officer")).get("/supervision/plans/")
    found = cells(page)
    assert len(found) == 7
    assert "现行" in found["思明区"][0]
    assert found["湖里区"][0] == "没有登记"
    assert cells(signed_in(make.make_user("district_officer", region="350206")).get("/supervision/plans/")) == {
        "湖里区": ["没有登记", "—"]
    }


@pytest.mark.parametrize(("goal", "expected"), [(1, "met"), (2, "info")])
def test_a_target_is_held_against_the_posts_of_the_years_last_day(goal, expected):
    school = make.make_employer("B02", region="350203001")
    make.make_post(school, start=YEAR_END)
    make.make_post(school, start=YEAR_END + DAY)
    rows_of.make_target(posts=goal)
    assert outcome("post-targets-reached") == expected
    assert outcome("post-targets-reached", "3502") == expected, "a district's line is the city's too"
    assert outcome("post-targets-reached", "350206") is None


def test_a_years_target_is_judged_from_its_last_day_on():
    rows_of.make_target(posts=5)
    assert outcome("post-targets-reached", on=YEAR_END) == "info"
    assert outcome("post-targets-reached", on=YEAR_END - DAY) is None


def test_the_matrix_of_targets_shows_what_there_is_beside_what_should_be(siming):
    make.make_post(make.make_employer("B02", region="350203001"))
    rows_of.make_target(year=TODAY.year, posts=3)
    page = siming.get("/supervision/targets/")
    assert cells(page)["教育"] == ["1 / 3"]
    assert rows(page)[0][3:6] == ["3", "1", "2"]
    assert exported(siming.get("/supervision/targets/?export=xlsx"))[1][3:6] == (3, 1, 2)


def test_targets_are_summed_over_lines_and_districts_that_have_one(signed_in):
    make.make_post(make.make_employer("B02", region="350203001"))
    make.make_post(make.make_employer("C02", region="350206"))  # without a target
    rows_of.make_target(year=TODAY.year, posts=3)
    rows_of.make_target("youth_league", "350206", year=TODAY.year, posts=4)
    page = signed_in(make.make_user("city_officer")).get("/supervision/targets/")
    found = cells(page)
    assert page.context["tables"][0]["columns"][-1] == "合计"
    assert found["教育"][-1] == "1 / 3"
    assert (found["合计"][0], found["合计"][-1]) == ("1 / 3", "1 / 7")
    assert "0 / 4" in found["合计"]


def test_a_form_says_what_to_fill_in(siming):
    page = posted(siming, "/supervision/meetings/new/", region="350203").content.decode()
    assert "会议名称：请填写。" in page and "参加部门：请选择。" in page and "必填项" not in page
    given = {"region": "350203", "bureau": "education", "year": 2000, "posts": 1}
    assert "要填 2017 或更大的数" in posted(siming, "/supervision/targets/new/", **given).content.decode()


def test_an_area_s_targets_of_an_ended_year_lead_to_that_year(signed_in):
    rows_of.make_target(posts=5)
    city = signed_in(make.make_user("city_officer"))
    found = [each for each in city.get("/supervision/areas/").context["open"] if each.verdict.rule.number == 41045]
    assert {each.screen.url for each in found} == {f"/supervision/targets/?year={LAST_YEAR}"}
    assert rows(city.get(found[0].screen.url))[0][3:5] == ["5", "0"]


def test_what_is_measured_of_targets_is_the_posts_of_who_has_one():
    make.make_post(make.make_employer("B02", region="350203001"))
    make.make_post(make.make_employer("C02", region="350203"))  # a line without a target
    rows_of.make_target(year=TODAY.year, posts=2)
    user = make.make_user("district_officer")
    told = measures_duties(user, TODAY)["四(一)-4b"]
    assert "目标 2 个，有目标的部门和区现有 1 个，1 项目标中 1 项还没有达到" in told
    assert told.endswith(f"；是否达标按 {(TODAY + DAY).year - 1} 年末判断") == ((TODAY + DAY).year == TODAY.year)
    assert "判断" not in measures_duties(user, YEAR_END)["四(一)-4b"], "on the last day the year itself is judged"


def test_each_rule_of_the_joint_mechanism_leads_to_where_it_is_mended(signed_in):
    rows_of.make_task(deadline=TODAY - DAY)
    found = signed_in(make.make_user("district_officer")).get("/supervision/areas/").context["open"]
    screens = {each.verdict.rule.code: each.screen.url for each in found if each.verdict.rule.clause == "四(一)-2"}
    assert screens["bureaus-have-contacts"] == "/supervision/contacts/"
    assert screens["joint-tasks-on-time"] == "/supervision/meeting-tasks/"
    assert screens.get("joint-meetings", "/supervision/meetings/") == "/supervision/meetings/"


def test_targets_are_of_districts():
    with pytest.raises(IntegrityError, match="targets_are_of_districts"), transaction.atomic():
        rows_of.make_target(region="3502")
    rows_of.make_target(posts=4)
    with pytest.raises(IntegrityError, match="one_target_a_line"), transaction.atomic():
        rows_of.make_target(posts=5)
    assert YearlyTarget.objects.get().posts == 4


def test_a_closed_employer_and_a_frozen_post_are_no_longer_counted():
    school = make.make_employer("B02", region="350203001", state="closed", end=TODAY - DAY)
    make.make_post(school)
    rows_of.make_target(year=TODAY.year, posts=1)
    user = make.make_user("district_officer")
    assert reached(user, TODAY.year, TODAY)["education", "350203"].lacking == 1


@pytest.mark.parametrize(("lacking", "expected"), [(0, "met"), (1, "warning")])
def test_each_of_the_twelve_bureaus_has_a_contact(lacking, expected):
    rows_of.make_contacts(lacking=lacking)
    assert outcome("bureaus-have-contacts") == expected


def test_a_contact_counts_until_the_last_day():
    rows_of.make_contacts(lacking=1)
    rows_of.make_contact("disabled", end=TODAY)
    assert outcome("bureaus-have-contacts") == "met"
    assert outcome("bureaus-have-contacts", on=TODAY + DAY) == "warning"


def test_two_contacts_of_a_bureau_do_not_overlap(siming):
    rows_of.make_contact()
    page = posted(
        siming, "/supervision/contacts/new/", region="350203", bureau="education", lead="甲", name="乙", start=TODAY
    )
    assert page.status_code == 422
    assert "先给原来的填结束日期" in page.content.decode()
    assert Contact.objects.count() == 1


def test_a_bureau_enters_its_own_contact_alone(signed_in):
    client = signed_in(bureau_officer())
    person = {"region": "350203", "lead": "甲", "name": "乙", "start": TODAY}
    assert posted(client, "/supervision/contacts/new/", bureau="health", **person).status_code == 422
    assert posted(client, "/supervision/contacts/new/", bureau="education", **person).status_code == 302
    assert Contact.objects.get().bureau == "education"


@pytest.mark.parametrize(("days", "expected"), [(0, "met"), (1, "warning")])
def test_a_joint_meeting_comes_within_the_months(days, expected):
    rows_of.make_meeting(on=months_later(TODAY, -12) - days * DAY)
    assert outcome("joint-meetings") == expected


def test_the_months_between_meetings_are_a_dated_parameter():
    assert outcome("joint-meetings") == "warning", "there was none"
    rows_of.make_meeting(on=months_later(TODAY, -8))
    assert outcome("joint-meetings") == "met"
    set_parameter(make.make_user("city_officer"), "joint_meeting_months", "6", TODAY, "半年一次")
    assert outcome("joint-meetings") == "warning"


def test_a_meeting_is_entered_with_the_bureaus_that_came(siming):
    data = {"region": "350203", "title": "一季度会议", "on": TODAY, "attending": ["health", "justice"]}
    assert (
        'type="checkbox" name="attending" value="health"' in siming.get("/supervision/meetings/new/").content.decode()
    )
    assert posted(siming, "/supervision/meetings/new/", **data).status_code == 302
    assert rows(siming.get("/supervision/meetings/?with=health"))[0][4] == "司法行政、卫生计生"
    assert rows(siming.get("/supervision/meetings/?with=education")) == []


def test_a_bureau_sees_the_meetings_it_attended(signed_in):
    rows_of.make_meeting(title="教育参加的")
    rows_of.make_meeting(title="没有教育的", attending=["health"])
    listed = rows(signed_in(bureau_officer()).get("/supervision/meetings/"))
    assert [each[0] for each in listed] == ["教育参加的"]


@pytest.mark.parametrize(("deadline", "expected"), [(TODAY, "met"), (TODAY - DAY, "info")])
def test_a_task_is_overdue_the_day_after_its_deadline(siming, deadline, expected):
    rows_of.make_task(deadline=deadline)
    assert outcome("joint-tasks-on-time") == expected
    assert len(rows(siming.get("/supervision/meeting-tasks/?stands=overdue"))) == (expected == "info")
    assert cells(siming.get("/supervision/meeting-tasks/"))["教育"] == ["1", "1" if expected == "info" else "0"]


def test_the_duty_bureau_says_with_evidence_that_a_task_is_done(signed_in):
    task, theirs = rows_of.make_task(), rows_of.make_task("health")
    client = signed_in(bureau_officer())
    address = f"/supervision/meeting-tasks/{task.pk}/done/"
    assert posted(client, address, done_on=TODAY, evidence="").status_code == 422
    assert posted(client, address, done_on=TODAY + DAY, evidence="设了 2 个岗位").status_code == 422
    assert posted(client, address, done_on=TODAY, evidence="设了 2 个岗位", file=pdf()).status_code == 302
    assert client.get(f"/supervision/meeting-tasks/{theirs.pk}/done/").status_code == 404
    assert client.get(f"/supervision/meeting-tasks/{task.pk}/").status_code == 403, "what is asked is the lead's"
    task.refresh_from_db()
    assert (task.done_on, task.evidence, bool(task.stored_as)) == (TODAY, "设了 2 个岗位", True)
    assert outcome("joint-tasks-on-time") == "met"
    assert MeetingTask.objects.overdue(TODAY + DAY).get() == theirs


def test_guidance_is_written_by_human_resources_and_read_by_civil_affairs_and_the_institution(signed_in, siming):
    school = make.make_employer("B02", region="350203001")
    told = {"employer": school.name, "matter": "pay", "question": "怎么定级", "asked_on": TODAY}
    hr = signed_in(bureau_officer("human_resources"))
    assert posted(hr, "/supervision/guidance/new/", **told, reply="按证书").status_code == 422, "a reply has its day"
    assert posted(hr, "/supervision/guidance/new/", **told, reply="按证书", replied_on=TODAY).status_code == 302
    row = GuidanceRecord.objects.get()
    assert (row.region_id, row.bureau) == ("350203", "human_resources")
    lead = signed_in(make.make_user("district_officer"))
    assert rows(lead.get("/supervision/guidance/"))[0][0] == school.name
    assert lead.get("/supervision/guidance/new/").status_code == 403
    assert rows(signed_in(make.make_member(school)).get("/supervision/guidance/"))[0][2] == "怎么定级"
    stranger = signed_in(make.make_member(make.make_employer("B02", region="350203001")))
    assert rows(stranger.get("/supervision/guidance/")) == []
    assert signed_in(bureau_officer("education")).get("/supervision/guidance/").status_code == 403


def test_four_clauses_need_a_rule_in_force():
    needed = ("三(一)-5", "三(一)-7", "三(二)-2", "三(二)-4")
    for clause in needed[:3]:
        rows_of.make_supporting_rule(clause)
    last = rows_of.make_supporting_rule(needed[3], published_on=TODAY, repealed_on=TODAY + DAY)
    assert outcome("supporting-rules", "3502") == "met"
    assert outcome("supporting-rules", "3502", on=TODAY - DAY) == "info", "not yet published"
    assert outcome("supporting-rules", "3502", on=TODAY + DAY) == "info", "repealed"
    assert outcome("supporting-rules", "350203") is None
    assert [last.status_on(TODAY + each * DAY) for each in (-1, 0, 1)] == ["draft", "published", "repealed"]


def test_the_gap_list_names_the_clauses_without_a_rule(signed_in):
    rows_of.make_supporting_rule("三(一)-5", title="标准办法")
    rows_of.make_supporting_rule("三(二)-4", title="表彰办法", published_on=None, document="")
    found = cells(signed_in(make.make_user("city_officer")).get("/supervision/supporting-rules/"))
    assert found["三(一)-5"] == ["标准办法", "—"]
    assert found["三(二)-4"] == ["没有现行制度", "表彰办法"]


def test_measures_count_in_words():
    rows_of.make_plan()
    rows_of.make_task(deadline=TODAY - DAY)
    told = measures_duties(make.make_user("district_officer"), TODAY)
    assert told["四(一)-1"] == "现行规划 1 份，1 个市或区登记了"
    assert told["四(一)-2"].endswith("没有完成的任务 1 项，逾期 1 项")
    assert "各有一个主管部门" in told["四(一)-8"]
