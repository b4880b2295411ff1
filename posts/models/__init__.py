"""Who has posts: employers, posts, needs, inclusion filings and rank ladders."""

from posts.models.employers import Employer, KindBureau, Membership
from posts.models.fields import ServiceField
from posts.models.kinds import Kind, Sector
from posts.models.ladders import RankLadder, Rung
from posts.models.needs import FilingState, Inclusion, NeedAssessment
from posts.models.plans import AllocationLine, AllocationPlan, Incubation, Support
from posts.models.posts import Activity, CertificateLevel, Duty, Grade, Post, PostFreeze
from posts.models.registrations import EmployerRegistration

__all__ = [
    "Activity",
    "AllocationLine",
    "AllocationPlan",
    "CertificateLevel",
    "Duty",
    "Employer",
    "EmployerRegistration",
    "FilingState",
    "Grade",
    "Inclusion",
    "Incubation",
    "Kind",
    "KindBureau",
    "Membership",
    "NeedAssessment",
    "Post",
    "PostFreeze",
    "RankLadder",
    "Rung",
    "Sector",
    "ServiceField",
    "Support",
]
