"""What the REST interface offers of people, their certificates and appointments."""

from posts.models.employers import EMPLOYER_SCOPE
from talents.models import Appointment, Certificate, SocialWorker
from xmsw.feed.sources import Source, seats_by, source
from xmsw.feed.triggers import shown

# Whoever sees one of a person's employers, former ones included, sees the person.
source(Source("workers", SocialWorker, seats=seats_by(EMPLOYER_SCOPE.under("employments__employer__"))))
source(
    Source(
        "certificates",
        Certificate,
        seats=seats_by(EMPLOYER_SCOPE.under("worker__employments__employer__")),
        follows={shown("workers"): "worker"},
    )
)
source(Source("appointments", Appointment, follows={shown("workers"): "worker", shown("posts"): "post"}))
