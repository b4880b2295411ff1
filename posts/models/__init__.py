"""Who has posts: employers, posts, needs, inclusion filings and rank ladders."""

from posts.models.employers import Employer, KindBureau, Membership
from posts.models.kinds import Kind, Sector
from posts.models.ladders import RankLadder, Rung
from posts.models.needs import Inclusion, NeedAssessment
from posts.models.posts import Activity, CertificateLevel, Duty, Grade, Post

__all__ = [
    "Activity",
    "CertificateLevel",
    "Duty",
    "Employer",
    "Grade",
    "Inclusion",
    "Kind",
    "KindBureau",
    "Membership",
    "NeedAssessment",
    "Post",
    "RankLadder",
    "Rung",
    "Sector",
]
