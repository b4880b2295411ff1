"""Cases about a person wait where the person works: at the employment in force, else the last one."""

import pgtrigger

from xmsw.workflow.triggers import waiting_triggers


def waiting_of_worker(flow: str, title: str, states: tuple[str, ...] = ("submitted",)) -> list[pgtrigger.Trigger]:
    """Triggers for a model with `worker_id` and `state`; `title` is SQL over `changed`, after the person's name."""
    select = (
        f"SELECT changed.id, left(w.name || ' ' || {title}, 200), e.id, e.name, e.region_id, e.competent_bureau, "
        "e.sector FROM changed JOIN talents_socialworker w ON w.id = changed.worker_id JOIN LATERAL ("
        "SELECT m.employer_id FROM talents_employment m WHERE m.worker_id = w.id "
        'ORDER BY m.start <= CURRENT_DATE AND coalesce(m."end", CURRENT_DATE) >= CURRENT_DATE DESC, m.start DESC '
        "LIMIT 1) last ON TRUE "
        "JOIN posts_employer e ON e.id = last.employer_id"
    )
    return waiting_triggers(flow, select, states)
