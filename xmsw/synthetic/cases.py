"""Cases on their way: the steps they took so far, and the list of what waits."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from xmsw.synthetic.plan import Plan
from xmsw.workflow import registry
from xmsw.workflow.registry import Flow, Move
from xmsw.workflow.triggers import entering


def hand_in(plan: Plan, key: str, query: str, by_officers: bool = False, after: str = "", by: str = "") -> int:
    """Write the steps of a flow's cases, and since when those wait that nobody decided; returns the number of cases.

    `query` gives (id, key, region_id, state, day): `day` is when it was handed in, `state` what became of it. It is the
    employer's people who hand in, or where `by_officers` the area's officer; then the city decides. `after`: what
    handing in led to, where it is not the usual state; `by`: a SELECT of (id, unit), whoever hands in instead.
    """
    flow = registry.get(key)
    number = plan.table("demo_case", f"SELECT * FROM ({query}) AS c (id, key, region_id, state, day)")
    plan.run(entering(key, flow.model._meta.db_table))
    handed_in = replace(flow.move("submit"), **({"target": after} if after else {}))
    _step(plan, flow, handed_in, by or (_AREA if by_officers else _APPLICANT))
    for move in flow.decisions:
        if move.target != handed_in.target:
            _step(plan, flow, move, _CITY if by_officers else _AREA)
    plan.run(_SINCE, flow=key)
    return number


def _step(plan: Plan, flow: Flow, move: Move, who: str) -> None:
    """One step for each case that went this way; who explains takes one of the usual reasons."""
    submits = move.name == "submit"
    plan.run(
        _STEPS.format(who=who),
        flow=flow.key,
        move=move.name,
        label=move.label,
        source=move.sources[0],
        target=move.target,
        submits=submits,
        zone=settings.TIME_ZONE,
        reasons=list(flow.reasons) if move.explained else [],
        count=len(flow.reasons) or 1,
    )


_APPLICANT = "SELECT id, '' AS unit FROM demo_applicant"
_AREA = "SELECT id, unit FROM demo_officer WHERE c.region_id LIKE prefix || '%%' ORDER BY length(prefix) DESC LIMIT 1"
_CITY = "SELECT id, unit FROM demo_officer WHERE c.region_id LIKE prefix || '%%' ORDER BY length(prefix) LIMIT 1"
# Handed in between nine and five; decided two days later at most.
_STEPS = """
INSERT INTO workflow_step (flow, subject_id, move, label, from_state, to_state, user_id, unit, at, opinion, reasons)
SELECT %(flow)s, c.id, %(move)s, %(label)s, %(source)s, %(target)s, w.id, COALESCE(w.unit, ''),
       (CASE WHEN %(submits)s THEN c.day ELSE LEAST(c.day + 2, %(today)s::date) END
        + TIME '09:00' + pg_temp.upto(c.key, 190, 240) * INTERVAL '1 minute'
        + CASE WHEN %(submits)s THEN INTERVAL '0' ELSE INTERVAL '4 hours' END) AT TIME ZONE %(zone)s, '',
       COALESCE((%(reasons)s::text[])[1 + pg_temp.upto(c.key, 191, %(count)s):1 + pg_temp.upto(c.key, 191, %(count)s)],
                '{{}}')
FROM demo_case c LEFT JOIN LATERAL ({who}) w ON TRUE
WHERE %(submits)s OR c.state = %(target)s
ORDER BY c.day, c.key
"""
_SINCE = """
UPDATE workflow_waiting w SET since = s.at FROM workflow_step s
WHERE w.flow = %(flow)s AND s.flow = w.flow AND s.subject_id = w.subject_id AND s.move = 'submit'
"""
