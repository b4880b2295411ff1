"""How a guidance standard comes into force (三(一)-5, -6): checks, publishing, and what it replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from payroll.announcing import announce
from payroll.guidance import in_order, predecessor
from payroll.models import (
    ISSUED,
    DistrictFloat,
    EconomicIndicator,
    GuidanceRung,
    GuidanceStandard,
    RungCode,
    StandardReview,
)
from payroll.scenarios import before_and_after, impacts
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on
from xmsw.regions.models import Level, Region
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

State = GuidanceStandard.State
EDITABLE = (State.DRAFT, State.RETURNED)
REQUIRED = tuple(RungCode.values[:6])  # 279号 leaves the senior rung open


def against(standard: GuidanceStandard) -> Iterator[str]:
    """Sentences against handing in or publishing a version as it stands."""
    rungs = {each.rung: each.annual for each in in_order(standard)}
    missing = [RungCode(rung).label for rung in REQUIRED if rung not in rungs]
    if missing:
        yield f"还没有填「{'、'.join(missing)}」的标准。请补齐六档。"
    amounts = [rungs[rung] for rung in RungCode.values if rung in rungs]
    if any(higher < lower for lower, higher in pairwise(amounts)):
        yield "高一档的标准不能低于低一档，请核对各档数额。"
    later = GuidanceStandard.objects.filter(
        city_id=standard.city_id, sector=standard.sector, state__in=ISSUED, start__gte=standard.start
    ).exclude(pk=standard.pk)
    if (found := later.order_by("start").first()) is not None:
        yield f"{found.start:%Y-%m-%d} 起已有「{found.document}」，新标准的施行日期必须在它之后。"
    earlier = predecessor(standard)
    if earlier is not None and earlier.end is not None and earlier.end >= standard.start:
        yield f"「{earlier.document}」到 {earlier.end:%Y-%m-%d} 才废止，新标准请从次日或以后起施行。"


def publish(user: User, standard: GuidanceStandard, decision: Decision) -> None:
    """Effect of publishing: the version before it ends the day before, and stays as it was for the days it held.

    Districts and employers concerned are told, while it still can be seen which version was before.
    """
    announce(standard)
    replaced = GuidanceStandard.objects.select_for_update().filter(
        city_id=standard.city_id, sector=standard.sector, state=State.PUBLISHED, start__lt=standard.start
    )
    for each in replaced.exclude(pk=standard.pk):
        each.state, each.end = State.SUPERSEDED, each.end or standard.start - timedelta(days=1)
        each.save(update_fields=["state", "end"])


def take_back(user: User, standard: GuidanceStandard, decision: Decision) -> None:
    """Effect of withdrawing a draft: the review it came from is open again, since nothing came of it (三(一)-6)."""
    StandardReview.objects.filter(standard=standard).delete()


def consequences(user: User, standard: GuidanceStandard) -> list[str]:
    """What publishing brings, told before it is done: people below, past days judged anew, rates that lapse."""
    today, earlier = timezone.localdate(), predecessor(standard)
    before, *_, after = impacts(before_and_after(earlier, standard), standard.city_id, today)
    now = f"，现行标准下是 {before.total.below:,} 人" if earlier else ""
    told = [
        f"可比较的 {after.total.people:,} 人里，{after.total.below:,} 人会低于新标准的下限{now}；"
        f"补到下限每年需 ¥{after.total.gap:,.2f}。"
    ]
    if (days := (today - standard.start).days) > 0:
        told.append(f"施行日期已过：{standard.start:%Y-%m-%d} 到昨天这 {days:,} 天也要按新标准重新判断。")
    lapsing = DistrictFloat.objects.filter(holds_on(standard.start), standard=earlier).order_by("district")
    if names := "、".join(f"{each.district.name} {each.rate:+.2%}" for each in lapsing.select_related("district")):
        told.append(f"区浮动比例随上一版失效，要重新确定：{names}。")
    return told


def may_edit(user: User, standard: GuidanceStandard) -> bool:
    """Whoever makes the standards of that city, while it is a draft."""
    makes = user.can(Capability.EDIT_STANDARDS) and (user.area_code or "")[:4] == standard.city_id
    return makes and standard.state in EDITABLE


def store(
    user: User,
    standard: GuidanceStandard,
    rungs: Mapping[str, tuple[Decimal | None, Decimal | None]],
    indicator: EconomicIndicator | None = None,
) -> GuidanceStandard:
    """Store a draft with its rungs: rung → (share, amount), exactly one of both given.

    With an `indicator` the review of that year is noted (三(一)-6). Raises PermissionDenied.
    """
    if standard.pk is None:
        standard.city_id = (user.area_code or "")[:4]
    if not may_edit(user, standard):
        raise PermissionDenied("只有市民政局、市人社局能起草本市的薪酬指导标准。")
    with transaction.atomic():
        standard.save()
        standard.rungs.all().delete()
        GuidanceRung.objects.bulk_create(
            GuidanceRung(standard=standard, rung=rung, share=share, amount=amount)
            for rung, (share, amount) in rungs.items()
        )
        if indicator is not None:
            _note_review(user, standard, indicator)
    return standard


def _note_review(user: User, standard: GuidanceStandard, indicator: EconomicIndicator) -> None:
    StandardReview.objects.update_or_create(
        indicator=indicator,
        sector=standard.sector,
        defaults={
            "outcome": StandardReview.Outcome.ADJUST,
            "reason": f"按 {indicator.year} 年指标起草「{standard.document}」",
            "standard": standard,
            "decided_on": timezone.localdate(),
            "decided_by": user,
        },
    )


def store_indicator(user: User, indicator: EconomicIndicator) -> EconomicIndicator:
    """Store a year's figures of the own city, new or corrected. Raises PermissionDenied."""
    if not user.can(Capability.EDIT_STANDARDS) or (user.area_code or "-")[:4] != indicator.city_id:
        raise PermissionDenied("只能登记本市的经济指标。")
    with transaction.atomic():
        indicator.save()
    return indicator


def keep(user: User, indicator: EconomicIndicator, sector: str, reason: str) -> StandardReview:
    """Decide that the year's figures do not call for a new version. Raises PermissionDenied, Refused."""
    if not user.can(Capability.EDIT_STANDARDS) or (user.area_code or "")[:4] != indicator.city_id:
        raise PermissionDenied
    if StandardReview.objects.filter(indicator=indicator, sector=sector).exists():
        raise Refused("这一年的指标对这个领域已经审议过。")
    return StandardReview.objects.create(
        indicator=indicator,
        sector=sector,
        outcome=StandardReview.Outcome.KEEP,
        reason=reason,
        decided_on=timezone.localdate(),
        decided_by=user,
    )


def set_float(user: User, new: DistrictFloat) -> DistrictFloat:
    """A district's rate from a day on; the rate that held until then ends the day before.

    Raises PermissionDenied outside the own district, Refused beyond what the standard allows.
    """
    if not user.can(Capability.SET_FLOAT) or not new.district_id.startswith(user.area_code or "-"):
        raise PermissionDenied("只能确定本区的浮动比例。")
    standard = new.standard
    if not -standard.float_down <= new.rate <= standard.float_up:
        raise Refused(
            f"「{standard}」允许下浮 {standard.float_down:.2%}、上浮 {standard.float_up:.2%}，请填在这个范围里的比例。"
        )
    if new.start < standard.start or (standard.end is not None and new.start > standard.end):
        raise Refused(f"施行日期要在指导标准有效期里（{standard.start:%Y-%m-%d} 起）。")
    with transaction.atomic():
        held = DistrictFloat.objects.select_for_update().filter(standard=standard, district=new.district)
        if held.filter(start__gte=new.start).exists():
            raise Refused("这一天或以后已有浮动比例，新的要从更晚的日期起。")
        held.filter(end=None).update(end=new.start - timedelta(days=1))
        new.save()
    return new


def without_float(city: str, on: date) -> list[tuple[GuidanceStandard, list[Region]]]:
    """Each version in force in a city with the districts that have set no rate on it; three queries."""
    own = Prefetch("floats", DistrictFloat.objects.filter(holds_on(on)), to_attr="own")
    rows = GuidanceStandard.objects.in_force(on).filter(city_id=city).prefetch_related(own).order_by("sector")
    districts = list(Region.objects.filter(parent_id=city, level=Level.DISTRICT).order_by("code"))
    found = []
    for standard in rows:
        done = {each.district_id for each in standard.own}
        found.append((standard, [each for each in districts if each.code not in done]))
    return [(standard, missing) for standard, missing in found if missing]


def unreviewed(city: str, on: date) -> list[tuple[EconomicIndicator, str]]:
    """Indicators published by that day with the sectors that nobody has reviewed by them; the newest year alone."""
    newest = EconomicIndicator.objects.filter(city_id=city, published_on__lte=on).order_by("-year").first()
    if newest is None:
        return []
    done = set(StandardReview.objects.filter(indicator=newest).values_list("sector", flat=True))
    return [(newest, sector) for sector, _ in StandardReview._meta.get_field("sector").choices if sector not in done]
