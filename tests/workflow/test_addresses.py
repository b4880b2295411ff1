"""What waits of an employer follows it to another line or place; what waits at somebody else's desk stays there."""

from __future__ import annotations

import pytest

from posts.models import Employer
from tests import builders as make
from tests.awards.rounds import make_cycle, make_nominee
from xmsw.workflow.models import Waiting

pytestmark = pytest.mark.django_db


def address(flow: str) -> tuple[str, str]:
    waiting = Waiting.objects.get(flow=flow)
    return waiting.region_code, waiting.bureau


def test_a_nomination_at_the_organiser_stays_there_when_the_employer_is_corrected():
    agency = make.make_employer("E01", region="350203001")
    nominee = make_nominee(make_cycle(), "submitted", employer=agency)
    assert address("nomination") == ("350203001", agency.competent_bureau)
    Employer.objects.filter(pk=agency.pk).update(region="350206001", name="新名称")
    assert address("nomination")[0] == "350206001", "where the employer lies, it follows"
    nominee.state = "recommended"
    nominee.save()
    Employer.objects.filter(pk=agency.pk).update(region="350203001", competent_bureau="education", name="又一名称")
    assert address("nomination") == ("3502", "civil_affairs")
    assert Waiting.objects.get(flow="nomination").employer_name == "又一名称"
