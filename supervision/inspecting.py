"""What is done with an inspection: fix the seed, draw once, assign, start, close, cancel. Each under a lock."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from posts.models import Employer
from supervision import drawing
from supervision.checklists import suggest
from supervision.drawing import Framed
from supervision.kinds_of_notices import INSPECTION
from supervision.models import Finding, Inspection, InspectionFrame, InspectionUnit, UnitInspector
from xmsw.accounts.models import OFFICERS, User
from xmsw.accounts.roles import Capability
from xmsw.notices.writing import Told, tell
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint

if TYPE_CHECKING:
    from datetime import date

_S, _M = Inspection.State, Inspection.Method
DISTRICT = 6
LEAST_INSPECTORS = 2


def plans(user: User, inspection: Inspection) -> bool:
    """Whether the account keeps this plan: 民政 of the very area."""
    return user.can(Capability.PLAN_INSPECTIONS) and user.is_lead and user.area_code == inspection.region_id


def only_planner(user: User, inspection: Inspection) -> None:
    """Raises PermissionDenied."""
    if not plans(user, inspection):
        raise PermissionDenied("只有制定这次核查的民政部门能办理。")


def save(user: User, inspection: Inspection) -> Inspection:
    """Store a draft and suggest items for its rules. Raises PermissionDenied, Refused once the seed is fixed."""
    if inspection.pk is None:
        if not user.can(Capability.PLAN_INSPECTIONS) or not user.is_lead:
            raise PermissionDenied("只有民政干部能制定核查计划。")
        inspection.region_id, inspection.created_by = user.area_code, user
    only_planner(user, inspection)
    outside = [code for code in inspection.places if not code.startswith(inspection.region_id)]
    if outside:
        raise Refused(f"地区 {'、'.join(outside)} 不在你的工作范围内，请去掉。")
    try:
        with transaction.atomic():
            if inspection.pk:
                _unfixed(_held(inspection, _S.DRAFT))
            inspection.save()
            suggest(inspection)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return inspection


def _unfixed(inspection: Inspection) -> None:
    if inspection.seed_fixed_at is not None:
        raise Refused("随机种子已经固定，范围和抽取办法不能再改。要改的话，取消这次核查，另立计划。")


def _held(inspection: Inspection, *states: str) -> Inspection:
    """The row under a lock, in one of the states. Raises Overtaken."""
    found = Inspection.objects.select_for_update(of=("self",)).select_related("region").get(pk=inspection.pk)
    if found.state not in states:
        raise Overtaken(f"这次核查现在是「{found.get_state_display()}」，不能这样办。请看最新情况。")
    return found


def fix_seed(user: User, inspection: Inspection) -> Inspection:
    """Make the seed public and final, and bind a secret by its hash; a seed is generated where none was entered.

    Before the day of a lot: whoever chooses the seed knows neither the secret nor who will be on the list.
    """
    only_planner(user, inspection)
    with transaction.atomic():
        found = _held(inspection, _S.DRAFT)
        _unfixed(found)
        if not found.items.exists():
            raise Refused("还没有核查项目。请先列核查项目，再固定种子。")
        if found.drawn_by_lot and found.draw_on <= timezone.localdate():
            raise Refused("随机种子要在抽取日以前固定并公布。请把抽取日改到今天以后，再固定种子。")
        found.seed, found.secret = found.seed or secrets.token_hex(8), secrets.token_hex(16)
        found.seed_fixed_at, found.seed_fixed_by = timezone.now(), user
        found.save()
    return found


def frame_of(inspection: Inspection) -> list[Framed]:
    """Employers of the scope in force on the draw day, keyed. Raises Refused where two cannot be told apart."""
    rows = list(_scope(inspection).order_by().values_list("pk", "credit_code", "region_id", "kind", "name"))
    keys = drawing.told_apart([(drawing.public_key(code, region, kind), name) for _, code, region, kind, name in rows])
    if len(set(keys)) < len(keys):
        raise Refused("有单位没有统一社会信用代码，名称和地点也相同，分不清。请先补登信用代码。")
    by_kind = inspection.strata == Inspection.Strata.KIND
    return [
        Framed(pk, key, kind if by_kind else region[:DISTRICT])
        for (pk, _, region, kind, _), key in zip(rows, keys, strict=True)
    ]


def _scope(inspection: Inspection) -> QuerySet[Employer]:
    rows = Employer.objects.in_force(inspection.draw_on).within(inspection.region_id)
    if inspection.kinds:
        rows = rows.filter(kind__in=inspection.kinds)
    if inspection.sectors:
        rows = rows.filter(sector__in=inspection.sectors)
    if inspection.places:
        chosen = Q()
        for code in inspection.places:
            chosen |= Q(region__code__startswith=code)
        rows = rows.filter(chosen)
    if inspection.method == _M.FINDINGS:
        found = Finding.objects.open_on(inspection.draw_on).filter(rule__in=inspection.rules)
        rows = rows.filter(pk__in=found.values("employer"))
    return rows


def draw(user: User, inspection: Inspection) -> Inspection:
    """Settle the units, once and for all. Raises Overtaken for the second who tries, Refused for an empty frame."""
    only_planner(user, inspection)
    with transaction.atomic():
        found = _held(inspection, _S.DRAFT)
        for sentence in _against_drawing(found, timezone.localdate()):
            raise Refused(sentence)
        frame = frame_of(found)
        if not frame:
            raise Refused("这个范围里没有单位，请改范围。")
        text = drawing.frame_text(frame)
        taken = drawing.drawn(frame, found.lot_seed, found.share if found.drawn_by_lot else drawing.WHOLE)
        InspectionFrame.objects.create(inspection=found, lines=text)
        InspectionUnit.objects.bulk_create(
            InspectionUnit(
                inspection=found,
                employer_id=each.pk,
                key=each.key,
                stratum=each.stratum,
                order=drawing.place_of(found.lot_seed, each.key),
            )
            for each in taken
        )
        found.frame_size, found.frame_hash = len(frame), drawing.frame_hash(text)
        found.state, found.drawn_at = _S.DRAWN, timezone.now()
        found.save()
    return found


def _against_drawing(inspection: Inspection, today: date) -> Iterator[str]:
    if inspection.seed_fixed_at is None:
        yield "先固定随机种子，再确定单位。"
    elif inspection.drawn_by_lot and not _published_before(inspection):
        yield "种子不是在抽取日以前公布的，不能用来抽取。请取消这次核查，另立计划。"
    if inspection.draw_on > today:
        yield f"抽取日是 {inspection.draw_on:%Y-%m-%d}，还没有到。"
    if inspection.method == _M.FINDINGS and not inspection.rules:
        yield "按核查结果选单位的，要先选核查规则。"


def _published_before(inspection: Inspection) -> bool:
    """Whether seed and secret were bound on an earlier day than that of the draw."""
    return bool(inspection.secret) and timezone.localdate(inspection.seed_fixed_at) < inspection.draw_on


def candidates(inspection: Inspection) -> list[User]:
    """Accounts of the area that inspect, the plan's own first."""
    rows = User.objects.filter(
        is_active=True, role__in=OFFICERS, org_unit__region__code__startswith=inspection.region_id
    ).select_related("org_unit__region")
    found = [each for each in rows.order_by("org_unit__region_id", "pk") if each.can(Capability.INSPECT)]
    return sorted(found, key=lambda each: each.area_code != inspection.region_id)


def assign(user: User, inspection: Inspection, units: Sequence[int], inspectors: Sequence[int]) -> int:
    """Send these inspectors (two at least) to these units, in the place of whoever was to go; returns how many units.

    Raises Refused, naming the unit, where an inspector belongs to it, does not see it or does not inspect here.
    """
    only_planner(user, inspection)
    chosen = [each for each in candidates(inspection) if each.pk in set(inspectors)]
    if len(chosen) < max(LEAST_INSPECTORS, len(set(inspectors))):
        raise Refused("每家单位至少派两名核查人，都要是本地能现场核查的干部。")
    with transaction.atomic():
        found = _held(inspection, _S.DRAWN, _S.UNDER_WAY)
        rows = found.units.select_for_update().filter(pk__in=units, state=InspectionUnit.State.OPEN)
        asked = list(rows.select_related("employer").order_by("pk"))
        if not asked:
            raise Refused("没有勾选还没有核查的单位。")
        for each in chosen:
            _fits(each, asked)
        went = UnitInspector.objects.filter(unit__in=asked)
        before = set(went.values_list("unit", "user"))
        went.delete()
        UnitInspector.objects.bulk_create(
            UnitInspector(unit=unit, user=inspector) for unit in asked for inspector in chosen
        )
        if found.state == _S.UNDER_WAY:
            _tell(found, [each.pk for each in chosen if any((unit.pk, each.pk) not in before for unit in asked)])
    return len(asked)


def _fits(inspector: User, units: Iterable[InspectionUnit]) -> None:
    """One inspector for these units; two queries."""
    ids = [each.employer_id for each in units]
    own = Employer.objects.filter(pk__in=ids, members__user=inspector).first()
    if own is not None:
        raise Refused(f"{inspector}是「{own}」的人，不能核查它。请另派人。")
    seen = set(Employer.objects.visible_to(inspector).filter(pk__in=ids).values_list("pk", flat=True))
    unseen = next((each.employer for each in units if each.employer_id not in seen), None)
    if unseen is not None:
        raise Refused(f"「{unseen}」不在{inspector}的条线或地区里，不能派去。请另派人，或者分开安排。")


def short_of_inspectors(inspection: Inspection) -> int:
    """Units to which fewer than two go."""
    rows = inspection.units.filter(state=InspectionUnit.State.OPEN).annotate(n=Count("inspectors"))
    return rows.filter(n__lt=LEAST_INSPECTORS).count()


def start(user: User, inspection: Inspection) -> Inspection:
    """Begin the visits, once two inspectors go to each unit."""
    only_planner(user, inspection)
    with transaction.atomic():
        found = _held(inspection, _S.DRAWN)
        short = short_of_inspectors(found)
        if short:
            raise Refused(f"还有 {short} 家单位没有派够两名核查人，请先安排。")
        found.state, found.started_on = _S.UNDER_WAY, timezone.localdate()
        found.save()
        _tell(found, UnitInspector.objects.filter(unit__inspection=found).values_list("user", flat=True).distinct())
    return found


def _tell(inspection: Inspection, users: Iterable[int]) -> None:
    """That there is a unit to go to, or a further one."""
    title, address = f"派给你现场核查：{inspection.title}", reverse("supervision:my-inspections")
    text = f"{inspection.start:%Y-%m-%d} 至 {inspection.end:%Y-%m-%d}，单位见「我的核查」。"
    rows = (Told(pk, inspection.pk, "assigned", title, text, address) for pk in users)
    tell(INSPECTION, rows, again=True)  # a further unit is news, however long ago the first one was told


def close(user: User, inspection: Inspection) -> Inspection:
    """End it, once every unit has its record or a reason why it has none."""
    only_planner(user, inspection)
    with transaction.atomic():
        found = _held(inspection, _S.UNDER_WAY)
        settled = (InspectionUnit.State.DONE, InspectionUnit.State.SKIPPED)
        left = found.units.exclude(state__in=settled).count()
        if left:
            raise Refused(f"还有 {left} 家单位没有完成现场记录，不能结束。去不了的，在单位页面写明原因。")
        found.state, found.closed_on = _S.CLOSED, timezone.localdate()
        found.save()
    return found


def cancel(user: User, inspection: Inspection, reason: str) -> Inspection:
    """Give it up, with a reason; what was recorded stays."""
    only_planner(user, inspection)
    if not reason.strip():
        raise Refused("请写明取消的原因。")
    with transaction.atomic():
        found = _held(inspection, _S.DRAFT, _S.DRAWN, _S.UNDER_WAY)
        found.state, found.cancelled_on = _S.CANCELLED, timezone.localdate()
        found.cancelled_because = reason.strip()[:500]
        found.save()
    return found


def counted(inspection: Inspection) -> list[dict[str, object]]:
    """By stratum: units, done, and units where something fails. One query."""
    state = InspectionUnit.State
    rows = inspection.units.values("stratum").annotate(
        n=Count("pk", distinct=True),
        done=Count("pk", filter=Q(state=state.DONE), distinct=True),
        skipped=Count("pk", filter=Q(state=state.SKIPPED), distinct=True),
        failing=Count("pk", filter=Q(records__result="fails"), distinct=True),
    )
    return list(rows.order_by(F("stratum")))
