"""Loads the titles of the three certificate levels as the national rules of the examination name them, and the two
benefits that 三(一)-10 names."""

from __future__ import annotations

from datetime import date

from posts.models import CertificateLevel, Grade
from talents.models import BenefitType, TitleMap
from xmsw.accounts.models import Bureau

ORDER = 50
FROM = date(2017, 1, 1)
FROM_2006 = "国人部发〔2006〕71号《社会工作者职业水平评价暂行规定》"
FROM_2018 = "人社部规〔2018〕2号《高级社会工作师评价办法》"
TITLES = (
    (CertificateLevel.ASSISTANT, "助理级专业技术职务", Grade.JUNIOR, date(2006, 9, 1), FROM_2006),
    (CertificateLevel.SOCIAL_WORKER, "中级专业技术职务", Grade.INTERMEDIATE, date(2006, 9, 1), FROM_2006),
    (CertificateLevel.SENIOR, "副高级专业技术职务", Grade.SENIOR, date(2018, 3, 6), FROM_2018),
)
# 三(一)-10 «户籍落地、保障房申请等»; the handling bodies are inferred, and editable.
BENEFITS = (
    ("户籍落地", Bureau.PUBLIC_SECURITY, "公安机关户政部门"),
    ("保障房申请", Bureau.CIVIL_AFFAIRS, "住房保障部门（由民政部门转送）"),
)


def load() -> int:
    """Create what is not there yet; what an officer set is never touched."""
    BenefitType.objects.bulk_create(
        (
            BenefitType(name=name, bureau=bureau, body=body, document="厦民〔2017〕317号 三（一）", start=FROM)
            for name, bureau, body in BENEFITS
        ),
        ignore_conflicts=True,
    )
    known = set(TitleMap.objects.values_list("level", flat=True))
    TitleMap.objects.bulk_create(
        TitleMap(level=level, title=title, grade=grade, start=start, source=source)
        for level, title, grade, start, source in TITLES
        if level not in known
    )
    return len(TITLES) + len(BENEFITS)
