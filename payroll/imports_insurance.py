"""Import kinds of social insurance and the housing fund: who is enrolled since when, and the bases of a month."""

from payroll.imports_pay import FIND_MONTH, FIND_NAME, MONTH_CHECKS, NAMED_RIGHT, WITHIN
from payroll.models import ITEMS, InsuranceEnrolment, InsuranceMonth
from payroll.resources import EnrolmentResource, InsuranceMonthResource
from posts.imports import EMPLOYER_KNOWN, FIND_EMPLOYER, visible_employers
from talents.imports_staff import FIND_WORKER
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register

WORKING = {
    "employer_id": "bigint",
    "worker_id": "bigint",
    "worker_name": "text",
    "employment_id": "bigint",
    "record_id": "bigint",
}
EMPLOYER = "coalesce(i.employer_id::text, i.employer_code)"

register(
    ImportKind(
        key="enrolment",
        label="参保",
        capability=Capability.IMPORT_STAFF,
        resource=EnrolmentResource,
        order=52,
        note="一人一行，写明各项从哪天起参保。先导入人员。空着的格子不改动库中已有的日期。",
        working=WORKING,
        prepare=visible_employers,
        resolve=(
            *FIND_EMPLOYER,
            *FIND_WORKER,
            # The latest employment here.
            "UPDATE incoming i SET employment_id = m.id FROM (SELECT DISTINCT ON (i.row) i.row, m.id FROM incoming i "
            "JOIN talents_employment m ON m.worker_id = i.worker_id AND m.employer_id = i.employer_id "
            "ORDER BY i.row, m.start DESC) m WHERE m.row = i.row",
            FIND_NAME,
            "UPDATE incoming i SET record_id = n.id FROM payroll_insuranceenrolment n "
            "WHERE n.employment_id = i.employment_id",
        ),
        unique=(EMPLOYER, "i.identity_hash"),
        checks=(
            EMPLOYER_KNOWN,
            Check(
                "identity",
                "i.identity_hash IS NOT NULL AND i.employer_id IS NOT NULL AND i.employment_id IS NULL",
                "此人在本单位没有任职",
                "核对身份证号，或先导入人员",
            ),
            NAMED_RIGHT,
            *(Check(item, f"i.{item} > CURRENT_DATE", "参保日期还没有到", "办理以后再登记") for item in ITEMS),
        ),
        targets=(
            Target(
                table=InsuranceEnrolment._meta.db_table,
                id="record_id",
                key=("i.employment_id",),
                columns={"employment_id": "i.employment_id", **{item: f"i.{item}" for item in ITEMS}},
                within=WITHIN,
            ),
        ),
    )
)
register(
    ImportKind(
        key="insurance",
        label="社保公积金",
        capability=Capability.IMPORT_STAFF,
        confidential=Capability.VIEW_PAY,
        resource=InsuranceMonthResource,
        order=54,
        note="一人一月一行，写各项的缴费基数；这个月没有缴的项目空着。再次导入同一人同一月就是修改，空着的格子不改动"
        "库中已有的基数。",
        working=WORKING,
        prepare=visible_employers,
        resolve=(
            *FIND_EMPLOYER,
            *FIND_WORKER,
            *FIND_MONTH,
            "UPDATE incoming i SET record_id = p.id FROM payroll_insurancemonth p "
            "WHERE p.employment_id = i.employment_id AND p.period = i.period",
        ),
        unique=(EMPLOYER, "i.identity_hash", "i.period"),
        checks=(EMPLOYER_KNOWN, *MONTH_CHECKS),
        targets=(
            Target(
                table=InsuranceMonth._meta.db_table,
                id="record_id",
                key=("i.employment_id", "i.period"),
                columns={
                    "employment_id": "i.employment_id",
                    "period": "i.period",
                    **{item: f"i.{item}" for item in ITEMS},
                },
                within=WITHIN,
            ),
        ),
    )
)
