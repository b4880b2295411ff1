"""What a file may change, and what its answers tell: nothing of people and batches outside one's own scope."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from posts.models import Employer, Membership, Post
from talents.models import Certificate, Employment, SocialWorker
from tests import builders as make
from tests.exchange.files import checked, merged, said, workbook
from xmsw.accounts.models import OrgUnit
from xmsw.exchange import actions
from xmsw.exchange.models import Batch
from xmsw.exchange.refusals import Refused

pytestmark = pytest.mark.django_db
YESTERDAY = date.today() - timedelta(days=1)
NAME = "林小明"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def employer():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def elsewhere():
    return make.make_employer("E01", region="350206001")


@pytest.fixture
def clerk(employer):
    return make.make_member(employer)


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def identity():
    return make.make_identity()


@pytest.fixture
def person(identity, elsewhere):
    """Employed in another district, with a certificate."""
    worker = make.make_worker(identity=identity, name=NAME)
    make.make_employment(worker, elsewhere)
    make.make_certificate(worker)
    return worker


def row(employer: Employer, identity: str, **changed: str) -> dict[str, str]:
    said = {"employer_code": employer.credit_code, "identity": identity, "name": NAME, "form": "劳动合同"}
    return said | {"started_on": "2024-01-01"} | changed


def certified(number: str, level: str = "社会工作师") -> dict[str, str]:
    return {"certificate_level": level, "certificate_number": number, "certificate_issued": "2022-10-10"}


@pytest.fixture
def book(tmp_path):
    """`book(row, …)` is a staff file of those rows."""
    names = iter(range(1000))
    return lambda *rows, kind="staff": workbook(tmp_path / f"{next(names)}.xlsx", kind, rows)


@pytest.mark.parametrize("who", ["clerk", "officer"])
def test_an_own_employment_gives_no_hold_on_a_person_of_another_district(who, request, employer, person, book):
    user = request.getfixturevalue(who)
    identity, held = person.identity, person.certificates.get()
    merged(user, "staff", book(row(employer, identity)))
    assert Employment.objects.filter(worker=person, employer=employer).exists(), "people may change jobs"
    changed = row(employer, identity, education="研究生", phone="13900000000", role="新职务")
    batch = merged(user, "staff", book(changed | certified(held.number)))
    after = SocialWorker.objects.get(pk=person.pk)
    assert (after.education, after.phone_hash) == (person.education, person.phone_hash)
    assert Certificate.objects.values_list("level", "issued_on").get() == (held.level, held.issued_on)
    assert Employment.objects.get(worker=person, employer=employer).role == "新职务"
    assert set(batch.touched.values_list("table", flat=True)) == {"talents_employment"}
    renamed = checked(user, "staff", book(row(employer, identity, name="另一个人")))
    assert [column for _, column, _ in said(renamed)] == ["name"]
    assert NAME not in str(said(renamed))


def test_a_past_employment_gives_no_hold(clerk, employer, person, book):
    make.make_employment(person, employer, end=YESTERDAY)
    changed = row(employer, person.identity, started_on="2018-01-01", ended_on=str(YESTERDAY), education="研究生")
    checked(clerk, "staff", book(changed))
    assert checked(clerk, "staff", book(changed)).changed == 0


def test_a_new_employer_keeps_the_record_once_the_old_employment_has_ended(clerk, employer, person, book):
    person.employments.update(end=YESTERDAY)
    first = row(employer, person.identity, education="研究生", **certified("NEW-1"))
    merged(clerk, "staff", book(first))
    person.refresh_from_db()
    assert (person.education, person.certificates.count()) == (20, 2)
    merged(clerk, "staff", book(first))
    person.refresh_from_db()
    assert person.education != 20


def test_who_has_left_everybody_is_kept_by_who_employed_the_person(clerk, employer, elsewhere, book):
    worker = make.make_worker(name=NAME)
    make.make_employment(worker, employer, end=YESTERDAY)
    known = row(employer, worker.identity, started_on="2018-01-01", education="研究生")
    assert checked(clerk, "staff", book(known)).changed == 1
    make.make_employment(worker, elsewhere, end=YESTERDAY)
    worker.refresh_from_db()
    known |= {"ended_on": str(YESTERDAY)}
    assert checked(clerk, "staff", book(known)).changed == 0


@pytest.mark.parametrize(("who", "decider"), [("clerk", "350203"), ("officer", "3502")])
def test_a_new_certificate_of_somebody_employed_elsewhere_is_decided_above(
    who, decider, request, employer, person, book
):
    file = book(row(employer, person.identity, **certified("NEW-1")))
    batch = checked(request.getfixturevalue(who), "staff", file)
    unit = OrgUnit.objects.get(bureau="civil_affairs", region_id=decider, valid_to=None)
    assert [message for _, _, message in said(batch)] == [f"此人还在别的单位任职，新证书由{unit.name}核对登记"]
    city = make.make_user("city_officer")
    merged(city, "staff", book(row(employer, person.identity, **certified("NEW-1"))))
    assert person.certificates.filter(number="NEW-1").exists()


def test_rows_of_an_employer_out_of_sight_are_answered_alike_known_or_not(clerk, elsewhere, person, book):
    known = row(elsewhere, person.identity, name="另一个人", **certified(person.certificates.get().number))
    unknown = row(elsewhere, make.make_identity(), name="另一个人", **certified("NOBODY-1"))
    answers = [said(checked(clerk, "staff", book(each))) for each in (known, unknown)]
    assert answers[0] == answers[1]
    assert [column for _, column, _ in answers[0]] == ["employer_code"]


def test_an_account_without_employer_uploads_nothing(employer, identity, book):
    stranger = make.make_user("employer_staff")
    file = book(row(employer, identity))
    with pytest.raises(Refused, match="还没有对应的用人单位"):
        actions.receive(stranger, "staff", file.name, file)
    assert not Batch.objects.exists()


def test_a_removed_clerk_neither_sees_nor_undoes_the_batch(clerk, employer, identity, book):
    batch = merged(clerk, "staff", book(row(employer, identity)))
    assert Batch.objects.visible_to(clerk).get() == batch
    Membership.objects.filter(user=clerk).delete()
    assert not Batch.objects.visible_to(clerk).exists()
    Membership.objects.create(user=clerk, employer=make.make_employer("E01", region="350203001"))
    assert not Batch.objects.visible_to(clerk).exists(), "another employer's clerk now"
    with pytest.raises(Batch.DoesNotExist):
        actions.undo(clerk, batch.pk)


def test_a_batch_stays_with_the_unit_for_which_it_came(officer, employer, identity, book):
    batch = merged(officer, "staff", book(row(employer, identity)))
    colleague = make.make_user("district_officer", region="350203")
    officer.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350206", valid_to=None)
    officer.save()
    seen = {
        "uploader": officer,
        "new colleague": make.make_user("district_officer", region="350206"),
        "colleague": colleague,
        "city": make.make_user("city_officer"),
        "other line": make.make_user("bureau_officer", bureau="education", region="350203"),
    }
    assert {name for name, user in seen.items() if Batch.objects.visible_to(user).exists()} == {"colleague", "city"}
    actions.undo(colleague, batch.pk)
    assert not SocialWorker.objects.exists()


def test_a_file_whose_uploader_has_left_is_not_written(officer, employer, identity, book):
    batch = checked(officer, "staff", book(row(employer, identity)))
    colleague = make.make_user("district_officer", region="350203")
    officer.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="3502", valid_to=None)
    officer.role = "city_officer"
    officer.save()
    with pytest.raises(Refused, match="重新上传"):
        actions.confirm(colleague, batch.pk)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.MERGING)
    actions.merge(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, SocialWorker.objects.exists()) == (Batch.State.FAILED, False)
    assert "重新上传" in batch.message


def test_what_has_gone_to_another_district_is_not_undone(officer, employer, elsewhere, identity, book):
    batch = merged(officer, "staff", book(row(employer, identity)))
    Employer.objects.filter(pk=employer.pk).update(region_id="350206001")
    with pytest.raises(Refused, match="不由你一方管理"):
        actions.undo(officer, batch.pk)
    assert Employment.objects.filter(employer=employer).exists()
    actions.undo(make.make_user("city_officer"), batch.pk)
    assert not Employment.objects.exists()


def test_an_appointment_elsewhere_is_told_without_where_or_when(officer, employer, person, elsewhere, book):
    make.make_appointment(person, make.make_post(elsewhere), start=date(2023, 5, 17))
    make.make_employment(person, employer)
    post = make.make_post(employer)
    seat = {"employer_code": employer.credit_code, "post_code": post.code, "identity": person.identity}
    seat |= {"started_on": "2024-01-01", "full_time": "是"}
    batch = checked(officer, "appointments", book(seat, kind="appointments"))
    assert said(batch) == [(2, "full_time", "此人在别的单位已有专职聘用，时间重叠")]
    city = checked(make.make_user("city_officer"), "appointments", book(seat, kind="appointments"))
    assert "2023-05-17" in str(said(city)), "who sees the other employer is told the day"


def test_a_rewritten_row_of_the_same_content_can_be_undone_a_changed_one_not(officer, employer, book):
    post = {"employer_code": employer.credit_code, "code": "SG-01", "name": "社工岗", "started_on": "2021-01-01"}
    batch = merged(officer, "posts", book(post, kind="posts"))
    stored = Post.objects.get()
    stored.duty_text = "后来写的"
    stored.save()
    with pytest.raises(Refused, match="修改过"):
        actions.undo(officer, batch.pk)
    # As after a dump and restore: the same content, written by another transaction.
    Post.objects.filter(pk=stored.pk).update(duty_text="")
    actions.undo(officer, batch.pk)
    assert not Post.objects.exists()


def test_a_certificate_elsewhere_is_not_registered_nor_dated_by_its_number(clerk, employer, person, book):
    """An own employment added by a file gives no hold on registrations either."""
    merged(clerk, "staff", book(row(employer, person.identity)))
    early = {"number": person.certificates.get().number, "name": NAME, "start": "2009-01-01"}
    unknown = early | {"number": "NOBODY-1"}
    answers = [said(checked(clerk, "registrations", book(each, kind="registrations"))) for each in (early, unknown)]
    assert answers[0] == answers[1]
    assert [column for _, column, _ in answers[0]] == ["number"]
