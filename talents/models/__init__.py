"""Who is in the posts: people, certificates, employments and appointments."""

from talents.models.appointments import Appointment, Promotion
from talents.models.certificates import Certificate, Registration
from talents.models.titles import TitleMap
from talents.models.workers import Employment, SocialWorker

__all__ = ["Appointment", "Certificate", "Employment", "Promotion", "Registration", "SocialWorker", "TitleMap"]
