"""Moves: who may, from which state, what refuses; the waiting list follows by whichever path; two at once: one wins."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.utils import timezone

from awards.models import Objection
from posts.flows.posts import POST
from posts.models import Post
from tests import builders as make
from tests.awards.rounds import make_cycle, make_nominee
from xmsw.workflow import actions
from xmsw.workflow.actions import attach, history, move, move_many
from xmsw.workflow.models import Attachment, Step, Waiting
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision, decided_by, flows

State = Post.State
WHY = Decision(opinion="请补充", reasons=("职责写得不清楚",))


@pytest.fixture
def employer(db):
    return make.make_employer("A01", region="350203001")


@pytest.fixture
def clerk(employer):
    return make.make_member(employer)


@pytest.fixture
def officer(db):
    return make.make_user("district_officer", region="350203")


def waiting(post: Post) -> Waiting | None:
    return Waiting.objects.filter(flow="post", subject_id=post.pk).first()


def test_a_post_goes_its_way_and_every_step_is_kept(employer, clerk, officer):
    post = make.make_post(employer, state=State.DRAFT)
    move(clerk, POST, post.pk, "submit")
    move(officer, POST, post.pk, "return", WHY)
    move(clerk, POST, post.pk, "submit")
    approved = move(officer, POST, post.pk, "approve")
    assert approved.state == State.APPROVED
    assert approved.start == timezone.localdate(), "a post counts from the day of its approval"
    told = [(step.move, step.from_state, step.to_state, step.user) for step in history("post", post.pk)]
    assert told == [
        ("approve", "submitted", "approved", officer),
        ("submit", "returned", "submitted", clerk),
        ("return", "submitted", "returned", officer),
        ("submit", "draft", "submitted", clerk),
    ]
    assert history("post", post.pk)[2].said == "职责写得不清楚；请补充"
    assert officer.place_label in history("post", post.pk)[0].who


@pytest.mark.parametrize("limit", ["MOST_FILES", "MOST_BYTES"])
def test_a_case_takes_so_many_files_and_so_much_and_no_more(employer, clerk, monkeypatch, settings, tmp_path, limit):
    settings.MEDIA_ROOT = tmp_path
    post, other = (make.make_post(employer, state=State.DRAFT) for _ in range(2))
    data = b"%PDF-1.4 scan"
    monkeypatch.setattr(actions, limit, {"MOST_FILES": 2, "MOST_BYTES": 2 * len(data)}[limit])
    for _ in range(2):
        attach(clerk, POST, post.pk, "材料.pdf", data)
    with pytest.raises(Refused, match="最多"):
        attach(clerk, POST, post.pk, "材料.pdf", data)
    attach(clerk, POST, other.pk, "材料.pdf", data)
    assert Attachment.objects.count() == len(list((tmp_path / "exchange").iterdir())) == 3


def test_what_was_taken_back_undecided_may_lose_its_files(employer, clerk, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    post = make.make_post(employer, state=State.DRAFT)
    first, second = (attach(clerk, POST, post.pk, "材料.pdf", b"%PDF-1.4 scan") for _ in range(2))
    move(clerk, POST, post.pk, "submit")
    move(clerk, POST, post.pk, "withdraw")
    actions.remove_attachment(clerk, first.pk)
    move(clerk, POST, post.pk, "submit")
    move(officer, POST, post.pk, "return", WHY)
    with pytest.raises(Refused, match="要留作依据"):
        actions.remove_attachment(clerk, second.pk)


def test_a_return_says_why(employer, officer):
    post = make.make_post(employer, state=State.SUBMITTED)
    with pytest.raises(Refused, match="写明意见"):
        move(officer, POST, post.pk, "return")
    post.refresh_from_db()
    assert post.state == State.SUBMITTED
    assert not Step.objects.exists()


def test_gaps_forbid_submission_and_approval_with_the_clause(employer, clerk, officer):
    post = make.make_post(employer, state=State.DRAFT, duty_text="", min_years=None)
    with pytest.raises(Refused) as refusal:
        move(clerk, POST, post.pk, "submit")
    assert len(refusal.value.messages) == 2
    assert all("二(三)-7" in sentence for sentence in refusal.value.messages)
    Post.objects.filter(pk=post.pk).update(state=State.SUBMITTED)
    with pytest.raises(Refused, match="没有写明职责"):
        move(officer, POST, post.pk, "approve")


def test_only_the_right_account_moves(employer, clerk, officer):
    post = make.make_post(employer, state=State.SUBMITTED)
    with pytest.raises(PermissionDenied):
        move(clerk, POST, post.pk, "approve")
    with pytest.raises(PermissionDenied):
        move(officer, POST, post.pk, "withdraw")
    for stranger in (
        make.make_user("district_officer", region="350206"),
        make.make_user("bureau_officer", bureau="education", region="350203"),
    ):
        with pytest.raises(Post.DoesNotExist):
            move(stranger, POST, post.pk, "approve")


def test_whoever_submitted_does_not_approve(employer, officer):
    post = make.make_post(employer, state=State.SUBMITTED)
    Step.objects.create(
        flow="post", subject_id=post.pk, move="submit", label="提交", to_state="submitted", user=officer
    )
    with pytest.raises(Refused, match="另一个人"):
        move(officer, POST, post.pk, "approve")


def test_the_second_officer_is_told_who_was_first(employer, officer):
    post = make.make_post(employer, state=State.SUBMITTED)
    move(officer, POST, post.pk, "approve")
    second = make.make_user("city_officer")
    with pytest.raises(Overtaken, match=f"已由{officer}.*批准"):
        move(second, POST, post.pk, "return", WHY)


def test_the_waiting_list_follows_by_whichever_path(employer):
    post = make.make_post(employer, state=State.DRAFT)
    assert waiting(post) is None
    Post.objects.filter(pk=post.pk).update(state=State.SUBMITTED)
    found = waiting(post)
    assert (found.employer_id, found.region_code) == (employer.pk, "350203001")
    since = found.since
    Post.objects.filter(pk=post.pk).update(name="换了名字")
    assert waiting(post).title.startswith("换了名字")
    assert waiting(post).since == since
    employer.region_id = "350206001"
    employer.save()
    assert waiting(post).region_code == "350206001", "it follows its employer to another district's desk"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE posts_post SET state = 'approved' WHERE id = %s", [post.pk])
    assert waiting(post) is None


def test_a_deleted_case_waits_no_more(employer):
    post = make.make_post(employer, state=State.SUBMITTED)
    post.delete()
    assert not Waiting.objects.exists()


def test_many_at_once_leaves_what_is_refused(employer, officer):
    good, bad = (make.make_post(employer, state=State.SUBMITTED, duty_text=text) for text in ("做事", ""))
    done = move_many(officer, [(POST, good.pk), (POST, bad.pk)], "approve")
    assert done.moved == 1
    assert [title for title, _ in done.left] == [str(bad)]
    good.refresh_from_db(), bad.refresh_from_db()
    assert (good.state, bad.state) == (State.APPROVED, State.SUBMITTED)


def test_steps_cannot_be_rewritten(employer, officer):
    post = make.make_post(employer, state=State.SUBMITTED)
    move(officer, POST, post.pk, "approve")
    with pytest.raises(Exception, match="Cannot update"):
        Step.objects.update(opinion="改口")


def test_attachments_are_what_they_say(employer, clerk, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    post = make.make_post(employer, state=State.DRAFT)
    kept = attach(clerk, POST, post.pk, "说明.pdf", b"%PDF-1.7 demo")
    assert b"%PDF" not in (tmp_path / "exchange" / kept.stored_as).read_bytes(), "sealed at rest"
    for name, data in (("run.exe", b"MZ"), ("假.pdf", b"MZ"), ("x.html", b"<script>")):
        with pytest.raises(Refused, match="不能上传"):
            attach(clerk, POST, post.pk, name, data)
    with pytest.raises(PermissionDenied):
        attach(make.make_user("district_officer", region="350206"), POST, post.pk, "a.pdf", b"%PDF")


def test_a_decided_case_takes_no_more_files(employer, clerk, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    post = make.make_post(employer, state=State.DRAFT)
    for state in (State.DRAFT, State.SUBMITTED, State.RETURNED):
        Post.objects.filter(pk=post.pk).update(state=state)
        attach(clerk, POST, post.pk, "说明.pdf", b"%PDF-1.7")
    for state in (State.APPROVED, State.ABOLISHED):
        Post.objects.filter(pk=post.pk).update(state=state, end=timezone.localdate())
        for user in (clerk, officer):
            with pytest.raises(Refused, match=f"没有收下：这件事现在是「{state.label}」"):
                attach(user, POST, post.pk, "迟到.pdf", b"%PDF-1.7")
    assert Attachment.objects.count() == len(list((tmp_path / "exchange").iterdir())) == 3


def test_a_file_whose_note_fails_is_not_left_behind(employer, clerk, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    post = make.make_post(employer, state=State.DRAFT)

    def fails(**fields: object) -> None:
        assert (tmp_path / "exchange" / fields["stored_as"]).exists()
        raise DatabaseError("connection lost")

    monkeypatch.setattr(Attachment.objects, "create", fails)
    with pytest.raises(DatabaseError):
        attach(clerk, POST, post.pk, "说明.pdf", b"%PDF-1.7")
    assert list((tmp_path / "exchange").iterdir()) == []


def test_the_desk_shows_line_and_area_oldest_first(signed_in, employer, officer):
    first = make.make_post(employer, state=State.SUBMITTED, name="先交的岗位")
    make.make_post(employer, state=State.SUBMITTED, name="后交的岗位")
    other = make.make_employer("A01", region="350206001")
    make.make_post(other, state=State.SUBMITTED, name="湖里的岗位")
    Waiting.objects.filter(subject_id=first.pk).update(since=timezone.now() - timedelta(days=30))
    text = signed_in(officer).get("/desk/").content.decode()
    assert text.index("先交的岗位") < text.index("后交的岗位")
    assert "超期" in text
    assert "湖里的岗位" not in text
    city = signed_in(make.make_user("city_officer")).get("/desk/").content.decode()
    assert "先交的岗位" in city, "what is late in a district the city sees"
    assert "后交的岗位" not in city
    education = make.make_user("bureau_officer", bureau="education", region="350203")
    assert "先交的岗位" not in signed_in(education).get("/desk/").content.decode()
    assert signed_in(make.make_member(employer)).get("/desk/").status_code == 403


def test_ten_thousand_cases_cost_what_a_hundred_cost(signed_in, employer, officer, django_assert_max_num_queries):
    def fill(count: int, start: int) -> None:
        fields = {"employer": employer, "name": "岗", "state": State.SUBMITTED, "start": timezone.localdate()}
        Post.objects.bulk_create(Post(code=f"Q{n}", **fields) for n in range(start, start + count))

    client = signed_in(officer)
    for count, start in ((100, 0), (9_900, 100)):
        fill(count, start)
        with django_assert_max_num_queries(15):
            assert client.get("/desk/").status_code == 200
    following = client.get("/desk/").context["page"].next
    with django_assert_max_num_queries(15):
        assert client.get(f"/desk/{following}").status_code == 200


def test_an_officer_decides_on_the_review_page_and_goes_on(signed_in, employer, officer):
    first = make.make_post(employer, state=State.SUBMITTED)
    second = make.make_post(employer, state=State.SUBMITTED)
    client = signed_in(officer)
    assert client.get(f"/desk/post/{first.pk}/").status_code == 200
    refused = client.post(f"/desk/post/{first.pk}/", {"move": "return"})
    assert refused.status_code == 422
    assert "写明意见" in refused.content.decode()
    answer = client.post(
        f"/desk/post/{first.pk}/", {"move": "return", "opinion": "请补充", "reasons": "岗位等级要核实"}
    )
    assert answer.url == f"/desk/post/{second.pk}/", "the next case without going back"
    first.refresh_from_db()
    assert first.state == State.RETURNED


def test_taking_a_case_back_decides_nothing(signed_in, employer, clerk, officer):
    """Whoever handed it in has no desk, and no review page of it either."""
    post = make.make_post(employer, state=State.SUBMITTED)
    assert POST not in decided_by(clerk)
    assert signed_in(clerk).get(f"/desk/post/{post.pk}/").status_code == 403
    move(clerk, POST, post.pk, "withdraw")
    assert Post.objects.get().state == State.DRAFT
    for flow in flows():
        assert not [each.name for each in flow.decisions if each.name == "withdraw"], flow.label


def test_the_review_page_is_for_those_to_whom_the_case_is_open(signed_in, db, settings, tmp_path):
    """The city sees that a district's round has an objection; who objected and with which papers it does not."""
    settings.MEDIA_ROOT = tmp_path
    cycle = make_cycle("notice", region="350203")
    objection = Objection(nomination=make_nominee(cycle, "on_notice"), text="-", state="submitted")
    objection.name, objection.phone = "举报人", "13800000000"
    objection.save()
    about = {"content_type": "application/pdf", "size": 1, "stored_as": "-", "name": "举报人的证据.pdf"}
    district = make.make_user("district_officer", region="350203")
    Attachment.objects.create(flow="objection", subject_id=objection.pk, uploaded_by=district, **about)
    address = f"/desk/objection/{objection.pk}/"
    assert "举报人的证据" in signed_in(district).get(address).content.decode()
    assert signed_in(make.make_user("city_officer")).get(address).status_code == 404


def test_to_see_a_case_is_not_to_see_its_files(employer, clerk, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    post = make.make_post(employer, state=State.DRAFT)
    made = attach(clerk, POST, post.pk, "依据.pdf", b"%PDF-1.7")
    recorder = make.make_user("standing_officer", region="350203")
    assert Post.objects.visible_to(recorder).exists()
    assert made.case(recorder) is None
    assert made.case(officer) == made.case(clerk) == post
    with pytest.raises(PermissionDenied):
        attach(recorder, POST, post.pk, "别的.pdf", b"%PDF-1.7")


def test_the_desk_decides_many_as_each_flow_does(signed_in, employer, officer):
    """A nomination is recommended, a certificate verified, a post approved."""
    nominee = make_nominee(make_cycle("call"), "submitted", worker=make.make_staff(employer, 2), employer=employer)
    certificate = make.make_certificate(make.make_staff(employer))
    type(certificate).objects.filter(pk=certificate.pk).update(state="submitted")
    post = make.make_post(employer, state=State.SUBMITTED)
    cases = [f"nomination:{nominee.pk}", f"certificate:{certificate.pk}", f"post:{post.pk}"]
    client = signed_in(officer)
    page = client.get("/desk/").content.decode()
    assert all(f'value="{each}"' in page for each in cases)
    told = client.post("/desk/bulk/", {"case": cases}, follow=True).content.decode()
    assert "已办理 2 件" in told and "写明意见" in told, "a certificate is verified on some evidence"
    client.post("/desk/bulk/", {"case": cases[1:2], "opinion": "看过原件"})
    for each, state in ((nominee, "recommended"), (certificate, "verified"), (post, "approved")):
        each.refresh_from_db()
        assert each.state == state


def test_the_desk_says_what_it_does_not_know(signed_in, employer, officer):
    decided = make.make_post(employer)
    other = make.make_post(make.make_employer("A01", region="350206001"), state=State.SUBMITTED, name="湖里的岗位")
    foreign = ["x:1", "post:²", "post", f"post:{decided.pk}", f"post:{other.pk}", "standard:1", f"post:{10**30}"]
    told = signed_in(officer).post("/desk/bulk/", {"case": foreign}, follow=True).content.decode()
    assert "项认不出来" in told and "现在不能成批办理" in told and "已不在你的范围" in told
    assert "湖里的岗位" not in told
    assert set(Post.objects.values_list("state", flat=True)) == {"approved", "submitted"}


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_one_wins_and_one_is_told():
    employer = make.make_employer("A01", region="350203001")
    post = make.make_post(employer, state=State.SUBMITTED)
    officers = [make.make_user("district_officer", region="350203") for _ in range(2)]
    together, outcomes = Barrier(2), []

    def decide(user: object, name: str) -> None:
        together.wait()
        try:
            move(user, POST, post.pk, name, WHY)
            outcomes.append("won")
        except Overtaken:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=decide, args=pair) for pair in zip(officers, ("approve", "return"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told", "won"]
    assert Step.objects.count() == 1
