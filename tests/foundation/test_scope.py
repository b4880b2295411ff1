"""Line × area: who sees which rows, by one table of accounts."""

import pytest
from django.contrib.auth.models import AnonymousUser

from posts.models import Employer, Post
from supervision.models import EmployerFacts, Finding, Tally
from supervision.runs import execute_here, start_run
from talents.models import Appointment, Certificate, Employment, SocialWorker
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A school and an agency in 思明, a community and an institution in 湖里, each with a certified person."""
    employers = {
        "school": make.make_employer("B02", region="350203001", name="思明学校"),
        "agency": make.make_employer("E01", region="350203003", name="思明社工机构"),
        "community": make.make_employer("C02", region="350206"),
        "home": make.make_employer("A01", region="350206002", name="湖里养老院"),
    }
    for employer in employers.values():
        worker = make.make_worker()
        make.make_certificate(worker)
        make.make_employment(worker, employer)
        make.make_appointment(worker, make.make_post(employer))
    return employers


ACCOUNTS = [
    ("city_officer", "civil_affairs", "3502", {"school", "agency", "community", "home"}),
    ("district_officer", "civil_affairs", "350203", {"school", "agency"}),
    ("district_officer", "civil_affairs", "350206", {"community", "home"}),
    ("bureau_officer", "education", "3502", {"school"}),
    ("bureau_officer", "education", "350206", set()),
    ("bureau_officer", "human_resources", "3502", {"school", "home"}),
    ("bureau_officer", "finance", "3502", set()),
    ("system_admin", "", "", set()),
]


@pytest.mark.parametrize(("role", "bureau", "region", "sees"), ACCOUNTS, ids=lambda value: str(value))
def test_every_queryset_shows_the_same_employers(world, role, bureau, region, sees):
    user = make.make_user(role, bureau, region)
    ids = {world[name].pk for name in sees}
    ours = [employer.pk for employer in world.values()]

    def employers_of(queryset, path):
        return set(queryset.visible_to(user).filter(**{f"{path}__in": ours}).values_list(path, flat=True))

    assert employers_of(Employer.objects, "pk") == ids
    assert employers_of(Post.objects, "employer") == ids
    assert employers_of(Employment.objects, "employer") == ids
    assert employers_of(Appointment.objects, "post__employer") == ids
    assert employers_of(SocialWorker.objects, "employments__employer") == ids
    assert employers_of(Certificate.objects, "worker__employments__employer") == ids
    execute_here(start_run(day=make.date.today(), present=True, reason="request", dispatch=False))
    assert employers_of(EmployerFacts.objects, "employer") == ids
    assert employers_of(Finding.objects, "employer") == ids
    streets = set(Tally.objects.visible_to(user).values_list("street", flat=True))
    assert all(street.startswith(region) for street in streets)
    assert bool(streets) is bool(sees) or region == "350206"


def test_staff_of_an_employer_see_it_alone(world):
    user = make.make_member(world["agency"])
    assert list(Employer.objects.visible_to(user)) == [world["agency"]]
    assert set(SocialWorker.objects.visible_to(user)) == {world["agency"].employments.get().worker}
    assert not Tally.objects.visible_to(user).exists()


def test_nobody_and_inactive_accounts_see_nothing(world):
    inactive = make.make_user("city_officer", is_active=False)
    for user in (AnonymousUser(), inactive):
        assert not Employer.objects.visible_to(user).exists()
        assert not SocialWorker.objects.visible_to(user).exists()
    assert not inactive.can("recalculate")
