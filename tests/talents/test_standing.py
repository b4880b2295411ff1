"""Standing (三(三)): restricted records, suppressed counts, notices, publicity, stories with consent."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.test import Client

from talents.actions import stories
from talents.actions.oneself import confirm
from talents.actions.standing import publish
from talents.flows.stories import STORY
from talents.models import PersonStory, RecruitmentNotice, SocialWorker, StandingCount, StandingRecord
from tests import builders as make
from xmsw.accounts.models import OrgUnit, User
from xmsw.audit.looks import PERSON
from xmsw.audit.models import AccessLog
from xmsw.suppression import withheld
from xmsw.workflow.actions import move
from xmsw.workflow.models import Attachment
from xmsw.workflow.refusals import Refused

TODAY = date.today()
YEAR = TODAY.year - 1
MINIMUM = 5


@pytest.mark.parametrize("places", [2, 3, 4])
def test_no_small_count_follows_from_what_is_published(places):
    """Every row of up to twelve people a place: who knows the rule groups the rows that look alike when published.

    Rows at the edge of the enumeration are left out, since their likes lie beyond it.
    """
    alike, most = defaultdict(list), 12
    for counts in itertools.product(range(most + 1), repeat=places):
        parts = dict(zip("ABCD", counts, strict=False))
        hidden, total_hidden = withheld(parts, MINIMUM)
        assert hidden >= {part for part, n in parts.items() if 0 < n < MINIMUM}
        seen = tuple(None if part in hidden else n for part, n in parts.items())
        alike[seen, None if total_hidden else sum(counts)].append(counts)
    for rows in alike.values():
        if max(map(max, rows)) > most - MINIMUM:
            continue
        for column in zip(*rows, strict=True):
            assert len(set(column)) > 1 or not 0 < column[0] < MINIMUM, rows


@pytest.mark.django_db
def test_a_total_is_withheld_where_it_would_tell():
    """Two places of 2 and 1 people: whoever knew 3 would know more than may be known."""
    for district, count in (("350203", 2), ("350206", 1)):
        for _ in range(count):
            recorded(make.make_staff(make.make_employer("A01", region=f"{district}001")), region=district)
    assert publish(city_recorder(), YEAR)
    assert set(StandingCount.objects.filter(kind="committee", n__gt=0)) == set()
    assert StandingCount.objects.get(kind="committee", region="3502").n is None


@pytest.fixture
def worker(db) -> SocialWorker:
    return make.make_staff(make.make_employer("A01"), level=1, name="有安排")


def recorded(worker: SocialWorker, region: str = "350203", **fields: object) -> StandingRecord:
    defaults = {"kind": "committee", "body": "某居委会", "start": date(2020, 1, 1), "source": "任职文件"}
    return StandingRecord.objects.create(worker=worker, region_id=region, **(defaults | fields))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def city_recorder() -> User:
    user = make.make_user("standing_officer")
    user.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="3502", valid_to=None)
    user.save()
    return user


@pytest.mark.django_db
def test_only_the_restricted_role_and_the_person_see_a_record_and_each_look_is_logged(worker):
    recorded(worker)
    make.make_account(worker, within=worker.employments.get().employer)
    assert "某居委会" not in logged_in(worker.account).get(f"/people/{worker.pk}/standing/").content.decode()
    confirm(make.make_user("district_officer"), worker)
    address = f"/people/{worker.pk}/standing/"
    for user in (make.make_user("city_officer"), make.make_member(worker.employments.get().employer)):
        client = logged_in(user)
        assert client.get(address).status_code == client.get("/people/standing/").status_code == 403
        assert "某居委会" not in client.get(f"/people/{worker.pk}/").content.decode()
    assert "某居委会" in logged_in(worker.account).get(address).content.decode()
    assert not AccessLog.objects.exists(), "one's own record is one's own"
    client = logged_in(make.make_user("standing_officer"))
    assert "某居委会" in client.get("/people/standing/").content.decode()
    assert "某居委会" in client.get(address).content.decode()
    assert list(AccessLog.objects.order_by("id").values_list("reason", flat=True)) == ["查看名单", "查看档案"]
    edited = StandingRecord.objects.get()
    assert client.get(f"/people/standing/{edited.pk}/edit/").status_code == 200
    assert AccessLog.objects.latest("pk").reason == "查看、更正登记"
    assert client.get("/people/standing/?export=xlsx").status_code == 302
    assert client.post("/people/standing/", {"reason": "看"}).status_code == 302
    file = client.post("/people/standing/", {"reason": "年度统计核对"})
    assert "spreadsheetml" in file.headers["Content-Type"]
    assert AccessLog.objects.filter(reason="导出：年度统计核对", subject_id=worker.pk).exists()


@pytest.mark.django_db
def test_a_mandate_needs_its_level(worker):
    client = logged_in(make.make_user("standing_officer"))
    fields = {"kind": "congress", "body": "某区人大", "region": "350203", "start": "2022-01-01", "source": "公告"}
    refused = client.post(f"/people/{worker.pk}/standing/new/", fields)
    assert "要选对应的级别" in refused.content.decode()
    assert client.post(f"/people/{worker.pk}/standing/new/", fields | {"level": "13"}).status_code == 302
    assert StandingRecord.objects.get().level == 13


@pytest.mark.django_db
def test_counts_are_published_once_with_small_cells_withheld(worker):
    for district, many in (("350203", 2), ("350206", 7), ("350205", 6)):
        for _ in range(many):
            recorded(make.make_worker(), district)
    user = city_recorder()
    with pytest.raises(PermissionDenied):
        publish(make.make_user("standing_officer"), YEAR)
    with pytest.raises(Refused, match="已经结束"):
        publish(user, YEAR + 1)
    publish(user, YEAR)
    counts = dict(StandingCount.objects.filter(kind="committee").values_list("region_id", "n"))
    assert counts["350203"] is None and counts["350205"] is None, "the small one and the next smallest"
    assert (counts["350206"], counts["350211"], counts["3502"]) == (7, 0, 15)
    with pytest.raises(Refused, match="已经公布"):
        publish(user, YEAR)
    with pytest.raises(InternalError), transaction.atomic():
        StandingCount.objects.update(n=1)
    pages = {
        logged_in(make.make_user(*who))
        .get("/people/standing/counts/")
        .content.decode()
        .split("<main")[1]
        .split("<form")[0]
        for who in (("district_officer",), ("district_officer", "civil_affairs", "350206"))
    }
    assert all("不公布" in page for page in pages)
    board = logged_in(make.make_user("district_officer")).get("/supervision/clauses/").content.decode()
    assert f"{YEAR} 年末" in board


@pytest.mark.django_db
def test_recruitment_without_preference_is_listed_and_counted():
    officer = make.make_user("district_officer")
    client = logged_in(officer)
    fields = {"kind": "recruitment", "organ": "某街道办", "title": "2026 年招聘公告", "on": f"{date.today():%Y-%m-%d}"}
    client.post("/people/notices/new/", fields | {"positions": 2, "social_service": "on"})
    assert RecruitmentNotice.objects.get().unit == officer.org_unit
    assert "2026 年招聘公告" in client.get("/people/notices/?preferred=no").content.decode()
    assert "没有注明优先的 1 份" in client.get("/supervision/clauses/").content.decode()
    wrong = client.post(
        f"/people/notices/{RecruitmentNotice.objects.get().pk}/edit/",
        fields | {"positions": 2, "hires": 1, "social_work_hires": 2},
    )
    assert "不能多于实际录用人数" in wrong.content.decode()


@pytest.mark.django_db
def test_a_story_is_public_with_consent_and_approval_and_comes_down_at_once(worker):
    make.make_account(worker)
    staff = make.make_member(worker.employments.get().employer)
    officer = make.make_user("district_officer")
    client = logged_in(staff)
    written = client.post(f"/people/{worker.pk}/stories/new/", {"title": "十年一线", "text": "她在社区十年。"})
    story = PersonStory.objects.get()
    assert written.url == f"/people/stories/{story.pk}/"
    with pytest.raises(Refused, match="还没有本人同意"):
        move(staff, STORY, story.pk, "submit")
    own = logged_in(worker.account)
    own.post(f"/people/stories/{story.pk}/consent/", {"agree": "yes"})
    assert client.post(f"/people/stories/{story.pk}/consent/", {"agree": "yes"}).status_code == 403
    client.post(f"/people/stories/{story.pk}/edit/", {"title": "十年一线", "text": "改过的文字。"})
    with pytest.raises(Refused, match="还没有本人同意"):
        move(staff, STORY, story.pk, "submit")
    stories.consent(worker.account, story.pk)
    move(staff, STORY, story.pk, "submit")
    public = Client()
    assert public.get(f"/stories/{story.pk}/").status_code == 404
    move(officer, STORY, story.pk, "approve")
    page = public.get(f"/stories/{story.pk}/").content.decode()
    assert "改过的文字" in page and worker.identity_mask not in page
    assert "十年一线" in public.get("/stories/").content.decode()
    own.post(f"/people/stories/{story.pk}/consent/", {"agree": "no"})
    assert public.get(f"/stories/{story.pk}/").status_code == 404
    assert PersonStory.objects.get().state == "retired"


@pytest.mark.django_db
def test_nobody_else_gives_the_persons_consent(worker):
    """Neither the words of the online consent, nor the photo to publish, nor a paper for another text stand for it."""
    staff = make.make_member(worker.employments.get().employer)
    client = logged_in(staff)
    client.post(f"/people/{worker.pk}/stories/new/", {"title": "十年一线", "text": "改过的文字。"})
    story = PersonStory.objects.get()
    forged = {"title": "十年一线", "text": "改过的文字。", "consent_on": TODAY, "consent_scope": stories.ONLINE}
    client.post(f"/people/stories/{story.pk}/edit/", forged)
    with pytest.raises(Refused, match="签字的同意书"):
        move(staff, STORY, story.pk, "submit")
    photo = SimpleUploadedFile("照片.png", b"\x89PNG photo")
    client.post(f"/desk/story/{story.pk}/files/", {"file": photo})
    with pytest.raises(Refused, match="签字的同意书"):
        move(staff, STORY, story.pk, "submit")
    client.post(f"/people/stories/{story.pk}/edit/", forged | {"text": "又改了。"})
    assert PersonStory.objects.get().consent_on is None, "a paper consent was for the former text"


PHOTO = b"\x89PNG\r\n photo of "


def picture(whose: str, name: str = "照片.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PHOTO + whose.encode())


@pytest.mark.django_db
def test_a_photo_is_public_only_where_the_person_agreed_to_this_photo(worker):
    make.make_account(worker)
    employer = worker.employments.get().employer
    staff, officer = make.make_member(employer), make.make_user("district_officer")
    client, own, public = logged_in(staff), logged_in(worker.account), Client()
    client.post(f"/people/{worker.pk}/stories/new/", {"title": "十年一线", "text": "她在社区十年。"})
    story = PersonStory.objects.get()
    files, consent = f"/desk/story/{story.pk}/files/", f"/people/stories/{story.pk}/consent/"
    client.post(files, {"files": picture("her")})
    own.post(consent, {"agree": "yes"})
    move(staff, STORY, story.pk, "submit")
    move(officer, STORY, story.pk, "approve")
    assert public.get(f"/stories/{story.pk}/photo/").status_code == 404, "agreed to the story, not to the photo"
    assert f"/stories/{story.pk}/photo/" not in public.get(f"/stories/{story.pk}/").content.decode()
    PersonStory.objects.update(state="returned")
    own.post(consent, {"agree": "yes", "photo": "on"})
    assert PersonStory.objects.get().consent_scope == stories.ONLINE_WITH_PHOTO
    client.post(files, {"files": picture("somebody else")})
    with pytest.raises(Refused, match="还没有本人同意"):
        move(staff, STORY, story.pk, "submit")
    own.post(consent, {"agree": "yes", "photo": "on"})
    client.post(f"/desk/files/{Attachment.objects.latest('pk').pk}/remove/")
    assert PersonStory.objects.get().consent_on is None, "which of two photos is the first has changed"
    own.post(consent, {"agree": "yes", "photo": "on"})
    move(staff, STORY, story.pk, "submit")
    for each in (client, own, logged_in(officer)):
        told = each.post(files, {"files": picture("somebody else")}, follow=True).content.decode()
        assert "不能换照片" in told
    move(officer, STORY, story.pk, "approve")
    assert b"".join(public.get(f"/stories/{story.pk}/photo/").streaming_content).endswith(b"her")


@pytest.mark.django_db
def test_the_person_agrees_to_what_was_read(worker):
    make.make_account(worker)
    employer = worker.employments.get().employer
    story = PersonStory.objects.create(worker=worker, employer=employer, title="十年一线", text="读过的。")
    own = logged_in(worker.account)
    seen = re.search(r'name="seen" value="(\w+)"', own.get(f"/people/stories/{story.pk}/").content.decode())[1]
    answer = {"agree": "yes", "photo": "on", "seen": seen}
    logged_in(make.make_member(employer)).post(f"/desk/story/{story.pk}/files/", {"files": picture("somebody else")})
    told = own.post(f"/people/stories/{story.pk}/consent/", answer, follow=True).content.decode()
    assert "刚刚改过" in told
    assert PersonStory.objects.get().consent_on is None


@pytest.mark.django_db
def test_a_paper_for_a_former_photo_is_no_consent_to_another(worker):
    client = logged_in(make.make_member(worker.employments.get().employer))
    fields = {"title": "十年一线", "text": "-", "consent_on": TODAY, "consent_scope": "姓名和事迹"}
    client.post(f"/people/{worker.pk}/stories/new/", fields | {"photo_agreed": "on"})
    story = PersonStory.objects.get()
    assert story.photo_agreed
    client.post(f"/desk/story/{story.pk}/files/", {"files": picture("signed form", "同意书.png")})
    assert PersonStory.objects.get().consent_on, "other papers change nothing"
    client.post(f"/desk/story/{story.pk}/files/", {"files": picture("her")})
    story.refresh_from_db()
    assert (story.consent_on, story.consent_scope, story.photo_agreed) == (None, "", False)


@pytest.mark.django_db
def test_the_files_of_a_story_are_for_those_who_take_part_in_it(worker):
    make.make_account(worker)
    employer = worker.employments.get().employer
    story = PersonStory.objects.create(worker=worker, employer=employer, title="十年一线", text="-")
    logged_in(make.make_member(employer)).post(
        f"/desk/story/{story.pk}/files/", {"files": picture("signed form", "同意书.png")}
    )
    signed = f"/desk/files/{Attachment.objects.get().pk}/"
    for user in (worker.account, make.make_user("district_officer"), make.make_member(employer)):
        assert logged_in(user).get(signed).status_code == 200
    recorder = logged_in(make.make_user("standing_officer"))
    assert recorder.get(signed).status_code == 404
    assert recorder.post(f"/desk/story/{story.pk}/files/", {"files": picture("not her")}).status_code == 403
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_looks_at_standing_are_told_to_the_restricted_role_and_to_whom_an_officer_met_alone(worker):
    """Whoever has no standing record is never looked at for one: a list of the looks would be the list itself."""
    recorded(worker)
    make.make_account(worker, within=worker.employments.get().employer)
    logged_in(make.make_user("standing_officer")).get("/people/standing/")
    assert AccessLog.objects.filter(subject_id=worker.pk).exists()
    city = logged_in(make.make_user("city_officer"))
    for address in ("/people/access/?reason=查看名单", f"/people/{worker.pk}/looks/", "/people/access/?person=有安排"):
        assert "查看名单</td>" not in city.get(address).content.decode()
    assert "有安排" not in city.get("/people/access/?export=csv").getvalue().decode()
    looks = f"/people/{worker.pk}/looks/"
    assert "还没有人看过" in logged_in(worker.account).get(looks).content.decode()
    confirm(make.make_user("district_officer"), worker)
    assert "查看名单" in logged_in(worker.account).get(looks).content.decode()


@pytest.mark.django_db
def test_whoever_asks_the_list_for_somebody_leaves_a_trace_wherever_the_page_begins(worker):
    """Beyond the last row the page shows nobody, but its count would still tell."""
    employer = worker.employments.get().employer
    recorded(worker, start=date(2015, 1, 1))
    for place in range(51):
        recorded(make.make_staff(employer, name=f"早些{place}"), start=date(2016, 1, 1))
    client = logged_in(make.make_user("standing_officer"))
    after = re.search(r"after=([^\"&]+)", client.get("/people/standing/?sort=start").content.decode())[1]
    before = AccessLog.objects.latest("pk").pk
    client.get(f"/people/standing/?sort=start&person=有安排&kind=committee&after={after}")
    looked = AccessLog.objects.filter(pk__gt=before)
    assert looked.filter(subject=PERSON, subject_id=worker.pk).exists()
    before = AccessLog.objects.latest("pk").pk
    client.get("/people/standing/?person=没有的人&kind=party")
    asked = AccessLog.objects.get(pk__gt=before)
    assert "没有的人" in asked.reason and asked.field == "政治安排", "that nobody was found is an answer too"
