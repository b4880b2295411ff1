"""Three places with one employer each and something of every kind, for walking every address as every role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse

from payroll.models import (
    PurchaseProject,
)
from posts.models import AllocationPlan, Employer, EmployerRegistration, Inclusion, Incubation, NeedAssessment, Post
from supervision.models import Run
from supervision.runs import execute_here, start_run
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
from tests.awards.world_awards import make_awards
from tests.clients.world_clients import make_clients, make_webhooks
from tests.payroll.world_pay import decide_pay, make_guidance, make_sheets
from tests.places import NAMES, PERSONS, PLACES
from tests.supervision.inspections import make_inspected
from tests.supervision.world_registers import make_registers
from xmsw.accounts.models import OrgUnit, User
from xmsw.exchange.models import Batch
from xmsw.notices.models import Notice
from xmsw.regions.models import Level, Region
from xmsw.workflow.models import Attachment

if TYPE_CHECKING:
    from tests.matrix import Entry

TODAY = date.today()
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
    "reviewer": "huli",
    "anonymous": "siming",
}
COURSE = 9_000_001  # everybody sees a course, and of those who attended only the own people


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
        if role in ("siming", "staff", "standing", "worker", "reviewer"):
            own = {"siming"}
        return [words[place] for words in (NAMES, PERSONS) for place in words if place not in own]

    def address(self, name: str, entry: Entry, role: str) -> str:
        arguments = dict(entry.arguments)
        if entry.foreign:
            arguments["pk"] = self.things[entry.foreign][FOREIGN[role]].pk
        return reverse(name, kwargs=arguments)

    def queries(self, entry: Entry, role: str, prints: bool = True) -> list[str]:
        foreign = self.employers[FOREIGN[role]]
        words = {"area": foreign.district_code, "name": foreign.name[:4], "code": foreign.credit_code}
        return ["", *(each.format(**words) for each in entry.queries if prints or "=pdf" not in each)]


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


def build() -> World:
    """The world, stored."""
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
    awards = make_awards(persons)
    users["reviewer"] = awards["seat"]["siming"].account
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
    clients = make_clients(users["admin"], employers)
    things = {
        **make_filings(employers),
        **make_registers(employers, PLACES, NAMES),
        **make_learning(persons),
        **make_certificates(persons),
        **recognise(employers, persons),
        **make_guidance(),
        "decision": decide_pay(persons),
        **awards,
        **make_inspected(employers, PLACES),
        "client": clients,
        "webhook": make_webhooks(clients),
        "sheet": make_sheets(projects),
        "registration": registrations,
        "appointment": appointments,
        "project": projects,
        "person": persons,
        "employment": {place: person.employments.get() for place, person in persons.items()},
        "employer": employers,
        "unit": employers,
        "run": runs,
        "batch": batches,
        "post": posts,
        "case": cases,
        "file": files,
    }
    return World(employers, users, things)


def make_filings(employers: dict[str, Employer]) -> dict[str, dict[str, Any]]:
    """Needs, inclusions, plans and incubations in each place."""
    found: dict[str, dict[str, Any]] = {"need": {}, "inclusion": {}, "plan": {}, "incubation": {}}
    for place, district in PLACES.items():
        filed = {"employer": employers[place], "state": "submitted"}
        found["need"][place] = NeedAssessment.objects.create(
            headcount=1, assessed_on=TODAY, assessor="-", basis=NAMES[place], **filed
        )
        found["inclusion"][place] = Inclusion.objects.create(included_on=TODAY, document=NAMES[place], **filed)
        found["plan"][place] = AllocationPlan.objects.create(
            region_id=district, year=2026, title=f"{NAMES[place]}计划", basis="-", state="submitted"
        )
        found["incubation"][place] = Incubation.objects.create(
            street_id=district, agency=employers[place], support=["place"], start=TODAY, note=NAMES[place]
        )
    return found


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
