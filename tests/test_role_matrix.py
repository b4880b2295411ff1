"""Every named address × every role, against objects of others: refused, and not a word of them in any answer.

A new address needs an entry in MATRIX, or `test_every_address_has_an_entry` fails.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from payroll.models import PurchaseProject
from posts.models import AllocationPlan, Employer, EmployerRegistration, Inclusion, Incubation, NeedAssessment, Post
from supervision.models import Run
from supervision.runs import execute_here, start_run
from supervision.views.rolls import ROLLS
from talents.models import (
    AllowanceRecommendation,
    Attendance,
    BenefitApplication,
    BenefitType,
    CorrectionRequest,
    Course,
    HighLevelTag,
    PersonStory,
    PublicityItem,
    RecruitmentNotice,
    Registration,
    StandingRecord,
    SupervisionPair,
    SupervisionSession,
    TalentCategory,
)
from tests import builders as make
from xmsw.accounts.models import OrgUnit, User
from xmsw.exchange.models import Batch
from xmsw.notices.models import Notice
from xmsw.regions.models import Level, Region
from xmsw.workflow.models import Attachment

TODAY = date.today()
OPEN_ADMIN = ("admin:login", "admin:jsi18n")
REFUSED = {302, 403, 404}
ANSWERED = {200, 302, 403, 404, 405, 422}
ROLES = ("city", "siming", "huli", "education", "standing", "staff", "worker", "admin", "anonymous")
# Whose objects each role is sent to: never its own.
FOREIGN = {
    "city": "elsewhere",
    "siming": "huli",
    "huli": "siming",
    "education": "huli",
    "standing": "huli",
    "worker": "huli",
    "staff": "huli",
    "admin": "siming",
    "anonymous": "siming",
}
PLACES = {"siming": "350203", "huli": "350206", "elsewhere": "350102"}
COURSE = 9_000_001  # everybody sees a course, and of those who attended only the own people
NAMES = {"siming": "思明甲保密机构", "huli": "湖里乙保密机构", "elsewhere": "福州丙保密机构"}
PERSONS = {"siming": "思明甲某人", "huli": "湖里乙某人", "elsewhere": "福州丙某人"}


@dataclass(frozen=True)
class Entry:
    """How an address is tried.

    `foreign`: its argument names an object of that kind, taken from others, and is refused. `arguments`: fixed ones.
    `public`: open without sign-in. `queries`: further query strings; `{area}`, `{name}`, `{code}` are of the others.
    """

    foreign: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    queries: tuple[str, ...] = ()


PAGE = Entry()
LIST = Entry(queries=("?area={area}", "?q={name}", "?q={code}", "?kind=all", "?kind=A01&area={area}", "?export=xlsx"))
EMPLOYER = Entry(foreign="employer")
PERSON = Entry(foreign="person")
PEOPLE = Entry(queries=("?person={name}", "?person=某", "?export=xlsx", "?export=pdf"))
RUN = Entry(foreign="run")
POST = Entry(foreign="post", queries=("?export=pdf",))
POST_PAGES = ("", "-edit", "-amend", "-freeze", "-unfreeze", "-abolish", "-copies", "-description")
CASE = Entry(foreign="case", arguments={"key": "post"})
BATCH_PAGES = ("batch", "progress", "report", "confirm", "undo", "give-up", "resume", "mend")

MATRIX: dict[str, Entry] = {
    "home": PAGE,
    "healthz": Entry(public=True),
    "accounts:login": Entry(public=True),
    "accounts:logout": PAGE,
    "accounts:profile": PAGE,
    "accounts:password": PAGE,
    "workflow:desk": Entry(queries=("?q={name}", "?all=1&q={name}", "?flow=post&late=1")),
    "workflow:bulk": PAGE,
    "workflow:review": CASE,
    "workflow:move": CASE,
    "workflow:upload": CASE,
    "workflow:attachment": Entry(foreign="file"),
    "workflow:attachment-remove": Entry(foreign="file"),
    "supervision:overview": Entry(queries=("?area={area}", "?area={area}001")),
    "supervision:past": PAGE,
    "supervision:without-post": LIST,
    "supervision:without-holder": LIST,
    "supervision:findings": Entry(
        queries=(*LIST.queries, "?outcome=violation&rule=grade", "?rule=leading-posts&outcome=info&export=xlsx")
    ),
    "supervision:rolls": PAGE,
    "supervision:duties": PAGE,
    **{
        f"supervision:{key}": Entry(queries=("?area={area}", "?q={name}", "?q={code}", "?export=xlsx", "?export=pdf"))
        for key in ROLLS
    },
    "supervision:employer-verdicts": EMPLOYER,
    "supervision:employer-findings": EMPLOYER,
    "supervision:clauses": PAGE,
    "supervision:clause": Entry(arguments={"pk": "二(二)-2"}),
    "supervision:rules": PAGE,
    "supervision:runs": PAGE,
    "supervision:run-start": PAGE,
    "supervision:run": RUN,
    "supervision:run-progress": RUN,
    "posts:list": LIST,
    "posts:mine": PAGE,
    "posts:search": Entry(queries=("?q={name}", "?q={code}", "?q=bao+mi")),
    "posts:employer": EMPLOYER,
    "accounts:register": Entry(public=True),
    "posts:needs": LIST,
    "posts:need": Entry(foreign="need"),
    "posts:need-edit": Entry(foreign="need"),
    "posts:need-new": Entry(foreign="employer"),
    "posts:inclusions": LIST,
    "posts:inclusion": Entry(foreign="inclusion"),
    "posts:inclusion-edit": Entry(foreign="inclusion"),
    "posts:inclusion-new": Entry(foreign="employer"),
    "posts:plans": LIST,
    "posts:plan-new": PAGE,
    "posts:plan": Entry(foreign="plan"),
    "posts:plan-edit": Entry(foreign="plan"),
    "posts:plan-lines": Entry(foreign="plan"),
    "posts:incubations": LIST,
    "posts:incubation-new": PAGE,
    "posts:incubation-edit": Entry(foreign="incubation"),
    "posts:registrations": Entry(queries=("?q={name}", "?state=submitted", "?export=xlsx")),
    "posts:registration-new": PAGE,
    "posts:registration-places": Entry(queries=("?street={area}", "?street=x")),
    "posts:registration-parents": PAGE,  # names and places of employers are public, for whoever may apply
    "posts:registration": Entry(foreign="registration"),
    "posts:registration-edit": Entry(foreign="registration"),
    "posts:registration-about": Entry(foreign="employer", arguments={"matter": "change"}),
    "posts:colleagues": EMPLOYER,
    "posts:colleague-remove": EMPLOYER,
    "posts:timeline": EMPLOYER,
    "posts:ladders": EMPLOYER,
    "posts:ladder-new": EMPLOYER,
    "posts:post-new": Entry(foreign="unit"),
    **{f"posts:post{name}": POST for name in POST_PAGES},
    "talents:person": PERSON,
    "talents:mine": PAGE,
    "talents:standings": PEOPLE,
    "talents:standing-counts": Entry(queries=("?year=2024", "?year=²")),
    "talents:standing-publish": PAGE,
    "talents:standing-edit": Entry(foreign="standing"),
    "talents:person-standing": PERSON,
    "talents:standing-new": PERSON,
    "talents:notices": LIST,
    "talents:notice-new": PAGE,
    "talents:notice-edit": Entry(foreign="notice"),
    "talents:publicity": LIST,
    "talents:publicity-new": PAGE,
    "talents:publicity-edit": Entry(foreign="publicity"),
    "talents:stories": PEOPLE,
    "talents:story": Entry(foreign="story"),
    "talents:story-edit": Entry(foreign="story"),
    "talents:story-consent": Entry(foreign="story"),
    "talents:story-new": PERSON,
    "stories:list": Entry(public=True),
    "stories:story": Entry(foreign="story", public=True),
    "stories:photo": Entry(foreign="story", public=True),
    "talents:join": Entry(public=True),
    "talents:access": PEOPLE,
    "talents:corrections": Entry(queries=("?state=submitted", "?export=xlsx")),
    "talents:corrections-choose": PAGE,
    "talents:correction-new": Entry(queries=("?field=name&record=1", "?field=x&record=²")),
    "talents:correction": Entry(foreign="correction"),
    "talents:invite": PERSON,
    "talents:release": PERSON,
    "talents:looks": PERSON,
    "talents:reveal": PERSON,
    "talents:service-record": PERSON,
    "talents:high-level": PEOPLE,
    "talents:tag-edit": Entry(foreign="tag"),
    "talents:categories": PAGE,
    "talents:category-new": PAGE,
    "talents:category-edit": Entry(arguments={"pk": 1}),
    "talents:recognition": PERSON,
    "talents:tag-new": PERSON,
    "talents:benefits": PEOPLE,
    "talents:benefit-guide": PAGE,
    "talents:benefit-type-new": PAGE,
    "talents:benefit-type-edit": Entry(arguments={"pk": 1}),
    "talents:benefit": Entry(foreign="benefit"),
    "talents:benefit-edit": Entry(foreign="benefit"),
    "talents:benefit-new": PERSON,
    "talents:allowances": PEOPLE,
    "talents:allowance": Entry(foreign="allowance"),
    "talents:allowance-edit": Entry(foreign="allowance"),
    "talents:allowance-new": PERSON,
    "talents:specialists": PEOPLE,
    "talents:specialists-confirm": PAGE,
    "talents:certificates": Entry(
        queries=(*PEOPLE.queries, "?area={area}&all=yes", "?employer={name}", "?registered=overdue&sort=-due")
    ),
    "talents:certificates-verify": PAGE,
    "talents:person-certificates": PERSON,
    "talents:certificate-new": PERSON,
    "talents:certificate": Entry(foreign="certificate"),
    "talents:certificate-edit": Entry(foreign="certificate"),
    "talents:registration-new": Entry(foreign="certificate"),
    "talents:registration-edit": Entry(foreign="registered"),
    "talents:registration-drop": Entry(foreign="registered"),
    "talents:forecast": Entry(queries=("?area={area}", "?employer={name}", "?within=3", "?export=xlsx", "?export=pdf")),
    "notices:list": Entry(queries=("?unread=1",)),
    "notices:open": Entry(foreign="notice"),
    "notices:read": Entry(foreign="notice"),
    "notices:read-all": PAGE,
    "talents:person-learning": PERSON,
    "talents:learning-new": PERSON,
    "talents:learning": Entry(queries=(*LIST.queries, "?employer={name}", "?within=over&area={area}", "?export=pdf")),
    "talents:attendances": Entry(queries=("?person={name}", "?state=submitted", "?export=xlsx", "?export=pdf")),
    "talents:learning-case": Entry(foreign="attendance"),
    "talents:learning-edit": Entry(foreign="attendance"),
    "talents:learning-drop": Entry(foreign="attendance"),
    "talents:person-supervision": PERSON,
    "talents:pairs": Entry(queries=(*LIST.queries, "?person={name}", "?stands=silent&sort=-hours", "?export=pdf")),
    "talents:pair-new": PAGE,
    "talents:pair": Entry(foreign="pair"),
    "talents:pair-end": Entry(foreign="pair"),
    "talents:session-new": Entry(foreign="pair"),
    "talents:session-remove": Entry(foreign="session"),
    "talents:courses": Entry(queries=("?when=past", "?when=all&area={area}", "?export=xlsx")),
    "talents:course-new": PAGE,
    "talents:course": Entry(arguments={"pk": COURSE}, queries=("?person={name}", "?export=xlsx")),
    "talents:course-edit": Entry(foreign="course"),
    "talents:course-cancel": Entry(foreign="course"),
    "talents:duplicates": PAGE,
    "talents:merge": Entry(foreign="person", arguments={"other": 1}),
    "talents:found": Entry(queries=("?q={name}", "?q=huli", "?q=某")),
    "talents:list": Entry(queries=("?area={area}", "?q={name}", "?person={name}")),
    "talents:appointments": LIST,
    "talents:appointment": Entry(foreign="appointment"),
    "talents:appointment-edit": Entry(foreign="appointment"),
    "talents:appointment-end": Entry(foreign="appointment"),
    "talents:appointment-new": Entry(foreign="post"),
    "talents:appointment-check": Entry(foreign="post"),
    "talents:appointment-employ": Entry(foreign="post"),
    "talents:post-candidates": Entry(foreign="post"),
    "talents:conversions": LIST,
    "talents:unappointed": LIST,
    "talents:matching": Entry(queries=("?area={area}", "?q={name}")),
    "talents:promotions": LIST,
    "talents:promote": Entry(foreign="appointment"),
    "talents:titles": PAGE,
    "talents:title-new": PAGE,
    "talents:employer-people": EMPLOYER,
    "talents:employer-holders": EMPLOYER,
    "payroll:benchmarks": Entry(queries=("?area={area}", "?month=2026-01", "?figures=live&area={area}&export=xlsx")),
    "payroll:benchmark-publish": PAGE,
    "payroll:projects": LIST,
    "payroll:project-new": PAGE,
    "payroll:project": Entry(foreign="project"),
    "payroll:project-edit": Entry(foreign="project"),
    "exchange:home": PAGE,
    "exchange:template": Entry(arguments={"key": "employers"}),
    **{f"exchange:{name}": Entry(foreign="batch") for name in BATCH_PAGES},
    "policy:library": PAGE,
    "policy:text": PAGE,
    "policy:document": Entry(arguments={"number": "厦民〔2017〕317号"}),
    "policy:parameters": PAGE,
    "policy:parameter": Entry(arguments={"code": "insurance_grace_days"}),
}


def named_addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """(name, pattern) of every named address, name spaces included."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from named_addresses(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif each.name:
            yield space + each.name, each.pattern


@dataclass
class World:
    """In each of three places one employer with a post, a person and findings, a run, a batch, a waiting case, …

    things: kind (the word in `Entry.foreign`) → place → object.
    """

    employers: dict[str, Employer]
    users: dict[str, Any]
    things: dict[str, dict[str, Any]]

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.users:
            client.force_login(self.users[role])
        return client

    def forbidden(self, role: str) -> list[str]:
        """Names that must not appear in an answer to this role."""
        own = {"city": {"siming", "huli"}, "huli": {"huli"}}.get(role, set())
        if role in ("siming", "staff", "standing", "worker"):
            own = {"siming"}
        return [words[place] for words in (NAMES, PERSONS) for place in words if place not in own]

    def address(self, name: str, entry: Entry, role: str) -> str:
        arguments = dict(entry.arguments)
        if entry.foreign:
            arguments["pk"] = self.things[entry.foreign][FOREIGN[role]].pk
        return reverse(name, kwargs=arguments)

    def queries(self, entry: Entry, role: str) -> list[str]:
        foreign = self.employers[FOREIGN[role]]
        words = {"area": foreign.district_code, "name": foreign.name[:4], "code": foreign.credit_code}
        return ["", *(each.format(**words) for each in entry.queries)]


def make_certificates(persons: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A certificate with a registration of each person, and a notice about each to somebody else."""
    found: dict[str, dict[str, Any]] = {"certificate": {}, "registered": {}, "notice": {}}
    for place, person in persons.items():
        certificate = make.make_certificate(person)
        found["certificate"][place] = certificate
        found["registered"][place] = Registration.objects.create(
            certificate=certificate, start=make.LONG_AGO.replace(year=2021), end=TODAY + timedelta(days=20)
        )
        found["notice"][place] = Notice.objects.create(
            user=make.make_user("system_admin"), code="-", subject_id=1, title=PERSONS[place]
        )
    return found


def make_learning(persons: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A course in each place and one that everybody attended; hours of each person."""
    about = {"provider": "-", "delivery": "training", "hours": 8}
    dates = {"start": TODAY - timedelta(days=9), "end": TODAY + timedelta(days=9)}
    Course.objects.create(pk=COURSE, title="公共课", region_id="350203", **about, **dates)
    courses = {
        place: Course.objects.create(title=f"课程{place}", region_id=district, **about, **dates)
        for place, district in PLACES.items()
    }
    attendances = {
        place: Attendance.objects.create(
            worker=person, course_id=COURSE, title=NAMES[place], on=TODAY, state="draft", **about
        )
        for place, person in persons.items()
    }
    return {"course": courses, "attendance": attendances, **make_supervision(persons)}


def make_supervision(persons: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each person is supervised by somebody of the own employer, once."""
    pairs = {
        place: SupervisionPair.objects.create(
            supervisor=make.make_worker(name=f"{person.name}之师"),
            supervisee=person,
            employer=person.employments.get().employer,
            start=make.LONG_AGO,
            document=NAMES[place],
        )
        for place, person in persons.items()
    }
    about = {"on": TODAY - timedelta(days=9), "hours": 1, "form": "individual"}
    sessions = {
        place: SupervisionSession.objects.create(pair=pair, topic=NAMES[place], **about)
        for place, pair in pairs.items()
    }
    return {"pair": pairs, "session": sessions}


def officer_elsewhere() -> User:
    """An officer of another city."""
    user = make.make_user("district_officer")
    user.org_unit = OrgUnit.objects.create(
        bureau="civil_affairs", region_id=PLACES["elsewhere"], name="外地民政局", short_name="民政局", valid_from=TODAY
    )
    user.save()
    return user


@pytest.fixture
def world(db) -> World:
    Region.objects.create(code="350102", name="鼓楼区", level=Level.DISTRICT)
    employers, posts, cases, appointments, persons = {}, {}, {}, {}, {}
    for place, district in PLACES.items():
        region = district if place == "elsewhere" else f"{district}001"
        employer = make.make_employer("A01", region=region, name=NAMES[place])
        person = make.make_worker(name=PERSONS[place])
        make.make_employment(person, employer)
        persons[place] = person
        posts[place] = make.make_post(employer, grade=None, name=f"{NAMES[place]}岗")
        appointments[place] = make.make_appointment(person, posts[place])
        cases[place] = make.make_post(employer, state=Post.State.SUBMITTED, name=f"{NAMES[place]}新岗")
        employers[place] = employer
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    done = {"day": TODAY, "reason": "request", "state": Run.State.DONE}
    runs = {place: Run.objects.create(area=district, **done) for place, district in PLACES.items()}
    users = {
        "city": make.make_user("city_officer"),
        "siming": make.make_user("district_officer", region="350203"),
        "huli": make.make_user("district_officer", region="350206"),
        "education": make.make_user("bureau_officer", bureau="education", region="350203"),
        "standing": make.make_user("standing_officer", region="350203"),
        "staff": make.make_member(employers["siming"]),
        "worker": make.make_account(persons["siming"]),
        "admin": make.make_user("system_admin"),
    }
    uploaders = {**users, "elsewhere": officer_elsewhere()}
    batches = {
        place: Batch.objects.create(
            kind="employers",
            file_name=f"{NAMES[place]}.xlsx",
            uploader=uploaders[place],
            org_unit=uploaders[place].org_unit,
            state=Batch.State.CHECKED,
        )
        for place in PLACES
    }
    files = {
        place: Attachment.objects.create(
            flow="post",
            subject_id=case.pk,
            name=f"{NAMES[place]}.pdf",
            size=1,
            stored_as="-",
            uploaded_by=users["city"],
        )
        for place, case in cases.items()
    }
    agency = make.make_employer("E01", region="350203001")
    projects = {
        place: PurchaseProject.objects.create(
            title=f"{NAMES[place]}项目",
            buyer=NAMES[place],
            region_id=district,
            provider=agency,
            amount=1,
            start=make.LONG_AGO,
            end=TODAY + timedelta(days=300),
        )
        for place, district in PLACES.items()
    }
    registrations = {
        place: EmployerRegistration.objects.create(
            applicant=make.make_user("employer_staff"),
            name=f"{NAMES[place]}新登记",
            kind="A01",
            sector="institution",
            competent_bureau="civil_affairs",
            region_id=district,
            state="submitted",
        )
        for place, district in PLACES.items()
    }
    needs, inclusions, plans, incubations = {}, {}, {}, {}
    for place, district in PLACES.items():
        filed = {"employer": employers[place], "state": "submitted"}
        needs[place] = NeedAssessment.objects.create(
            headcount=1, assessed_on=TODAY, assessor="-", basis=NAMES[place], **filed
        )
        inclusions[place] = Inclusion.objects.create(included_on=TODAY, document=NAMES[place], **filed)
        plans[place] = AllocationPlan.objects.create(
            region_id=district, year=2026, title=f"{NAMES[place]}计划", basis="-", state="submitted"
        )
        incubations[place] = Incubation.objects.create(
            street_id=district, agency=employers[place], support=["place"], start=TODAY, note=NAMES[place]
        )
    things = {
        **make_learning(persons),
        **make_certificates(persons),
        **recognise(employers, persons),
        "incubation": incubations,
        "need": needs,
        "inclusion": inclusions,
        "plan": plans,
        "registration": registrations,
        "appointment": appointments,
        "project": projects,
        "person": persons,
        "employer": employers,
        "unit": employers,
        "run": runs,
        "batch": batches,
        "post": posts,
        "case": cases,
        "file": files,
    }
    return World(employers, users, things)


def recognise(employers: dict[str, Employer], persons: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Recognitions, benefit applications and recommendations in each place."""
    category = TalentCategory.objects.create(name="领军人才", document="-", start=make.LONG_AGO)
    found: dict[str, dict[str, Any]] = {"tag": {}, "benefit": {}, "allowance": {}, "correction": {}}
    found |= {"standing": {}, "notice": {}, "publicity": {}, "story": {}}
    for place, person in persons.items():
        tag = HighLevelTag.objects.create(
            worker=person, category=category, document=NAMES[place], recognised_by="-", start=make.LONG_AGO
        )
        found["tag"][place] = tag
        found["correction"][place] = CorrectionRequest.objects.create(
            worker=person,
            employer=employers[place],
            field="name",
            record_id=person.pk,
            wanted="-",
            state="submitted",
            reason=NAMES[place],
        )
        found["benefit"][place] = BenefitApplication.objects.create(
            worker=person, type=BenefitType.objects.first(), tag=tag, employer=employers[place], state="submitted"
        )
        unit, _ = OrgUnit.objects.get_or_create(
            bureau="civil_affairs", region_id=PLACES[place], valid_to=None, defaults={"valid_from": make.LONG_AGO}
        )
        found["standing"][place] = StandingRecord.objects.create(
            worker=person,
            region_id=PLACES[place],
            kind="committee",
            body=NAMES[place],
            start=make.LONG_AGO,
            source="-",
        )
        about = {"unit": unit, "title": f"{NAMES[place]}公告", "on": TODAY}
        found["notice"][place] = RecruitmentNotice.objects.create(
            kind="recruitment", organ=NAMES[place], positions=1, social_service=True, preferred=False, **about
        )
        found["publicity"][place] = PublicityItem.objects.create(medium="press", **about)
        found["story"][place] = PersonStory.objects.create(
            worker=person, employer=employers[place], title=f"{NAMES[place]}事迹", text="-", state="draft"
        )
        found["allowance"][place] = AllowanceRecommendation.objects.create(
            worker=person, recommender=unit, year=2026, achievements=NAMES[place], state="submitted"
        )
    return found


def words_of(answer: Any) -> str:
    """Everything an answer says, with the insides of a workbook or a printed file."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def check(answer: Any, entry: Entry, role: str, world: World) -> None:
    """The answer is allowed for the role and tells nothing of others."""
    expected = REFUSED | {405} if entry.foreign else ANSWERED
    if role == "anonymous" and not entry.public:
        expected = {302}
        assert answer.status_code != 302 or answer.url.startswith("/accounts/login/")
    assert answer.status_code in expected, answer.status_code
    text = words_of(answer)
    assert not [name for name in world.forbidden(role) if name in text]


def test_every_address_has_an_entry():
    known = {name for name, _ in named_addresses() if not name.startswith("admin:")}
    assert known == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_of_others_or_opens_what_is_theirs(world, role):
    client = world.client(role)
    for name, entry in MATRIX.items():
        for query in world.queries(entry, role):
            check(client.get(world.address(name, entry, role) + query), entry, role, world)


@pytest.mark.parametrize("role", ROLES)
def test_no_action_tells_of_others_or_touches_what_is_theirs(world, role):
    for name, entry in MATRIX.items():
        area = world.employers[FOREIGN[role]].district_code
        answer = world.client(role).post(world.address(name, entry, role), {"area": area})
        check(answer, entry, role, world)
    foreign = PLACES[FOREIGN[role]]
    assert Run.objects.filter(area__startswith=foreign).count() == 1, "nobody starts a run over a foreign area"


@pytest.mark.parametrize("role", ROLES)
def test_a_past_day_tells_as_little(world, role):
    day = TODAY - timedelta(days=2)
    execute_here(start_run(day=day, present=False, reason="past_day", dispatch=False))
    client = world.client(role)
    client.get(f"/policy/?on={day:%Y-%m-%d}")
    for name, entry in MATRIX.items():
        for query in world.queries(entry, role):
            check(client.get(world.address(name, entry, role) + query), entry, role, world)


@pytest.mark.parametrize("role", ROLES)
def test_fragments_are_guarded_like_pages(world, role):
    client = world.client(role)
    for name, entry in MATRIX.items():
        answer = client.get(world.address(name, entry, role), headers={"HX-Request": "true"})
        if role == "anonymous" and not entry.public:
            assert answer.status_code == 302 or "/accounts/login/" in answer.headers.get("HX-Redirect", "")
        else:
            check(answer, entry, role, world)


@pytest.mark.parametrize("role", [each for each in ROLES if each != "admin"])
def test_the_administration_site_is_for_administrators(world, role):
    client = world.client(role)
    for name, pattern in named_addresses():
        if not name.startswith("admin:") or name in OPEN_ADMIN:
            continue
        arguments = re.findall(r"[<:](\w+)>", str(pattern))
        label = re.search(r"<app_label>(\w+)", str(pattern))
        filled = {each: label[1] if each == "app_label" else "1" for each in arguments}
        answer = client.get(reverse(name, kwargs=filled))
        assert answer.status_code in REFUSED, name
        check(answer, Entry(public=True), role, world)


def test_the_own_objects_do_open(world):
    """The matrix would be idle if everything were refused."""
    opened: dict[str, bool] = {}
    for role, place in (("city", "huli"), ("siming", "siming"), ("huli", "huli"), ("staff", "siming")):
        for name, entry in MATRIX.items():
            if entry.foreign == "employer":
                address = reverse(name, kwargs={"pk": world.employers[place].pk, **entry.arguments})
                opened[name] = opened.get(name, False) or world.client(role).get(address).status_code in (200, 405)
    assert [name for name, found in opened.items() if not found] == []
    for page in ("exchange:batch", "exchange:progress"):
        for role in ("siming", "huli"):
            assert world.client(role).get(reverse(page, args=[world.things["batch"][role].pk])).status_code == 200
