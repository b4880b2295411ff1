"""The certificate of an honour, on paper (三(二)-4)."""

from __future__ import annotations

from awards.models import Honour
from xmsw.printing import pdf


def certificate_pdf(honour: Honour, verify_at: str) -> bytes:
    """One page; `verify_at`: address of the public page that verifies number and code."""
    return pdf(
        "certificate",
        {
            "title": "荣誉证书",
            "name": honour.worker.name,
            "employer": honour.employer.name,
            "honour": honour.title,
            "awarded_by": honour.awarded_by,
            "awarded_on": f"{honour.awarded_on.year} 年 {honour.awarded_on.month} 月 {honour.awarded_on.day} 日",
            "document": honour.document,
            "number": honour.number,
            "code": honour.code,
            "verify_at": verify_at,
            "synthetic": honour.synthetic,
        },
    )
