"""Hours of continuing education: which period, which hours, who enters, who accepts, who will fall short."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from talents.actions import learning as actions
from talents.flows.learning import LEARNING
from talents.learning import balance, balances
from talents.models import Attendance, Course
from tests import builders as make
from tests.talents.hours import attend, make_course, register
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.models import ParameterValue
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_code
from xmsw.regions.models import Region
from xmsw.workflow import actions as workflow
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = date.today()
PDF = b"%PDF-1.4 proof"


ON = date(2025, 6, 1)


def test_only_accepted_hours_inside_the_period_and_up_to_the_day_count(worker):
    register(make.make_certificate(worker, 1), date(2023, 1, 1), date(2025, 12, 31))
    attend(worker, 40, date(2022, 12, 31))
    attend(worker, 8, date(2023, 1, 1))
    attend(worker, "3.5", ON)
    attend(worker, 16, ON + timedelta(days=1))
    attend(worker, 20, date(2024, 5, 1), state="submitted")
    attend(worker, 30, date(2026, 1, 1))
    found = balance(worker.pk, ON)
    assert (found.done, found.needed, found.missing) == (Decimal("11.5"), 72, Decimal("60.5"))
    assert (found.start, found.end, found.days_left) == (date(2023, 1, 1), date(2025, 12, 31), 213)
    assert found.registered
    assert found.behind
    assert found.pace == Decimal("8.6"), "60.5 hours in seven months"
    later = balance(worker.pk, date(2026, 1, 2))
    assert later.over
    assert later.pace is None
    assert later.done == Decimal("27.5"), "the future of June had come by then"


def test_the_highest_certificate_sets_the_period_and_the_hours(worker):
    register(make.make_certificate(worker, 1, date(2019, 3, 1)), date(2024, 5, 1), date(2027, 4, 30))
    high = make.make_certificate(worker, 2, date(2022, 3, 1))
    register(high, date(2022, 6, 1), date(2025, 5, 31))
    assert balance(worker.pk, ON).end == date(2025, 5, 31), "the lower one's registration does not count"
    register(high, date(2025, 6, 1), date(2028, 5, 31))
    found = balance(worker.pk, ON)
    assert (found.start, found.needed, found.level) == (date(2025, 6, 1), 90, 2)
    assert balance(worker.pk, date(2021, 1, 1)).level == 1, "before the higher one was issued"
    assert len(balances([worker.pk], ON)) == 1


def test_without_any_registration_the_first_years_of_the_certificate_count(worker, signed_in, member):
    issued = TODAY - timedelta(days=100)
    make.make_certificate(worker, 1, issued)
    found = balance(worker.pk, TODAY)
    assert not found.registered
    assert found.start == issued
    assert found.end == date(issued.year + 3, issued.month, issued.day) - timedelta(days=1)
    said = signed_in(member).get(f"/people/{worker.pk}/learning/").content.decode()
    assert "没有登记记录，按取得证书后的头一个周期计" in said


def test_nobody_without_a_certificate_has_a_balance(worker, signed_in, member):
    assert balance(worker.pk, TODAY) is None
    assert "没有职业水平证书" in signed_in(member).get(f"/people/{worker.pk}/learning/").content.decode()


def test_hours_needed_are_dated_parameters(worker):
    make.make_certificate(worker, 1, TODAY - timedelta(days=100))
    ParameterValue.objects.filter(parameter="continuing_hours_assistant").update(value=60)
    assert balance(worker.pk, TODAY).needed == 60


# name: (days until the end, hours done) → outcome
@pytest.mark.parametrize(
    ("left", "done", "outcome"),
    [
        (170, 10, Outcome.WARNING),
        (170, 72, Outcome.MET),
        (300, 10, Outcome.INFO),
        (300, 71, Outcome.MET),
        (-1, 10, None),
    ],
)
def test_the_rule_warns_within_the_horizon_and_tells_of_a_slow_pace(worker, employer, left, done, outcome):
    end = TODAY + timedelta(days=left)
    register(make.make_certificate(worker, 1), end - timedelta(days=1095), end)
    attend(worker, done, end - timedelta(days=1000))
    rule = by_code("continuing-hours")
    row = Evaluation(TODAY, Employers.of_ids([employer.pk])).rows("employment", f"f.*, f.{rule.column} AS o")[0]
    assert row["o"] == outcome
    told = balance(worker.pk, TODAY)
    if told.over:
        assert row["learning_until"] is None, "a period that is over is the lapsed registration's rule"
        return
    assert (row["learning_done"], row["learning_missing"], row["learning_until"]) == (done, told.missing, told.end)
    assert row["learning_behind"] == told.behind


def test_facts_and_page_agree_for_people_never_registered(worker, employer):
    make.make_certificate(worker, 1, TODAY - timedelta(days=900))
    make.make_certificate(worker, 2, TODAY - timedelta(days=500))
    attend(worker, 30, TODAY - timedelta(days=501))
    attend(worker, 12, TODAY - timedelta(days=500))
    row = Evaluation(TODAY, Employers.of_ids([employer.pk])).rows("employment")[0]
    told = balance(worker.pk, TODAY)
    assert (row["learning_done"], row["learning_needed"], row["learning_until"]) == (12, 90, told.end)
    assert (told.done, told.needed) == (12, 90)


def entered(client, worker, **fields):
    values = {"title": "线上课程", "provider": "中国社工联合会", "delivery": "online", "hours": "8", "on": "2025-03-01"}
    values |= fields
    return client.post(f"/people/{worker.pk}/learning/new/", values)


def test_a_person_hands_in_hours_with_a_proof_and_the_officer_accepts(worker, officer):
    own, desk = Client(), Client()
    own.force_login(make.make_account(worker))
    desk.force_login(officer)
    answer = entered(own, worker, on=f"{TODAY:%Y-%m-%d}")
    found = Attendance.objects.get(worker=worker)
    assert answer.url == f"/people/learning/{found.pk}/"
    refused = own.post(f"/desk/learning/{found.pk}/move/", {"move": "submit"}, follow=True)
    assert "还没有证明" in refused.content.decode()
    own.post(f"/desk/learning/{found.pk}/files/", {"files": SimpleUploadedFile("证明.pdf", PDF)})
    own.post(f"/desk/learning/{found.pk}/move/", {"move": "submit"})
    found.refresh_from_db()
    assert found.state == "submitted"
    assert Waiting.objects.visible_to(officer).filter(flow="learning", subject_id=found.pk).exists()
    page = desk.get(f"/desk/learning/{found.pk}/").content.decode()
    assert "线上课程" in page
    assert "证明.pdf" in page
    desk.post(f"/desk/learning/{found.pk}/", {"move": "approve"})
    found.refresh_from_db()
    assert found.state == "accepted"
    assert "已认定" in own.get(f"/people/{worker.pk}/learning/").content.decode()


def test_a_proof_comes_with_the_form(worker, member, signed_in):
    client = signed_in(member)
    entered(client, worker, proof=SimpleUploadedFile("a.pdf", PDF))
    found = Attendance.objects.get()
    assert not list(actions.against_handing_in(found))
    assert workflow.move(member, LEARNING, found.pk, "submit").state == "submitted"
    wrong = entered(client, worker, title="别的", proof=SimpleUploadedFile("a.exe", b"MZ"))
    page = client.get(wrong.url).content.decode()
    assert "学时已保存，但" in page


def test_returned_hours_are_corrected_or_dropped(worker, member, officer, signed_in):
    client = signed_in(member)
    entered(client, worker, proof=SimpleUploadedFile("a.pdf", PDF))
    found = Attendance.objects.get()
    workflow.move(member, LEARNING, found.pk, "submit")
    assert client.get(f"/people/learning/{found.pk}/edit/").status_code == 302, "handed in: not to be changed"
    workflow.move(officer, LEARNING, found.pk, "return", Decision("看不清"))
    assert "看不清" in client.get(f"/people/learning/{found.pk}/").content.decode()
    values = {"title": "线上课程二", "provider": "联合会", "delivery": "online", "hours": "6", "on": "2025-03-01"}
    assert client.post(f"/people/learning/{found.pk}/edit/", values).status_code == 302
    found.refresh_from_db()
    assert (found.hours, found.state) == (6, "returned")
    client.post(f"/people/learning/{found.pk}/drop/")
    assert not Attendance.objects.exists()


def test_hours_of_a_course_are_taken_from_it_and_never_more(worker, member, signed_in):
    course, client = make_course(), signed_in(member)
    client.post(f"/people/{worker.pk}/learning/new/", {"course": course.pk})
    found = Attendance.objects.get()
    assert (found.title, found.hours, found.on) == (course.title, 16, course.end)
    assert (
        "已经登记过这门课程"
        in client.post(f"/people/{worker.pk}/learning/new/", {"course": course.pk}).content.decode()
    )
    more = make_course(title="小组实务")
    told = client.post(f"/people/{worker.pk}/learning/new/", {"course": more.pk, "hours": "20"})
    assert told.status_code == 422
    assert "只有 16 学时" in told.content.decode()


def test_wrong_entries_are_told(worker, member, signed_in):
    client = signed_in(member)
    assert client.get(f"/people/{worker.pk}/learning/new/").status_code == 200
    empty = client.post(f"/people/{worker.pk}/learning/new/", {"title": " "})
    assert empty.status_code == 422
    for sentence in ("请写学了什么", "请写举办单位", "请选形式", "请填学时", "请填完成日期"):
        assert sentence in empty.content.decode()
    future = entered(client, worker, on=f"{TODAY + timedelta(days=1):%Y-%m-%d}")
    assert "不能晚于今天" in future.content.decode()
    attend(worker, 8, date(2025, 3, 1), title="线上课程", provider="中国社工联合会")
    assert "不能重复" in entered(client, worker).content.decode()


def test_only_oneself_and_the_present_employer_enter_hours(worker, employer, officer):
    former = make.make_employer("E01", region="350203001")
    make.make_employment(worker, former, start=date(2015, 1, 1), end=date(2017, 1, 1))
    colleague, other = make.make_staff(employer), make.make_staff(make.make_employer("E01", region="350206001"))
    strangers = (make.make_member(former), officer, make.make_account(colleague), make.make_account(other))
    for user in strangers:
        client = Client()
        client.force_login(user)
        assert entered(client, worker).status_code in (403, 404)
    assert not Attendance.objects.exists()


def test_a_former_employer_neither_hands_in_nor_takes_back(worker, employer, signed_in):
    former = make.make_employer("E01", region="350203001")
    make.make_employment(worker, former, start=date(2015, 1, 1), end=date(2017, 1, 1))
    client = signed_in(make.make_member(former))
    found = attend(worker, 8, date(2025, 3, 1), state="submitted")
    assert client.post(f"/desk/learning/{found.pk}/move/", {"move": "withdraw"}).status_code in (403, 404)
    found.refresh_from_db()
    assert found.state == "submitted"


def test_nobody_accepts_what_he_handed_in_or_what_others_decide(worker, member):
    found = attend(worker, 8, date(2025, 3, 1), state="submitted")
    for role, place in (("bureau_officer", "350203"), ("district_officer", "350206")):
        user = make.make_user(role, region=place, bureau="education" if role == "bureau_officer" else "civil_affairs")
        with pytest.raises(Exception, match=r"不能认定|does not exist|^$"):
            workflow.move(user, LEARNING, found.pk, "approve")
    found.refresh_from_db()
    assert found.state == "submitted"


def test_the_desk_tells_hours_without_proof_and_accepts_many(worker, officer, signed_in):
    rows = [attend(worker, 8, date(2025, 3, day), state="submitted") for day in (1, 2, 3)]
    client = signed_in(officer)
    assert "没有证明" in client.get("/desk/").content.decode()
    client.post("/desk/bulk/", {"case": [f"learning:{each.pk}" for each in rows]})
    assert set(Attendance.objects.values_list("state", flat=True)) == {"accepted"}


def test_who_will_fall_short_is_listed_with_the_next_to_end_first(worker, employer, officer, signed_in):
    soon, later, done = make.make_staff(employer), make.make_staff(employer), make.make_staff(employer)
    for person, left in ((soon, 60), (later, 300), (done, 30)):
        end = TODAY + timedelta(days=left)
        register(make.make_certificate(person, 1), end - timedelta(days=1095), end)
    attend(done, 72, TODAY - timedelta(days=5))
    lapsed = make.make_staff(employer)
    register(make.make_certificate(lapsed, 1), TODAY - timedelta(days=1200), TODAY - timedelta(days=100))
    stranger = make.make_staff(make.make_employer("E01", region="350206001"), level=2)
    client = signed_in(officer)

    def listed(query=""):
        return [row.worker_id for row in client.get(f"/people/learning/{query}").context["page"].rows]

    assert listed() == [done.pk, soon.pk, later.pk]
    assert listed("?short=yes") == [soon.pk, later.pk]
    assert listed("?short=yes&within=3") == [soon.pk]
    assert listed("?within=over") == [lapsed.pk]
    assert listed(f"?employer={employer.name}&area=350203001&sort=worker")
    assert stranger.pk not in listed("?area=350206001")
    elsewhere = Region.objects.filter(parent="350203").exclude(pk="350203001").first()
    assert listed(f"?area={elsewhere.pk}") == []
    paced = b"".join(client.get("/people/learning/?short=yes&cols=worker&cols=pace&export=csv").streaming_content)
    assert f"{soon.name},35.9" in paced.decode(), "72 hours in two months"
    assert client.get("/people/learning/?export=xlsx").status_code == 200
    assert b"".join(client.get("/people/learning/?export=pdf").streaming_content).startswith(b"%PDF")


def test_the_list_costs_the_same_for_many(employer, officer, signed_in, django_assert_max_num_queries):
    for _ in range(12):
        make.make_staff(employer, level=1)
    client = signed_in(officer)
    client.get("/people/learning/?within=over")
    with django_assert_max_num_queries(14):
        client.get("/people/learning/?within=over")


def test_officers_arrange_courses_of_their_own_area(officer, signed_in):
    client = signed_in(officer)
    values = {"title": "督导技巧", "provider": "区社工站", "delivery": "training", "hours": "12", "region": "350203"}
    values |= {"start": f"{TODAY:%Y-%m-%d}", "end": f"{TODAY:%Y-%m-%d}"}
    assert client.get("/people/courses/new/").status_code == 200
    wrong = client.post("/people/courses/new/", values | {"end": "2020-01-01", "hours": "0"})
    assert wrong.status_code == 422
    assert "结束日期早于开始日期" in wrong.content.decode()
    assert client.post("/people/courses/new/", values | {"region": "350206"}).status_code == 422
    client.post("/people/courses/new/", values)
    course = Course.objects.get()
    assert "同名课程已经登记" in client.post("/people/courses/new/", values).content.decode()
    client.post(f"/people/courses/{course.pk}/edit/", values | {"hours": "14"})
    course.refresh_from_db()
    assert course.hours == 14
    foreign = make_course(region_id="350206")
    assert client.get(f"/people/courses/{foreign.pk}/").status_code == 200, "courses are for everybody"
    assert client.get(f"/people/courses/{foreign.pk}/edit/").status_code == 403
    assert client.post(f"/people/courses/{foreign.pk}/cancel/").status_code == 403
    client.post(f"/people/courses/{course.pk}/cancel/")
    assert not Course.objects.filter(pk=course.pk).exists()


def test_a_course_that_somebody_attended_stays(officer, worker):
    course = make_course()
    attend(worker, 16, course.end, course=course)
    with pytest.raises(Refused, match="不能删除"):
        actions.cancel(officer, course)


def test_people_and_employers_see_coming_courses_and_only_their_own_attendance(worker, employer, member):
    past = make_course()
    coming = make_course(title="将来的课", start=TODAY + timedelta(days=9), end=TODAY + timedelta(days=10))
    stranger = make.make_staff(make.make_employer("E01", region="350206001"), name="别处某人")
    attend(worker, 16, past.end, course=past)
    attend(stranger, 16, past.end, course=past)
    for user in (member, make.make_account(worker)):
        client = Client()
        client.force_login(user)
        page = client.get("/people/courses/").content.decode()
        assert coming.title in page
        assert past.title not in page
        assert past.title in client.get("/people/courses/?when=past").content.decode()
        assert coming.title in client.get(f"/people/{worker.pk}/learning/").content.decode()
        for address in (f"/people/courses/{past.pk}/", "/people/learning/records/"):
            told = client.get(address).content.decode()
            assert worker.name in told
            assert stranger.name not in told
        assert client.get("/people/courses/new/").status_code == 403
