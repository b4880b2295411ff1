"""Who is in the posts: people, certificates, employments, appointments, learning, recognition, own requests."""

from talents.models.appointments import Appointment, Promotion
from talents.models.certificates import Certificate, Registration
from talents.models.honoured import (
    AllowanceRecommendation,
    BenefitApplication,
    BenefitType,
    HighLevelTag,
    SpecialistFile,
    TalentCategory,
)
from talents.models.learning import Attendance, Course, SupervisionPair, SupervisionSession
from talents.models.oneself import CorrectionRequest, WorkerInvitation, WorkerMerge
from talents.models.standing import PersonStory, PublicityItem, RecruitmentNotice, StandingCount, StandingRecord
from talents.models.titles import TitleMap
from talents.models.workers import Employment, SocialWorker

__all__ = [
    "AllowanceRecommendation",
    "Appointment",
    "Attendance",
    "BenefitApplication",
    "BenefitType",
    "Certificate",
    "CorrectionRequest",
    "Course",
    "Employment",
    "HighLevelTag",
    "PersonStory",
    "Promotion",
    "PublicityItem",
    "RecruitmentNotice",
    "Registration",
    "SocialWorker",
    "SpecialistFile",
    "StandingCount",
    "StandingRecord",
    "SupervisionPair",
    "SupervisionSession",
    "TalentCategory",
    "TitleMap",
    "WorkerInvitation",
    "WorkerMerge",
]
