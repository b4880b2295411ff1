"""The areas that the policy binds: a city and its districts (市、区)."""

from xmsw.policy.facts import Fact, Subject, subject
from xmsw.regions.models import Level

AREA = subject(
    Subject(
        name="area",
        label="市和区",
        rank=0,
        source="regions_region r",
        id="r.code",
        where=f"r.level IN ({Level.CITY.value}, {Level.DISTRICT.value})",
        facts={
            "area_name": Fact("地区", "r.name"),
            "area_level": Fact("级别", "r.level", choices=dict(Level.choices)),
        },
        area=True,
    )
)
IS_CITY = Level.CITY.value
