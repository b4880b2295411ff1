"""Inspections: two inspectors a unit, none of the inspected employer; a record line by line, confirmed by two."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from posts.models import Membership
from supervision import checklists, inspecting, onsite
from supervision.flows.inspections import ONSITE
from supervision.models import Inspection, InspectionFrame, InspectionUnit, ItemRecord
from supervision.views.assigning import Assign
from tests import builders as make
from tests.patience import until
from tests.supervision.inspections import TODAY, drawn, make_plan, officer, published, recorded, under_way
from xmsw.accounts.models import User
from xmsw.notices.models import Notice
from xmsw.policy.rules import by_code
from xmsw.workflow.actions import move
from xmsw.workflow.models import Attachment
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def employer():
    found = make.make_employer("E01", region="350203001")
    make.make_post(found)
    make.make_post(found)
    return found


@pytest.fixture
def two() -> list[User]:
    return [officer(), officer()]


@pytest.fixture
def unit(employer, two) -> InspectionUnit:
    return under_way(two[0], two).units.get()


def test_rules_suggest_items_and_what_they_are_held_against():
    planner = officer()
    numbers = [by_code(code).number for code in ("community-has-post", "certificate-for-junior")]
    plan = Inspection(title="核查", start=TODAY, end=TODAY, draw_on=TODAY, rules=numbers)
    inspecting.save(planner, plan)
    assert list(plan.items.values_list("rule", "fact")) == list(
        zip(numbers, ("active_posts", "certified_holders"), strict=True)
    )
    inspecting.save(planner, plan)
    assert plan.items.count() == 2, "once each"


@pytest.mark.parametrize("forged", ["99999", "9" * 20, "十"])
def test_a_line_names_no_rule_that_there_is_not(signed_in, forged):
    planner = officer()
    plan = Inspection(title="核查", start=TODAY, end=TODAY, draw_on=TODAY, rules=[by_code("community-has-post").number])
    inspecting.save(planner, plan)
    line = plan.items.get()
    client, address = signed_in(planner), f"/supervision/inspections/{plan.pk}/items/"
    given = {"i-TOTAL_FORMS": 1, "i-INITIAL_FORMS": 1, "i-0-clause": line.clause_id, "i-0-question": "有没有社工岗位"}
    answer = client.post(address, given | {"i-0-rule": forged})
    assert answer.status_code == 422 and "规则不存在" in answer.content.decode()
    assert client.post(address, given | {"i-0-rule": line.rule}).status_code == 302
    assert list(plan.items.values_list("rule", "question")) == [(line.rule, "有没有社工岗位")]


def test_a_checklist_stays_once_the_units_are_drawn(employer):
    plan = drawn(officer())
    with pytest.raises(Refused, match="不能再改"):
        checklists.rewrite(plan, [])


def test_two_inspectors_at_least_go_to_each_unit(employer, two):
    plan = drawn(two[0])
    with pytest.raises(Refused, match="没有派够两名"):
        inspecting.start(two[0], plan)
    with pytest.raises(Refused, match="至少派两名"):
        inspecting.assign(two[0], plan, [plan.units.get().pk], [two[0].pk])
    inspecting.assign(two[0], plan, [plan.units.get().pk], [each.pk for each in two])
    inspecting.start(two[0], plan)
    assert set(Notice.objects.filter(code="inspection").values_list("user", flat=True)) == {each.pk for each in two}


def test_nobody_inspects_his_own_employer_nor_what_is_not_of_his_line(employer, two):
    plan = drawn(two[0])
    Membership.objects.create(employer=employer, user=two[1])
    with pytest.raises(Refused, match=r"是「.*」的人"):
        inspecting.assign(two[0], plan, [plan.units.get().pk], [each.pk for each in two])
    school = make.make_user("bureau_officer", bureau="education", region="350203")
    with pytest.raises(Refused, match=r"不在.*条线或地区里"):
        inspecting.assign(two[0], plan, [plan.units.get().pk], [two[0].pk, school.pk])
    elsewhere = officer("350206")
    with pytest.raises(Refused, match="本地能现场核查"):
        inspecting.assign(two[0], plan, [plan.units.get().pk], [two[0].pk, elsewhere.pk])
    assert not plan.units.get().inspectors.exists()


def test_inspectors_are_sent_to_all_units_that_a_filter_leaves(two, signed_in):
    for kind, region in (("E01", "350203001"), ("E01", "350203003"), ("D02", "350203001")):
        make.make_employer(kind, region=region)
    plan = drawn(two[0], kinds=["E01", "D02"], share=100)
    client, address = signed_in(two[0]), f"/supervision/inspections/{plan.pk}/assign/"
    inspectors = {"inspector": [each.pk for each in two]}
    listed = [len(client.get(f"{address}?{query}").context["lines"]) for query in ("", "kind=E01", "area=350203001")]
    assert listed == [3, 2, 2]
    assert client.post(f"{address}?kind=E01&area=350203001&all=yes", inspectors).status_code == 302
    sent = {each.employer.kind + each.employer.region_id for each in plan.units.all() if each.inspectors.count() == 2}
    assert sent == {"E01350203001"}
    assert len(client.get(f"{address}?stands=short").context["lines"]) == 2
    rest = [each.pk for each in plan.units.filter(employer__kind="D02")]
    client.post(f"{address}?stands=short", inspectors | {"unit": rest})
    assert inspecting.short_of_inspectors(plan) == 1
    client.post(f"{address}?all=yes", inspectors)
    assert inspecting.short_of_inspectors(plan) == 0


def test_who_gets_a_further_unit_is_told_again_and_who_keeps_the_same_is_not(employer, two):
    for _ in range(2):
        make.make_employer("E01", region="350203001")
    plan, third = under_way(two[0], two, share=100), officer()
    first, second, _ = plan.units.order_by("pk").values_list("pk", flat=True)
    unread = Notice.objects.filter(code="inspection", read_at=None)
    for unit in (first, second):
        inspecting.assign(two[0], plan, [unit], [two[0].pk, third.pk])
        assert unread.filter(user=third).count() == 1, unit
        Notice.objects.update(read_at=timezone.now())
    inspecting.assign(two[0], plan, [second], [two[0].pk, third.pk])
    assert not unread.exists(), "nothing is new"
    inspecting.assign(two[0], plan, [second], [two[1].pk, third.pk])
    assert [each.user for each in unread] == [two[1]], "back to one that had gone to others"


def test_units_to_assign_come_page_by_page_in_as_many_queries(two, signed_in, monkeypatch):
    monkeypatch.setattr(Assign, "page_size", 2)
    for _ in range(3):
        make.make_employer("E01", region="350203001")
    plan = drawn(two[0], share=100)
    client, address = signed_in(two[0]), f"/supervision/inspections/{plan.pk}/assign/"
    first = client.get(address).context["page"]
    second = client.get(f"{address}{first.next}").context["page"]
    assert len({each.pk for each in [*first.rows, *second.rows]}) == 3
    assert second.next == ""


def test_the_registered_number_is_that_of_the_day_and_stays(unit, two, employer):
    item = unit.inspection.items.get()
    kept = onsite.record(two[0], unit, item, {"on_site": 1, "result": "", "note": ""})
    assert (kept.registered, kept.on_site, kept.result) == (2, 1, "fails")
    assert onsite.compared(item, kept.registered, kept.on_site) == "登记 2 个，现场 1 个"
    make.make_post(employer)
    again = onsite.record(two[0], unit, item, {"on_site": 2, "result": "", "note": ""})
    assert (again.pk, again.registered, again.result) == (kept.pk, 2, "conforms")
    unit.refresh_from_db()
    assert unit.visited_on == TODAY


def test_a_bad_line_says_what_is_wrong_and_loses_nothing(unit, two, signed_in):
    client, item = signed_in(two[0]), unit.inspection.items.get()
    address = f"/supervision/inspections/units/{unit.pk}/items/{item.pk}/"
    client.post(address, {"on_site": "2"}, headers={"HX-Request": "true"})
    for given, said in (({"on_site": "二"}, "整数"), ({"on_site": "-1"}, "0"), ({"result": "fails"}, "写明")):
        answer = client.post(address, given, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert ItemRecord.objects.get().on_site == 2
    good = client.post(address, {"on_site": "1", "note": "走了一人"}, headers={"HX-Request": "true"})
    assert "登记 2 个，现场 1 个" in good.content.decode()


def test_two_different_people_confirm(unit, two):
    with pytest.raises(Refused, match="还有 1 项没有记录"):
        move(two[0], ONSITE, unit.pk, "confirm")
    onsite.record(two[0], unit, unit.inspection.items.get(), {"on_site": 2, "result": "", "note": ""})
    onsite.visit(two[0], unit, "主任", "")
    move(two[0], ONSITE, unit.pk, "confirm")
    with pytest.raises(Refused, match="要由另一个人"):
        move(two[0], ONSITE, unit.pk, "second")
    with pytest.raises(Refused, match="不能再改"):
        onsite.record(two[1], unit, unit.inspection.items.get(), {"on_site": 1, "result": "", "note": ""})
    done = move(two[1], ONSITE, unit.pk, "second")
    assert (done.state, done.first_by, done.second_by) == ("done", *two)
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionUnit.objects.filter(pk=unit.pk).update(second_by=two[0])


def test_only_who_was_sent_there_writes(unit, signed_in):
    third = officer()
    item = unit.inspection.items.get()
    with pytest.raises(PermissionDenied):
        onsite.record(third, unit, item, {"on_site": 1, "result": "", "note": ""})
    photo = {"photo": picture(), "item": item.pk}
    assert signed_in(third).post(f"/supervision/inspections/units/{unit.pk}/photo/", photo).status_code == 403
    with pytest.raises(Refused, match="没有派给你"):
        move(third, ONSITE, unit.pk, "confirm")


def picture(name: str = "image.png", data: bytes = PICTURE):
    return SimpleUploadedFile(name, data, "image/png")


def test_photos_are_sealed_and_pictures_alone(unit, two, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, item = signed_in(two[0]), unit.inspection.items.get()
    address = f"/supervision/inspections/units/{unit.pk}/photo/"
    client.post(address, {"photo": picture(), "item": item.pk})
    client.post(address, {"photo": picture("a.pdf", b"%PDF-1.7"), "item": item.pk})
    client.post(address, {"photo": picture("a.png", b"MZ"), "item": item.pk})
    kept = Attachment.objects.get(flow="onsite")
    assert kept.name.startswith("第1项-")
    assert PICTURE not in (tmp_path / "exchange" / kept.stored_as).read_bytes()
    assert client.get(f"/desk/files/{kept.pk}/").status_code == 200


def test_photos_stay_once_nothing_is_recorded_any_more_or_somebody_has_looked(unit, two, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, item = signed_in(two[0]), unit.inspection.items.get()

    def taken() -> Attachment:
        client.post(f"/supervision/inspections/units/{unit.pk}/photo/", {"photo": picture(), "item": item.pk})
        return Attachment.objects.latest("pk")

    def removed(photo: Attachment) -> str:
        return client.post(f"/desk/files/{photo.pk}/remove/", follow=True).content.decode()

    assert "已删除" in removed(taken())
    seen = taken()
    onsite.record(two[0], unit, item, {"on_site": 2, "result": "", "note": ""})
    onsite.visit(two[0], unit, "主任", "")
    move(two[0], ONSITE, unit.pk, "confirm")
    move(two[1], ONSITE, unit.pk, "reopen", Decision(opinion="缺一张"))
    assert "要留作依据" in removed(seen)
    fresh = taken()
    inspecting.cancel(two[0], unit.inspection, "重复")
    assert "不能再删" in removed(fresh)
    assert Attachment.objects.filter(pk__in=[seen.pk, fresh.pk]).count() == 2


def test_my_inspections_lists_what_i_was_sent_to(unit, two, signed_in):
    assert unit.employer.name in signed_in(two[1]).get("/supervision/inspections/mine/").content.decode()
    assert unit.employer.name not in signed_in(officer()).get("/supervision/inspections/mine/").content.decode()


def test_a_plan_ends_when_every_unit_has_its_record_or_a_reason(unit, two):
    with pytest.raises(Refused, match="还有 1 家"):
        inspecting.close(two[0], unit.inspection)
    other = make.make_employer("E01", region="350203001")
    more = InspectionUnit.objects.create(inspection=unit.inspection, employer=other, key="x", stratum="E01")
    recorded(unit, *two, seen=2)
    move(two[0], ONSITE, more.pk, "skip", Decision(opinion="已停业"))
    assert inspecting.close(two[0], unit.inspection).closed_on == TODAY


def test_a_plan_is_given_up_with_a_reason_by_its_own_area_alone(employer):
    plan = make_plan()
    with pytest.raises(PermissionDenied):
        inspecting.cancel(officer("3502"), plan, "重复")
    with pytest.raises(Refused, match="原因"):
        inspecting.cancel(officer(), plan, " ")
    assert inspecting.cancel(officer(), plan, "重复").state == "cancelled"


def test_an_inspector_of_a_line_sees_the_units_of_his_own_alone(two):
    school = make.make_employer("B02", region="350203001")
    others = make.make_employer("B02", region="350203003")
    teacher = make.make_user("bureau_officer", bureau="education", region="350203")
    plan = drawn(two[0], kinds=["B02"], share=100)
    mine = plan.units.get(employer=school)
    inspecting.assign(two[0], plan, [mine.pk], [two[0].pk, teacher.pk])
    assert list(InspectionUnit.objects.visible_to(teacher)) == [mine]
    assert list(Inspection.objects.visible_to(teacher)) == [plan]
    assert others.pk in plan.units.values_list("employer", flat=True)
    assert not Inspection.objects.visible_to(officer("350206")).exists()
    assert not InspectionUnit.objects.visible_to(make.make_member(school)).exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_draw_once():
    planners = [officer(), officer()]
    for _ in range(5):
        make.make_employer("E01", region="350203001")
    plan = published(planners[0])
    outcomes = at_once(lambda user: inspecting.draw(user, plan), planners)
    assert sorted(outcomes) == ["done", "told"]
    assert (plan.units.count(), InspectionFrame.objects.count()) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_who_is_taken_off_a_unit_meanwhile_does_not_write_its_record():
    make.make_post(make.make_employer("E01", region="350203001"))
    off, *two = [officer() for _ in range(3)]
    plan = under_way(two[0], [off, two[0]])
    unit, outcomes = plan.units.get(), []

    def write() -> None:
        try:
            onsite.record(off, unit, plan.items.get(), {"on_site": 1, "result": "", "note": ""})
            outcomes.append("written")
        except PermissionDenied:
            outcomes.append("refused")
        finally:
            connection.close()

    writing = Thread(target=write)
    with transaction.atomic():
        inspecting.assign(two[0], plan, [unit.pk], [each.pk for each in two])
        writing.start()
        until(waits_for_a_lock)
    writing.join()
    assert (outcomes, ItemRecord.objects.count()) == (["refused"], 0)


def waits_for_a_lock() -> bool:
    """Whether some connection to this database waits for what another one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def at_once(work, users) -> list[str]:
    """The same work by several accounts on connections of their own: «done» or «told» each."""
    gate, outcomes = Barrier(len(users)), []

    def run(user) -> None:
        gate.wait(timeout=20)
        try:
            work(user)
            outcomes.append("done")
        except (Overtaken, Refused):
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=run, args=[user]) for user in users]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes
