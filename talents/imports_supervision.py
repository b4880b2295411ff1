"""Import kind of supervision sessions: of pairs on record, inside their dates, no more than a day has hours."""

from __future__ import annotations

from typing import Any

from talents.models.learning import HOURS_OF_A_DAY, SupervisionPair, SupervisionSession
from talents.resources import SupervisionResource
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register

GROUP = SupervisionSession.Form.GROUP.value
PAIR = "incoming i JOIN talents_supervisionpair p ON p.id = i.pair_id"
# A group is one session of its supervisor, however many supervisees took part.
DAY = f"""
(SELECT i.row, d.hours FROM incoming i JOIN talents_supervisionpair p ON p.id = i.pair_id JOIN (
    SELECT supervisor_id, held_on, sum(hours) AS hours FROM (
        SELECT supervisor_id, held_on, max(hours) AS hours FROM (
            SELECT q.supervisor_id, n.held_on, n.hours, 'f' || n.row AS own, n.form, n.topic
            FROM incoming n JOIN talents_supervisionpair q ON q.id = n.pair_id
            UNION ALL
            SELECT q.supervisor_id, s."on", s.hours, 's' || s.id, s.form, s.topic
            FROM talents_supervisionsession s JOIN talents_supervisionpair q ON q.id = s.pair_id
            WHERE (q.supervisor_id, s."on") IN (
                SELECT x.supervisor_id, n.held_on FROM incoming n JOIN talents_supervisionpair x ON x.id = n.pair_id)
              AND NOT EXISTS (SELECT FROM incoming n WHERE n.session_id = s.id)
        ) every GROUP BY 1, 2, CASE WHEN form = '{GROUP}' THEN 'g' || topic ELSE own END
    ) once GROUP BY 1, 2
) d ON d.supervisor_id = p.supervisor_id AND d.held_on = i.held_on) i
"""


def visible_pairs(user: User | None, cursor: Any) -> None:
    """Temporary relation `visible_pair` (id): whose sessions the account keeps."""
    pairs = SupervisionPair.objects.all() if user is None else SupervisionPair.objects.visible_to(user)
    sql, params = pairs.values_list("id").query.sql_with_params()
    cursor.execute("DROP TABLE IF EXISTS visible_pair")
    cursor.execute(f"CREATE TEMPORARY TABLE visible_pair ON COMMIT DROP AS SELECT v.id FROM ({sql}) AS v (id)", params)
    cursor.execute("CREATE INDEX ON visible_pair (id)")


register(
    ImportKind(
        key="supervision",
        label="督导记录",
        capability=Capability.APPLY,
        resource=SupervisionResource,
        order=70,
        note="一次督导一行。先在「专业督导」里登记督导关系。",
        working={
            "supervisee_id": "bigint",
            "supervisor_id": "bigint",
            "pair_id": "bigint",
            "session_id": "bigint",
        },
        prepare=visible_pairs,
        resolve=(
            # A record that was merged leads to the one that was kept.
            "UPDATE incoming i SET supervisee_id = coalesce(w.merged_into_id, w.id) FROM talents_socialworker w "
            "WHERE w.identity_hash = i.supervisee_hash",
            "UPDATE incoming i SET supervisor_id = c.worker_id FROM talents_certificate c "
            "JOIN talents_socialworker w ON w.id = c.worker_id "
            "WHERE c.number = i.supervisor_number AND w.name = i.supervisor_name",
            # Of several pairs of the same two people the one that ran on the day, else the last.
            "UPDATE incoming i SET pair_id = (SELECT p.id FROM talents_supervisionpair p "
            "JOIN visible_pair v ON v.id = p.id "
            "WHERE p.supervisor_id = i.supervisor_id AND p.supervisee_id = i.supervisee_id "
            "ORDER BY (i.held_on BETWEEN p.start AND coalesce(p.\"end\", 'infinity')) IS TRUE DESC, p.start DESC "
            "LIMIT 1)",
            "UPDATE incoming i SET session_id = s.id FROM talents_supervisionsession s "
            'WHERE s.pair_id = i.pair_id AND s."on" = i.held_on AND s.topic = i.topic',
        ),
        unique=("i.supervisee_hash", "i.supervisor_number", "i.held_on", "i.topic"),
        checks=(
            Check(
                "supervisor_number",
                "i.supervisee_hash IS NOT NULL AND i.supervisor_number IS NOT NULL AND i.pair_id IS NULL",
                "你的单位没有登记这两个人的督导关系",
                "核对身份证号、证书编号和姓名；还没登记的，先登记督导关系",
            ),
            Check(
                "held_on",
                'i.held_on < p.start OR i.held_on > p."end"',
                "督导日期不在督导关系之内（{}）",
                "核对日期，或另登记一段督导关系",
                source=PAIR,
                detail="p.start || ' 至 ' || coalesce(p.\"end\"::text, '现在')",
            ),
            Check("held_on", "i.held_on > CURRENT_DATE", "督导日期在今天之后", "做完再登记"),
            Check(
                "hours",
                f"i.hours > {HOURS_OF_A_DAY}",
                f"督导者这一天的督导加起来有 {{}} 小时，超过 {HOURS_OF_A_DAY} 小时",
                "核对日期和时长",
                source=DAY,
                detail="trim_scale(i.hours)",
            ),
        ),
        targets=(
            Target(
                table="talents_supervisionsession",
                id="session_id",
                key=("i.pair_id", "i.held_on", "i.topic"),
                columns={
                    "pair_id": "i.pair_id",
                    "on": "i.held_on",
                    "hours": "i.hours",
                    "form": "i.form",
                    "topic": "i.topic",
                    "content": "i.content",
                },
                defaults={"content": "''"},
                within="t.pair_id IN (SELECT v.id FROM visible_pair v)",
            ),
        ),
    )
)
