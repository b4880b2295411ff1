"""Loads the titles of the three certificate levels as the national rules of the examination name them."""

from __future__ import annotations

from datetime import date

from posts.models import CertificateLevel, Grade
from talents.models import TitleMap

ORDER = 50
FROM_2006 = "国人部发〔2006〕71号《社会工作者职业水平评价暂行规定》"
FROM_2018 = "人社部规〔2018〕2号《高级社会工作师评价办法》"
TITLES = (
    (CertificateLevel.ASSISTANT, "助理级专业技术职务", Grade.JUNIOR, date(2006, 9, 1), FROM_2006),
    (CertificateLevel.SOCIAL_WORKER, "中级专业技术职务", Grade.INTERMEDIATE, date(2006, 9, 1), FROM_2006),
    (CertificateLevel.SENIOR, "副高级专业技术职务", Grade.SENIOR, date(2018, 3, 6), FROM_2018),
)


def load() -> int:
    """Create the first version of each level where there is none; what 人社 set is never touched."""
    known = set(TitleMap.objects.values_list("level", flat=True))
    TitleMap.objects.bulk_create(
        TitleMap(level=level, title=title, grade=grade, start=start, source=source)
        for level, title, grade, start, source in TITLES
        if level not in known
    )
    return len(TITLES)
