"""An agency of 思明, its clerk, one of its people, and the district's officer."""

import pytest

from posts.models import Employer
from talents.models import SocialWorker
from tests import builders as make
from xmsw.accounts.models import User


@pytest.fixture
def employer(db) -> Employer:
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def member(employer: Employer) -> User:
    return make.make_member(employer)


@pytest.fixture
def officer(db) -> User:
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def worker(employer: Employer) -> SocialWorker:
    return make.make_staff(employer)
