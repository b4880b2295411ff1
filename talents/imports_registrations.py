"""Import kind of registrations (民发〔2009〕44号), one row each; the certificate is found by its number."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from posts.imports import visible_employers
from talents.imports_staff import OWN_PEOPLE, TOUCHED_PEOPLE
from talents.resources import RegistrationResource
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register
from xmsw.policy.parameters import values_on

OTHERS = "incoming i JOIN talents_registration g ON g.certificate_id = i.certificate_id AND g.start <> i.start"
OWN_HOLDERS = OWN_PEOPLE.format(
    "SELECT h.worker_id FROM talents_certificate h JOIN incoming n ON n.certificate_id = h.id"
)
# A blank last day means as long as a registration lasts.
UNTIL = "coalesce(i.ends_on, (i.start + make_interval(years => (SELECT years FROM lasting)) - INTERVAL '1 day')::date)"


def prepare(user: User | None, cursor: Any) -> None:
    """What the user sees, and how long a registration lasts."""
    visible_employers(user, cursor)
    years = int(values_on(timezone.localdate())["registration_years"])
    cursor.execute("DROP TABLE IF EXISTS lasting")
    cursor.execute("CREATE TEMPORARY TABLE lasting ON COMMIT DROP AS SELECT %(years)s::int AS years", {"years": years})


register(
    ImportKind(
        key="registrations",
        label="证书登记",
        capability=Capability.IMPORT_STAFF,
        resource=RegistrationResource,
        order=45,
        note="一次登记一行，证书要先登记在册。登记失效只提醒，不影响证书和聘用。",
        working={
            "certificate_id": "bigint",
            "worker_name": "text",
            "issued_on": "date",
            "registration_id": "bigint",
        },
        prepare=prepare,
        resolve=(
            "UPDATE incoming i SET certificate_id = c.id, issued_on = c.issued_on, worker_name = w.name "
            "FROM talents_certificate c JOIN talents_socialworker w ON w.id = c.worker_id WHERE c.number = i.number",
            # A number alone finds nobody, nor tells its day: all who employ the person lie in what the importer sees.
            "UPDATE incoming i SET certificate_id = NULL, issued_on = NULL, worker_name = NULL "
            "WHERE i.certificate_id IS NOT NULL AND NOT EXISTS (SELECT FROM talents_certificate c "
            f"JOIN ({OWN_HOLDERS}) o ON o.worker_id = c.worker_id WHERE c.id = i.certificate_id)",
            "UPDATE incoming i SET registration_id = g.id FROM talents_registration g "
            "WHERE g.certificate_id = i.certificate_id AND g.start = i.start",
        ),
        unique=("i.number", "i.start"),
        checks=(
            Check(
                "number",
                "i.number IS NOT NULL AND i.certificate_id IS NULL",
                "你的工作范围内没有这个编号的证书",
                "核对编号，或先登记证书",
            ),
            Check("name", "i.certificate_id IS NOT NULL AND i.name <> i.worker_name", "姓名与证书对不上", "照证书核对"),
            Check("start", "i.start < i.issued_on", "登记日期早于证书签发日期", "核对登记日期"),
            Check("ends_on", "i.ends_on < i.start", "有效期截止早于登记日期", "核对两个日期"),
            Check(
                "start",
                f'(g.start < i.start AND g."end" >= {UNTIL}) OR (g.start > i.start AND g."end" <= {UNTIL})',
                "与 {} 开始的登记对不上：后一次登记应更晚到期",
                "核对两次登记的日期",
                source=OTHERS,
                detail="g.start",
            ),
        ),
        targets=(
            Target(
                table="talents_registration",
                id="registration_id",
                key=("i.certificate_id", "i.start"),
                columns={"certificate_id": "i.certificate_id", "start": "i.start", "end": UNTIL},
                within="EXISTS (SELECT FROM talents_certificate c WHERE c.id = t.certificate_id "
                f"AND c.worker_id IN ({OWN_PEOPLE.format(TOUCHED_PEOPLE)}))",
            ),
        ),
    )
)
