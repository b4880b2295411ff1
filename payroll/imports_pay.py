"""Import kind of pay: a worker's month with components and factors."""

from payroll.models import PayRecord
from payroll.models.records import COMPONENTS
from payroll.resources import PayResource
from posts.imports import EMPLOYER_KNOWN, FIND_EMPLOYER, visible_employers
from talents.imports_staff import FIND_WORKER
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register

MONTH_END = "(i.period + interval '1 month' - interval '1 day')::date"
FACTORS = ("factor_certificate", "factor_education", "factor_seniority", "factor_performance", "factor_post")
PLAIN = (*COMPONENTS, "time_share", "rung", "pay_scale", *FACTORS)
# A row that names a month has `employment_id` and `worker_name` as working columns.
FIND_NAME = (
    "UPDATE incoming i SET worker_name = w.name FROM talents_socialworker w "
    "WHERE w.id = i.worker_id AND i.employment_id IS NOT NULL"
)
FIND_MONTH = (
    # The latest employment here that touches the month.
    "UPDATE incoming i SET employment_id = m.id FROM (SELECT DISTINCT ON (i.row) i.row, m.id FROM incoming i "
    "JOIN talents_employment m ON m.worker_id = i.worker_id AND m.employer_id = i.employer_id "
    f'WHERE m.start <= {MONTH_END} AND (m."end" IS NULL OR m."end" >= i.period) '
    "ORDER BY i.row, m.start DESC) m WHERE m.row = i.row",
    FIND_NAME,
)
NAMED_RIGHT = Check("name", "i.name <> i.worker_name", "姓名与身份证号对不上", "照身份证核对姓名和号码")
MONTH_CHECKS = (
    Check(
        "identity",
        "i.identity_hash IS NOT NULL AND i.employer_id IS NOT NULL AND i.period IS NOT NULL "
        "AND i.employment_id IS NULL",
        "此人这个月在本单位没有任职",
        "核对身份证号和月份，或先导入人员",
    ),
    NAMED_RIGHT,
    Check("period", "i.period > CURRENT_DATE", "这个月还没有到"),
)
WITHIN = "t.employment_id IN (SELECT m.id FROM talents_employment m JOIN visible_employer v ON v.id = m.employer_id)"

register(
    ImportKind(
        key="pay",
        label="薪酬",
        capability=Capability.IMPORT_STAFF,
        confidential=Capability.VIEW_PAY,
        resource=PayResource,
        order=50,
        note="一人一月一行。先导入人员。再次导入同一人同一月就是修改。",
        working={
            "employer_id": "bigint",
            "worker_id": "bigint",
            "worker_name": "text",
            "employment_id": "bigint",
            "record_id": "bigint",
        },
        prepare=visible_employers,
        resolve=(
            *FIND_EMPLOYER,
            *FIND_WORKER,
            *FIND_MONTH,
            "UPDATE incoming i SET record_id = p.id FROM payroll_payrecord p "
            "WHERE p.employment_id = i.employment_id AND p.period = i.period",
        ),
        unique=("coalesce(i.employer_id::text, i.employer_code)", "i.identity_hash", "i.period"),
        checks=(
            EMPLOYER_KNOWN,
            *MONTH_CHECKS,
            Check("time_share", "i.time_share = 0", "工时比例应大于 0", "全职填 1，半职填 0.5"),
            Check("time_share", "i.time_share <> round(i.time_share, 3)", "工时比例最多 3 位小数"),
            Check("factor_seniority", "i.factor_seniority <> round(i.factor_seniority, 1)", "资历最多 1 位小数"),
        ),
        targets=(
            Target(
                table=PayRecord._meta.db_table,
                id="record_id",
                key=("i.employment_id", "i.period"),
                columns={
                    "employment_id": "i.employment_id",
                    "period": "i.period",
                    **{name: f"i.{name}" for name in PLAIN},
                },
                defaults={
                    **dict.fromkeys(COMPONENTS, "0"),
                    "time_share": "1",
                    "rung": "''",
                    "pay_scale": "''",
                },
                within=WITHIN,
            ),
        ),
    )
)
