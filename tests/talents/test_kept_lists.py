"""What is saved goes through an action with its right; looks are listed within the area."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from talents.actions.honoured import keep_listed, recognise
from talents.models import BenefitType, HighLevelTag, SocialWorker, TalentCategory
from tests import builders as make
from xmsw.accounts.codes import ALPHABET, new_code
from xmsw.accounts.models import OrgUnit, User
from xmsw.audit.looks import PERSON, look
from xmsw.regions.models import Region


def test_lists_and_recognitions_are_kept_by_their_officers_alone(worker: SocialWorker, member: User) -> None:
    for entry in (TalentCategory(), BenefitType()):
        with pytest.raises(PermissionDenied):
            keep_listed(member, entry)
    tag = HighLevelTag(worker=worker, start=date(2024, 1, 1))
    for user in (member, make.make_user("district_officer", region="350206")):
        with pytest.raises(PermissionDenied):
            recognise(user, tag)
    assert not HighLevelTag.objects.exists()


def test_codes_hold_nothing_that_is_read_wrongly() -> None:
    made = {new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(len(code) == 12 for code in made)
    assert set("".join(made)) <= set(ALPHABET)
    assert not set("01IO") & set(ALPHABET)


@pytest.fixture
def elsewhere(db: None) -> User:
    """An officer of another city, who looked at one of its people."""
    city = Region.objects.create(code="3505", name="泉州市", level=2, parent_id="35")
    unit = OrgUnit.objects.create(bureau="civil_affairs", region=city, name="泉州市民政局", valid_from=date(2017, 1, 1))
    user = make.make_user("city_officer", display_name="外市干部")
    user.org_unit = unit
    user.save()
    return user


def test_looks_of_another_city_are_not_listed(worker: SocialWorker, officer: User, elsewhere: User) -> None:
    stranger = make.make_worker(name="外市人员")
    look(elsewhere, PERSON, [stranger.pk], "身份证号", "外市核对")
    look(elsewhere, PERSON, [worker.pk], "身份证号", "外市看了本市的人")
    look(officer, PERSON, [worker.pk], "身份证号", "本市核对")
    client = Client()
    client.force_login(make.make_user("city_officer"))
    page = client.get("/people/access/").content.decode()
    assert "本市核对" in page
    assert "外市看了本市的人" in page, "whoever looked at our people is seen"
    assert "外市核对" not in page
