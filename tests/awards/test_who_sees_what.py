"""A reviewer, a nominee, an employer's people and an outsider each walk all that the portal offers them."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.test import Client

from awards import panel
from awards.models import AwardCycle, Nomination, Objection, PublicNotice, Recusal, ScoreSheet
from tests import builders as make
from tests.awards.rounds import STORY, TODAY, client_of, give, make_cycle, make_nominee, make_seat
from tests.walking import walk, words_of
from xmsw.workdays import last_of

pytestmark = pytest.mark.django_db
# What may be met nowhere but where it belongs, in words that occur nowhere else.
MINE, RIVAL, COMMENT, OBJECTOR, PHONE = "本人事迹甲", "对手事迹乙", "评语丙丙", "异议人丁", "13912345678"
SCORE, OTHERS_SCORE = "77.31", "66.19"
PHASES = ("preliminary", "panel", "ranked", "notice")


@pytest.fixture
def scene():
    """Two nominees of two employers, three reviewers with sheets, an objection to the first."""
    cycle = make_cycle("panel")
    mine = make_nominee(cycle, achievements=MINE + STORY)
    rival = make_nominee(cycle, achievements=RIVAL + STORY)
    seats = [make_seat(cycle) for _ in range(3)]
    give(seats[0], mine, SCORE, SCORE, SCORE)
    give(seats[1], mine, OTHERS_SCORE, OTHERS_SCORE, OTHERS_SCORE)
    ScoreSheet.objects.filter(seat=seats[1]).update(comment=COMMENT)
    Recusal.objects.create(seat=seats[2], nomination=rival, kind="relative", note="亲属戊")
    Objection.objects.create(nomination=mine, name=OBJECTOR, phone=PHONE, text="异议内容己")
    return {"cycle": cycle, "mine": mine, "rival": rival, "seats": seats}


def turn_to(scene, phase: str) -> None:
    """The round in another phase, with what it leaves behind."""
    AwardCycle.objects.update(state=phase)
    if phase in ("ranked", "notice"):
        Nomination.objects.filter(pk=scene["mine"].pk).update(state="scored", score=D("71.7500"), rank=1)
        Nomination.objects.filter(pk=scene["rival"].pk).update(state="scored", score=D("70.2500"), rank=2)
    if phase == "notice":
        Nomination.objects.filter(pk=scene["mine"].pk).update(state="on_notice")
        PublicNotice.objects.create(cycle=scene["cycle"], published_on=TODAY, working_days=5, end=last_of(5, TODAY))


def told(client: Client, scene) -> str:
    """All that is said on a walk that begins at every page of awards that might be there, and at its own home."""
    cycle, mine, rival = scene["cycle"].pk, scene["mine"].pk, scene["rival"].pk
    starts = ["/", "/awards/", f"/awards/{cycle}/", f"/awards/{cycle}/panel/", f"/awards/{cycle}/panel/?export=xlsx",
              "/awards/nominations/", "/awards/nominations/?export=xlsx", f"/awards/nominations/{rival}/",
              f"/awards/nominations/{mine}/", "/awards/objections/", "/awards/panels/", "/honours/",
              f"/honours/{cycle}/", "/awards/objections/?export=xlsx"]  # fmt: skip
    starts += [f"/awards/objections/{each}/" for each in Objection.objects.values_list("pk", flat=True)]
    starts += [f"/awards/panels/{seat.pk}/{number}/" for seat in scene["seats"] for number in (mine, rival)]
    said = "".join(words_of(client.get(start, follow=True)) for start in starts)
    return said + "".join(text for _, text in walk(client, *starts, spaces=("awards", "honours", "workflow")))


SECRETS = (OBJECTOR, PHONE, COMMENT, OTHERS_SCORE, "71.75", "70.25", "亲属戊")


@pytest.mark.parametrize("phase", PHASES)
def test_a_nominee_reads_the_own_case_and_nothing_of_the_panel(scene, phase):
    account = make.make_account(scene["mine"].worker)
    turn_to(scene, phase)
    said = told(client_of(account), scene)
    assert MINE in said
    assert [each for each in (*SECRETS, RIVAL, SCORE, "异议内容己") if each in said] == []


@pytest.mark.parametrize("phase", PHASES)
def test_an_employer_reads_its_own_nominees_case_alone(scene, phase):
    clerk = make.make_member(scene["mine"].employer)
    turn_to(scene, phase)
    said = told(client_of(clerk), scene)
    assert MINE in said
    assert [each for each in (*SECRETS, RIVAL, SCORE, "异议内容己") if each in said] == []


@pytest.mark.parametrize("phase", PHASES)
def test_a_reviewer_reads_all_cases_while_the_panel_sits_and_the_own_sheets_alone(scene, phase):
    first, _, third = (client_of(seat.account) for seat in scene["seats"])
    turn_to(scene, phase)
    said = told(first, scene)
    sits = phase == "panel"
    assert (MINE in said, RIVAL in said, SCORE in said) == (sits, sits, sits)
    assert [each for each in (*SECRETS, "异议内容己") if each in said] == []
    assert RIVAL not in told(third, scene), "who stands aside reads nothing of the case"


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("who", ["another employer", "another district", "another worker", "an unseated reviewer"])
def test_an_outsider_reads_nothing_of_the_cases(scene, who, phase):
    user = {
        "another employer": lambda: make.make_member(make.make_employer("E01", region="350206001")),
        "another district": lambda: make.make_user("district_officer", region="350206"),
        "another worker": lambda: make.make_account(make.make_staff(make.make_employer("E01", region="350206001"), 1)),
        "an unseated reviewer": lambda: make.make_user("reviewer", region=None),
    }[who]()
    turn_to(scene, phase)
    said = told(client_of(user), scene)
    assert [each for each in (*SECRETS, MINE, RIVAL, SCORE, "异议内容己") if each in said] == []


def test_nobody_signed_in_reads_who_is_on_notice_and_no_more(scene):
    turn_to(scene, "notice")
    said = told(Client(), scene)
    assert scene["mine"].worker.name in said
    assert [
        each for each in (*SECRETS, MINE, RIVAL, SCORE, "异议内容己", scene["rival"].employer.name) if each in said
    ] == []


@pytest.mark.parametrize("phase", PHASES)
def test_the_organiser_reads_sheets_only_once_the_panel_is_over(scene, phase):
    turn_to(scene, phase)
    said = told(client_of(make.make_user("city_officer")), scene)
    over = phase in ("ranked", "notice")
    assert (OTHERS_SCORE in said, COMMENT in said) == (over, over)
    assert OBJECTOR in said and MINE in said
    assert panel.standing(scene["cycle"])
