"""What the pages say of an import: how it stands, of whom a wrong row speaks, and what undoing leaves."""

import pytest

from posts.models import Employer
from tests import builders as make
from tests.exchange.files import checked, merged, workbook
from xmsw.audit.sealed import masked
from xmsw.exchange import actions, kinds

pytestmark = pytest.mark.django_db
COMMUNITY = "350203001001"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


def post_file(folder, *rows):
    right = {"employer_code": COMMUNITY, "code": "SG-01", "name": "社区社会工作岗", "started_on": "2020-01-01"}
    return workbook(folder / "posts.xlsx", "posts", [{**right, **row} for row in rows])


def test_a_file_with_errors_is_not_said_to_wait_for_a_yes(officer, signed_in, tmp_path):
    batch = checked(officer, "posts", post_file(tmp_path, {}, {"code": "SG-02", "grade": "特级"}))
    assert (batch.errors, batch.new) == (1, 1), "a wrong row is not counted as new"
    client = signed_in(officer)
    for address in (f"/exchange/{batch.pk}/", "/exchange/"):
        text = client.get(address).content.decode()
        assert "有 1 行错误，改好后才能写入" in text
        assert "等你确认" not in text
    page = client.get(f"/exchange/{batch.pk}/")
    assert page.context["problems"][0]["options"] == ["初级", "中级", "高级"]


def test_a_wrong_row_says_of_whom_it_speaks_without_telling_the_identity(officer, signed_in, tmp_path):
    identity = make.make_identity()
    seat = {"employer_code": COMMUNITY, "post_code": "SG-01", "identity": identity, "name": "林小明"}
    row = seat | {"started_on": "2021-02-30", "full_time": "是"}
    batch = checked(officer, "appointments", workbook(tmp_path / "seats.xlsx", "appointments", [row]))
    page = signed_in(officer).get(f"/exchange/{batch.pk}/")
    name = Employer.objects.get(region=COMMUNITY).name
    about = page.context["problems"][0]["about"]
    assert about[0] == f"{name}（{COMMUNITY}）"
    assert {"SG-01", "林小明"} < set(about)
    assert masked(identity) in about
    assert identity not in page.content.decode()


def test_the_name_of_a_neighbours_employer_stays_untold(officer, signed_in, tmp_path):
    batch = checked(officer, "posts", post_file(tmp_path, {"employer_code": "350206001001", "grade": "特级"}))
    page = signed_in(officer).get(f"/exchange/{batch.pk}/")
    assert page.context["problems"][0]["about"][0] == "350206001001"
    assert Employer.objects.get(region="350206001001").name not in page.content.decode()


def test_what_was_undone_is_not_counted_as_if_it_stood(officer, signed_in, tmp_path):
    batch = merged(officer, "posts", post_file(tmp_path, {}))
    client = signed_in(officer)
    written = client.get(f"/exchange/{batch.pk}/").content.decode()
    assert "确认撤销" in written
    assert f"?kind={kinds.get('staff').key}" in written
    assert client.get("/exchange/?kind=staff").context["form"].initial["kind"] == "staff"
    assert client.get("/exchange/").context["batches"][0]["counted"]
    actions.undo(officer, batch.pk)
    assert "新增" not in client.get(f"/exchange/{batch.pk}/").content.decode()
    assert not client.get("/exchange/").context["batches"][0]["counted"]
