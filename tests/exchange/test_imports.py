"""From file to database, for every kind: whole or not at all, twice is once, and out again."""

from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from payroll.models import PayRecord
from posts.models import Employer, Post
from supervision.models import Finding
from supervision.recheck import drain
from talents.models import Appointment, Certificate, Employment, SocialWorker
from tests import builders as make
from tests.exchange.files import checked, headers, merged, said, text_file, workbook
from xmsw.exchange import actions, kinds, workbooks
from xmsw.exchange.models import Batch
from xmsw.exchange.refusals import Refused

pytestmark = pytest.mark.django_db
COMMUNITY = "350203001001"


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


POST = {
    "employer_code": COMMUNITY,
    "code": "SG-01",
    "name": "社区社会工作岗",
    "grade": "初级",
    "duties": "直接服务，社区服务与发展",
    "duty_text": "协调社区开展专业服务",
    "min_certificate": "助理社会工作师",
    "min_education": "大学专科",
    "min_years": "0",
    "need_basis": "服务人口",
    "started_on": "2020-01-01",
}


def post_row(**changes):
    known = headers("posts")
    return {name: value for name, value in {**POST, **changes}.items() if name in known}


def staff_row(identity: str, **changes):
    row = {
        "employer_code": COMMUNITY,
        "name": "林小明",
        "identity": identity,
        "form": "劳动合同",
        "started_on": "2020-01-01",
    }
    row |= {
        "certificate_level": "助理社会工作师",
        "certificate_number": "Z20200001",
        "certificate_issued": "2020-10-10",
    }
    return row | changes


def appointment_row(identity: str, **changes):
    row = {"employer_code": COMMUNITY, "post_code": "SG-01", "identity": identity}
    return row | {"started_on": "2021-01-01", "full_time": "是"} | changes


def pay_row(identity: str, **changes):
    return {"employer_code": COMMUNITY, "identity": identity, "period": "2026-10", "base": "5000.50"} | changes


def test_a_community_goes_from_no_post_to_nobody_in_it_to_met_by_files_alone(officer, tmp_path):
    community = Employer.objects.get(region=COMMUNITY)
    identity = make.make_identity()
    drain()

    def open_codes():
        drain()
        return {each.definition.code for each in Finding.objects.open().filter(employer=community, outcome=5)}

    assert open_codes() == {"community-has-post", "full-time-professional"}
    merged(officer, "posts", workbook(tmp_path / "posts.xlsx", "posts", [post_row()]))
    assert open_codes() == {"full-time-professional", "rank-ladder"}
    merged(officer, "staff", workbook(tmp_path / "staff.xlsx", "staff", [staff_row(identity)]))
    merged(officer, "appointments", workbook(tmp_path / "seats.xlsx", "appointments", [appointment_row(identity)]))
    merged(officer, "pay", workbook(tmp_path / "pay.xlsx", "pay", [pay_row(identity)]))
    assert "full-time-professional" not in open_codes()
    worker = SocialWorker.objects.get()
    assert (worker.name, worker.identity, worker.pinyin) == ("林小明", identity, "lin xiao ming")
    assert Certificate.objects.get().issued_on == date(2020, 10, 10)
    assert Appointment.objects.get().state == Appointment.State.FILED
    assert PayRecord.objects.get().total == Decimal("5000.50")


def test_a_listed_community_becomes_registered_and_a_new_employer_is_made(officer, tmp_path):
    code = make.make_credit_code()
    rows = [
        {"name": "鸿山社区", "kind": "C02", "region": COMMUNITY},
        {"name": "思明社工事务所", "kind": "民办社会工作服务机构", "region": "350203001", "credit_code": code},
    ]
    batch = merged(officer, "employers", workbook(tmp_path / "e.xlsx", "employers", rows))
    assert (batch.new, batch.changed) == (1, 1)
    assert Employer.objects.get(region=COMMUNITY).state == Employer.State.APPROVED
    made = Employer.objects.get(credit_code=code)
    assert (made.kind, made.sector, made.competent_bureau) == ("E01", "social", "civil_affairs")


def test_the_same_file_twice_changes_nothing_and_absent_rows_delete_nothing(officer, tmp_path):
    rows = [post_row(), post_row(code="SG-02")]
    merged(officer, "posts", workbook(tmp_path / "a.xlsx", "posts", rows))
    again = checked(officer, "posts", workbook(tmp_path / "a.xlsx", "posts", rows))
    assert (again.new, again.changed, again.same, again.mergeable) == (0, 0, 2, False)
    with pytest.raises(Refused, match="一致"):
        actions.confirm(officer, again.pk)
    merged(officer, "posts", workbook(tmp_path / "b.xlsx", "posts", [post_row(name="改名的岗位")]))
    assert set(Post.objects.values_list("code", "name")) == {("SG-01", "改名的岗位"), ("SG-02", "社区社会工作岗")}


def test_a_service_field_stays_where_a_file_says_nothing_of_it(officer, tmp_path):
    merged(officer, "posts", workbook(tmp_path / "a.xlsx", "posts", [post_row(service_field="老年人")]))
    assert Post.objects.get().service_field == "elderly"
    merged(officer, "posts", workbook(tmp_path / "b.xlsx", "posts", [post_row(name="改名的岗位")]))
    assert (Post.objects.get().name, Post.objects.get().service_field) == ("改名的岗位", "elderly")
    merged(officer, "posts", workbook(tmp_path / "c.xlsx", "posts", [post_row(code="SG-02")]))
    assert Post.objects.get(code="SG-02").service_field == "", "a new one follows the kind"
    wrong = checked(officer, "posts", workbook(tmp_path / "d.xlsx", "posts", [post_row(service_field="养老")]))
    assert wrong.errors == 1


def test_a_file_with_one_wrong_row_is_wholly_out_until_it_is_mended(officer, tmp_path):
    batch = checked(
        officer, "posts", workbook(tmp_path / "p.xlsx", "posts", [post_row(), post_row(code="SG-02", grade="特级")])
    )
    assert batch.errors == 1
    assert said(batch)[0][:2] == (3, "grade")
    with pytest.raises(Refused, match="1 行有错误"):
        actions.confirm(officer, batch.pk)
    assert not Post.objects.exists()
    actions.mend(officer, batch.pk, {(3, "grade"): "中级"})
    actions.check(batch.pk)
    batch.refresh_from_db()
    assert (batch.errors, batch.new) == (0, 2)
    actions.confirm(officer, batch.pk)
    actions.merge(batch.pk)
    assert set(Post.objects.values_list("code", "grade")) == {("SG-01", 1), ("SG-02", 2)}


def test_a_merged_file_can_be_undone_as_a_whole(officer, tmp_path):
    merged(officer, "posts", workbook(tmp_path / "a.xlsx", "posts", [post_row()]))
    second = merged(
        officer, "posts", workbook(tmp_path / "b.xlsx", "posts", [post_row(name="新名"), post_row(code="SG-02")])
    )
    actions.undo(officer, second.pk)
    assert list(Post.objects.values_list("code", "name")) == [("SG-01", "社区社会工作岗")]
    second.refresh_from_db()
    assert second.state == Batch.State.UNDONE


def test_an_import_whose_rows_were_changed_since_is_not_undone(officer, tmp_path):
    batch = merged(officer, "posts", workbook(tmp_path / "a.xlsx", "posts", [post_row(), post_row(code="SG-02")]))
    Post.objects.filter(code="SG-02").update(name="后来改的")
    with pytest.raises(Refused):
        actions.undo(officer, batch.pk)
    assert Post.objects.count() == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_csv_of_either_encoding_is_understood(officer, tmp_path, encoding):
    merged(officer, "posts", text_file(tmp_path / "p.csv", "posts", [post_row()], encoding))
    assert Post.objects.get().name == "社区社会工作岗"


def test_serial_dates_full_width_digits_and_stray_blanks_are_understood(officer, tmp_path):
    identity = make.make_identity()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in identity)
    row = staff_row(f"\u3000{wide} ", name=" 林小明\u00a0", started_on=43831, certificate_issued="2020年10月10日")
    merged(officer, "staff", workbook(tmp_path / "s.xlsx", "staff", [row]))
    assert SocialWorker.objects.get().identity == identity
    assert Employment.objects.get().start == date(2020, 1, 1)
    assert Certificate.objects.get().issued_on == date(2020, 10, 10)


def test_numbers_in_code_columns_stay_exact_and_lost_zeros_are_noticed(officer, tmp_path):
    merged(officer, "posts", workbook(tmp_path / "p.xlsx", "posts", [post_row(employer_code=int(COMMUNITY))]))
    short = checked(officer, "posts", workbook(tmp_path / "q.xlsx", "posts", [post_row(employer_code=35020300101)]))
    assert short.errors == 1
    assert said(short)[0][1] == "employer_code"


def test_an_officer_cannot_import_into_another_district_nor_learn_what_is_there(officer, tmp_path):
    other = Employer.objects.filter(kind="C02", region__code__startswith="350206").first()
    batch = checked(officer, "posts", workbook(tmp_path / "p.xlsx", "posts", [post_row(employer_code=other.region_id)]))
    missing = checked(
        officer, "posts", workbook(tmp_path / "q.xlsx", "posts", [post_row(employer_code="350206999999")])
    )
    assert batch.errors == missing.errors == 1
    assert said(batch) == said(missing)
    assert other.name not in str(said(batch))


def test_the_certificate_rule_refuses_in_the_file_and_cites_its_clause(officer, tmp_path):
    identity = make.make_identity()
    merged(officer, "posts", workbook(tmp_path / "p.xlsx", "posts", [post_row(grade="中级")]))
    merged(officer, "staff", workbook(tmp_path / "s.xlsx", "staff", [staff_row(identity)]))
    batch = checked(officer, "appointments", workbook(tmp_path / "a.xlsx", "appointments", [appointment_row(identity)]))
    assert batch.errors == 1
    assert "二(四)-7" in str(said(batch)) or "二（四）-7" in str(said(batch))


def test_staff_of_an_employer_import_their_own_people_only(tmp_path):
    user = make.make_member(Employer.objects.get(region=COMMUNITY))
    permitted = {kind.key for kind in kinds.permitted_kinds(user)}
    assert permitted >= {"staff", "pay"}
    assert not permitted & {"employers", "posts", "appointments"}
    merged(user, "staff", workbook(tmp_path / "s.xlsx", "staff", [staff_row(make.make_identity())]))
    row = staff_row(make.make_identity(), employer_code="350203001002", certificate_number="Z2")
    assert checked(user, "staff", workbook(tmp_path / "t.xlsx", "staff", [row])).errors == 1


def test_text_that_looks_like_a_formula_stays_text_on_the_way_out(officer, tmp_path):
    batch = checked(officer, "posts", text_file(tmp_path / "p.csv", "posts", [post_row(name="=1+1", grade="错")]))
    book = load_workbook(workbooks.marked(batch))
    cells = [cell for cell in book["数据"][2] if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    wrong = next(cell for cell in book["数据"][2] if cell.value == "错")
    assert wrong.fill.fgColor.rgb.endswith("FBD5D5")
    assert "初级" in wrong.comment.text or "高级" in wrong.comment.text


@pytest.mark.parametrize("key", ["employers", "posts", "staff", "appointments", "pay"])
def test_templates_offer_every_column_drop_downs_and_an_explanation(key, officer, tmp_path):
    kind = kinds.get(key)
    book = load_workbook(workbooks.template(kind))
    assert [cell.value.rstrip("*") for cell in book["数据"][1]] == [column.header for column in kind.columns]
    assert book["选项"].sheet_state == "hidden"
    listed = sum(1 for column in kind.columns if column.labels and column.sort != "many")
    assert len(book["数据"].data_validations.dataValidation) == listed > 0
    assert kind.columns[-1].header in [row[0].value for row in book["填写说明"].rows]
    path = tmp_path / "empty.xlsx"
    path.write_bytes(workbooks.template(kind).read())
    with pytest.raises(Refused, match="没有数据，只有列名和第 2 行的示例"):
        actions.receive(officer, key, path.name, path)


@pytest.mark.django_db(transaction=True)
def test_imported_pay_leaves_the_benchmarks_of_its_month_alone(officer, tmp_path, monkeypatch):
    queued = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args, **_: queued.append((name, args)))
    identity = make.make_identity()
    merged(officer, "staff", workbook(tmp_path / "staff.xlsx", "staff", [staff_row(identity)]))
    merged(officer, "pay", workbook(tmp_path / "pay.xlsx", "pay", [pay_row(identity)]))
    assert queued == []


def test_cells_are_mended_on_the_page_each_by_one_field(officer, signed_in, tmp_path):
    rows = [post_row(grade="特级", duties="不知道"), post_row(code="SG-02")]
    batch = checked(officer, "posts", workbook(tmp_path / "p.xlsx", "posts", rows))
    assert [problem[:2] for problem in said(batch)] == [(2, "grade"), (2, "duties")], (
        "a wrong cell is not also a blank one"
    )
    client = signed_in(officer)
    page = client.get(f"/exchange/{batch.pk}/").content.decode()
    assert page.count('name="cell-2-grade"') == page.count('name="cell-2-duties"') == 1
    client.post(f"/exchange/{batch.pk}/mend/", {"cell-2-grade": "中级", "cell-2-duties": "直接服务", "cell-9-x": "y"})
    actions.check(batch.pk)
    batch.refresh_from_db()
    assert batch.mergeable, said(batch)
