"""Public notice, objections, commendation and certificates; two at once against the quota and the panel."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta
from decimal import Decimal as D

import pypdf
import pytest
import time_machine
from django.db import connection
from django.test import Client

from awards import commending, notices, panel
from awards.flows.objection import OBJECTION
from awards.models import AwardCycle, Honour, Nomination, Objection, PublicNotice, ScoreSheet
from tests import builders as make
from tests.awards.rounds import TODAY, client_of, give, make_cycle, make_nominee, make_seat
from xmsw.accounts import throttle
from xmsw.workflow import actions as workflow
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.make_user("city_officer")


def ranked(cycle: AwardCycle, *scores: str) -> list[Nomination]:
    """Nominees placed in this order."""
    return [make_nominee(cycle, "scored", score=D(score), rank=place) for place, score in enumerate(scores, start=1)]


def states(*nominees: Nomination) -> list[str]:
    for each in nominees:
        each.refresh_from_db()
    return [each.state for each in nominees]


def objection(nominee: Nomination, text: str = "事迹不实") -> Objection:
    return notices.object_to(nominee, Objection(name="王举报", phone="13900000000", text=text))


def decide(user, case: Objection, name: str):
    return workflow.move(user, OBJECTION, case.pk, name, Decision("核查属实" if name == "uphold" else "查无实据"))


def test_the_first_within_the_quota_who_reach_the_mark_go_on_notice(city):
    cycle = make_cycle("ranked", quota=3, pass_mark=D(60))
    nominees = ranked(cycle, "90", "80", "59.9999", "50")
    notice = notices.publish(city, cycle, date(2026, 9, 24))
    # Five working days after 24 September 2026: 28, 29, 30 September, 8 and 9 October.
    assert notice.end == date(2026, 10, 9)
    assert states(*nominees) == ["on_notice", "on_notice", "scored", "scored"]
    with pytest.raises(Refused, match="不能公示"):
        notices.publish(city, cycle)


def test_an_objection_upheld_takes_the_place_away_and_the_next_follows_with_full_days(city):
    cycle = make_cycle("ranked", quota=2)
    first, second, third = nominees = ranked(cycle, "90", "80", "70")
    begun = notices.publish(city, cycle)
    upheld, rejected = objection(second), objection(first)
    with pytest.raises(Refused, match="理由"):
        workflow.move(city, OBJECTION, upheld.pk, "uphold", Decision(""))
    decide(city, upheld, "uphold")
    decide(city, rejected, "reject")
    assert states(*nominees) == ["on_notice", "not_awarded", "scored"]
    with time_machine.travel(begun.end, tick=False):
        assert notices.fill(city, cycle, "").pk == third.pk
        later = notices.current(cycle)
    assert states(*nominees) == ["on_notice", "not_awarded", "on_notice"]
    assert later.end > begun.end and later.working_days == cycle.notice_days
    with pytest.raises(Refused, match="没有达到最低入选分"):
        notices.fill(city, cycle, "")


def test_nobody_is_commended_before_the_end_or_with_an_open_objection(city):
    cycle = make_cycle("ranked", quota=1)
    winner, rest = ranked(cycle, "90", "80")
    notice = notices.publish(city, cycle)
    case = objection(winner)
    with pytest.raises(Refused, match="才结束"):
        commending.commend(city, cycle, TODAY, "厦民〔2026〕20号")
    with time_machine.travel(notice.end + timedelta(days=1), tick=False):
        after = date.today()
        with pytest.raises(Refused, match="1 件异议"):
            commending.commend(city, cycle, after, "厦民〔2026〕20号")
        decide(city, case, "reject")
        with pytest.raises(Refused, match="文号"):
            commending.commend(city, cycle, after, " ")
        (made,) = commending.commend(city, cycle, after, "厦民〔2026〕20号")
    assert states(winner, rest) == ["awarded", "not_awarded"]
    assert (made.worker, made.prize, made.level) == (winner.worker, D(50000), "city")
    assert made.number == f"{TODAY.year}-3502-{cycle.pk:04d}-001" and len(made.code) == 12


def test_after_the_last_day_nobody_objects(city):
    cycle = make_cycle("ranked", quota=1)
    (winner,) = ranked(cycle, "90")
    notice = notices.publish(city, cycle)
    with time_machine.travel(notice.end, tick=False):
        objection(winner)
    with time_machine.travel(notice.end + timedelta(days=1), tick=False), pytest.raises(Refused, match="公示已经结束"):
        objection(winner)
    extended = notices.extend(city, cycle, 3, "核查异议需要时间")
    assert extended.end > notice.end
    with time_machine.travel(extended.end, tick=False):
        objection(winner)


def test_anybody_reads_the_notice_and_objects_by_name(city):
    cycle = make_cycle("ranked", quota=1)
    (winner,) = ranked(cycle, "87.65")
    anybody = Client()
    assert anybody.get(f"/honours/{cycle.pk}/").status_code == 404
    notices.publish(city, cycle)
    page = anybody.get(f"/honours/{cycle.pk}/").content.decode()
    assert winner.worker.name in page and winner.worker.identity_mask not in page and "87.65" not in page
    address = f"/honours/{cycle.pk}/{winner.pk}/objection/"
    sent = {"name": "王举报", "phone": "13900000000", "text": "材料不实", "website": ""}
    assert anybody.post(address, sent | {"phone": "x"}).status_code == 422
    assert anybody.post(address, sent | {"website": "http://spam"}).status_code == 422
    assert anybody.post(address, sent).status_code == 302
    case = Objection.objects.get()
    assert (case.name, case.phone) == ("王举报", "13900000000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name::text FROM awards_objection")
        assert "王举报" not in str(cursor.fetchone()[0])
    for _ in range(throttle.SIGN_UPS):
        last = anybody.post(address, sent)
    assert last.status_code == 422 and "请过一刻钟再试" in last.content.decode()
    assert Objection.objects.count() == throttle.SIGN_UPS
    officer = client_of(city)
    assert "王举报" in officer.get(f"/awards/objections/{case.pk}/").content.decode()
    for user in (
        make.make_user("district_officer"),
        make.make_member(winner.employer),
        make.make_account(winner.worker),
    ):
        assert client_of(user).get(f"/awards/objections/{case.pk}/").status_code == 404


def test_a_district_does_not_decide_about_the_citys_objections(city):
    cycle = make_cycle("ranked", quota=1)
    (winner,) = ranked(cycle, "90")
    notices.publish(city, cycle)
    case = objection(winner)
    district = make.make_user("district_officer")
    with pytest.raises(Objection.DoesNotExist):
        decide(district, case, "uphold")
    own = make_cycle("ranked", region="350203", quota=1)
    (theirs,) = ranked(own, "90")
    notices.publish(district, own)
    case = objection(theirs)
    with pytest.raises(Refused, match="组织单位"):
        decide(city, case, "uphold")


def test_a_certificate_is_printed_and_verified_by_number_and_code(city):
    winner = make_nominee(make_cycle("commended"), "awarded")
    honour = Honour.objects.create(
        worker=winner.worker, employer=winner.employer, level="city", series="-", title="厦门市社会工作领军人才",
        awarded_by="厦门市民政局", awarded_on=TODAY, document="厦民〔2026〕20号", cycle=winner.cycle, nomination=winner,
        number="2026-3502-0001-001", code="ABCDEFGH2345",
    )  # fmt: skip
    answer = client_of(city).get(f"/awards/honours/{honour.pk}/certificate/")
    text = pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages[0].extract_text()
    assert winner.worker.name in text and "厦门市社会工作领军人才" in text and "ABCDEFGH2345" in text
    anybody = Client()
    page = anybody.get("/honours/verify/?number=2026-3502-0001-001&code=abcdefgh2345").content.decode()
    assert "证书属实" in page and winner.worker.name not in page
    for query in ("number=2026-3502-0001-001&code=X", "number=2026-3502-0001-001", "code=ABCDEFGH2345"):
        assert "没有这份证书" in anybody.get(f"/honours/verify/?{query}").content.decode()
    Honour.objects.update(revoked_on=TODAY, revoked_because="材料不实")
    page = anybody.get("/honours/verify/?number=2026-3502-0001-001&code=ABCDEFGH2345").content.decode()
    assert "撤销" in page and "证书属实" not in page


def test_results_of_a_higher_round_are_entered_within_the_quota(city):
    cycle = make_cycle("preliminary", level="province", quota=1)
    one, two = make_nominee(cycle), make_nominee(cycle)
    with pytest.raises(Refused, match="多于名额"):
        commending.enter_results(city, cycle, [one.pk, two.pk], TODAY, "省优秀社工", "闽民〔2026〕1号")
    (made,) = commending.enter_results(city, cycle, [two.pk], TODAY, "省优秀社工", "闽民〔2026〕1号")
    assert (made.level, made.worker, states(one, two)) == ("province", two.worker, ["not_awarded", "awarded"])


def test_results_of_a_higher_round_wait_for_every_recommended_nominee(city):
    cycle = make_cycle("preliminary", level="nation", quota=1)
    one, waiting = make_nominee(cycle), make_nominee(cycle, "recommended")
    with pytest.raises(Refused, match="还有 1 名人选没有初审"):
        commending.enter_results(city, cycle, [one.pk], TODAY, "全国优秀社工", "民发〔2026〕1号")
    assert (states(one, waiting), Honour.objects.count()) == (["eligible", "recommended"], 0)
    cycle.refresh_from_db()
    assert cycle.state == "preliminary"
    waiting.state = "ineligible"
    waiting.save()
    (made,) = commending.enter_results(city, cycle, [one.pk], TODAY, "全国优秀社工", "民发〔2026〕1号")
    assert (made.worker, states(one, waiting)) == (one.worker, ["awarded", "ineligible"])


def at_once(*works):
    """Each on a connection of its own; returns the refusals."""
    refused, barrier = [], threading.Barrier(len(works))

    def run(work):
        try:
            barrier.wait()
            work()
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_exceed_the_quota():
    cycle = make_cycle("notice", quota=1)
    nominees = [make_nominee(cycle, "scored", rank=place, score=D(80)) for place in (1, 2, 3)]
    works = [lambda pk=each.pk: Nomination.objects.filter(pk=pk).update(state="on_notice") for each in nominees]
    refused = at_once(*works)
    assert Nomination.objects.filter(state="on_notice").count() == 1
    assert len(refused) == 2 and all("no place is left" in str(each) for each in refused)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_publish_one_notice():
    city, cycle = make.make_user("city_officer"), make_cycle("ranked", quota=1)
    ranked(cycle, "90", "80")
    refused = at_once(lambda: notices.publish(city, cycle), lambda: notices.publish(city, cycle))
    assert len(refused) == 1 and isinstance(refused[0], Refused)
    assert PublicNotice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reviewer_at_two_screens_scores_once():
    cycle = make_cycle("panel")
    nominee, seat = make_nominee(cycle), make_seat(cycle)
    refused = at_once(*(lambda: give(seat, nominee, "90", "90", "90") for _ in range(4)))
    assert len(refused) == 3 and all(isinstance(each, Refused) for each in refused)
    assert ScoreSheet.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sheet_and_the_end_of_the_panel_at_once():
    city, cycle = make.make_user("city_officer"), make_cycle("panel", quorum=1)
    nominee, first, second = make_nominee(cycle), make_seat(cycle), make_seat(cycle)
    give(first, nominee, "80", "80", "80")
    at_once(lambda: panel.close_panel(city, cycle), lambda: give(second, nominee, "60", "60", "60"))
    nominee.refresh_from_db()
    sheets = list(ScoreSheet.objects.values_list("total", flat=True))
    assert nominee.score == sum(sheets) / len(sheets), "every sheet that is in was counted"


def test_a_flood_of_objections_silences_none(city):
    cycle = make_cycle("ranked")
    nominee = make_nominee(cycle, "scored", score=D(90), rank=1)
    notices.publish(city, cycle)
    for number in range(notices.MOST_ON_THE_DESK + 2):
        notices.object_to(nominee, Objection(name="某人", phone="13800000000", text=f"异议{number}"))
    assert Waiting.objects.filter(flow="objection").count() == notices.MOST_ON_THE_DESK
    assert list(Objection.objects.order_by("pk").values_list("state", flat=True))[-2:] == ["queued", "queued"]
    first, second = Objection.objects.order_by("pk")[:2]
    workflow.move(city, OBJECTION, first.pk, "reject", Decision("查无实据"))
    assert Waiting.objects.filter(flow="objection").count() == notices.MOST_ON_THE_DESK, "the next came up"
    workflow.move(city, OBJECTION, second.pk, "uphold", Decision("有证据证实"))
    assert not Objection.objects.filter(state="queued").exists()
    assert f"第 {second.pk} 号" in Objection.objects.order_by("pk").last().finding
