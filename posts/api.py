"""What the REST interface offers of employers and posts."""

from posts.models import Employer, Inclusion, NeedAssessment, Post
from xmsw.feed.sources import Source, source

source(Source("employers", Employer))
source(Source("posts", Post))
source(Source("need-assessments", NeedAssessment))
source(Source("inclusions", Inclusion))
