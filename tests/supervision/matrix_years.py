"""Addresses of 四(三)-3, -4 and of the annual report, and how each is tried."""

from tests.matrix_entry import Entry
from tests.supervision.matrix_duties import register

AREAS = ("?area={area}", "?area={area}&export=xlsx")
MATRIX_YEARS: dict[str, Entry] = {
    **register("clause-targets", file=False),
    "supervision:indicators": Entry(queries=("?section=二(二)", "?state=short", "?export=xlsx")),
    "supervision:years": Entry(queries=(*AREAS, "?sector=community")),
    "supervision:year-calculate": Entry(),
    "supervision:year-take": Entry(),
    "supervision:year-end": Entry(foreign="year-ends"),
    "supervision:outcomes": Entry(queries=AREAS),
    "supervision:report": Entry(queries=("?area={area}", "?area={area}&form=docx", "?year=2016", "?form=xlsx")),
    "supervision:report-text": Entry(queries=("?part=done", "?area={area}&part=done", "?part=x")),
    "supervision:report-send": Entry(queries=("?area={area}",)),
}
