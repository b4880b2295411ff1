"""Award funds (三(二)-7, -8): who keeps one, what its ledger takes, taking a line back, closing it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from awards.models import AwardFund, FundEntry
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_K = FundEntry.Kind
EARLIEST_YEAR = 2000


def keeps(user: User, fund: AwardFund) -> bool:
    """Whether the account keeps the fund's record: civil affairs of its place, or above."""
    area = user.area_code
    return bool(user.can(Capability.KEEP_FUNDS) and user.is_lead and area and fund.region_id.startswith(area))


def writes(user: User, fund: AwardFund) -> bool:
    """Whether the account enters lines: who keeps it, and the people of the founder."""
    return keeps(user, fund) or (
        user.can(Capability.APPLY) and AwardFund.objects.visible_to(user).filter(pk=fund.pk).exists()
    )


def only_keeper(user: User, fund: AwardFund) -> None:
    """Raises PermissionDenied."""
    if not keeps(user, fund):
        raise PermissionDenied("只有管理地区的民政干部能办理。")


def only_writer(user: User, fund: AwardFund) -> None:
    """Raises PermissionDenied."""
    if not writes(user, fund):
        raise PermissionDenied("只有管理地区的民政干部和设立单位的经办人能记账。")


def save(user: User, fund: AwardFund) -> AwardFund:
    """Register a fund or correct its record. Raises PermissionDenied, Refused."""
    only_keeper(user, fund)
    if fund.employer_id and fund.founder_kind == AwardFund.Founder.PERSON:
        raise Refused("设立者是个人的，不填平台单位。")
    if fund.registered_on and fund.registered_on > timezone.localdate():
        raise Refused("登记日期不能晚于今天。")
    try:
        with transaction.atomic():
            if fund.pk:
                stored = AwardFund.objects.select_for_update().get(pk=fund.pk)
                only_keeper(user, stored)
                if stored.closed_on:
                    raise Refused(f"基金已于 {stored.closed_on:%Y-%m-%d} 终止，不能再改。")
                fund.closed_on, fund.balance = stored.closed_on, stored.balance
            fund.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return fund


def _held(pk: int) -> AwardFund:
    """The fund under its lock, open. Raises Refused."""
    found = AwardFund.objects.select_for_update().get(pk=pk)
    if found.closed_on:
        raise Refused(f"基金已于 {found.closed_on:%Y-%m-%d} 终止，不能再记账。")
    return found


def _refuse_overdraft(fund: AwardFund, outlay: Decimal) -> None:
    if outlay > fund.balance:
        raise Refused(f"余额不够：基金还剩 ¥{fund.balance:,.2f}，不能支出 ¥{outlay:,.2f}。")


def _refuse_day(on: date) -> None:
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if on.year < EARLIEST_YEAR:
        raise Refused(f"日期不能早于 {EARLIEST_YEAR} 年。")


def enter(user: User, fund: AwardFund, entry: FundEntry) -> FundEntry:
    """Add a line; `entry.amount` is positive, its sign follows the kind.

    Raises PermissionDenied; Refused for a line the balance cannot pay (and how much is left), a grant without a
    person, a day ahead, a closed fund.
    """
    only_writer(user, fund)
    if entry.kind not in (*FundEntry.INCOME, _K.GRANT, _K.COST):
        raise Refused("请选类型：捐赠、利息、奖励或管理支出。冲正和终止另有按钮。")
    if entry.amount is None or entry.amount <= 0:
        raise Refused("金额要大于 0。")
    if (entry.kind == _K.GRANT) != (entry.worker_id is not None):
        raise Refused("奖励支出要写明受奖人，其他类型不写受奖人。")
    _refuse_day(entry.on)
    with transaction.atomic():
        held = _held(fund.pk)
        entry.fund, entry.recorded_by = held, user
        if entry.kind in FundEntry.OUTLAY:
            _refuse_overdraft(held, entry.amount)
            entry.amount = -entry.amount
        return _stored(entry)


def _stored(entry: FundEntry) -> FundEntry:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    entry.refresh_from_db(fields=["number", "balance"])
    return entry


def reverse(user: User, entry: FundEntry, on: date, reason: str) -> FundEntry:
    """冲正: one line takes another back, once, with the reason. Raises PermissionDenied, Refused."""
    only_writer(user, entry.fund)
    if not reason.strip():
        raise Refused("请写明冲正的原因。")
    _refuse_day(on)
    with transaction.atomic():
        fund = _held(entry.fund_id)
        if entry.kind == _K.REVERSAL:
            raise Refused("冲正本身不能再冲正，请重新记一笔。")
        earlier = FundEntry.objects.filter(reverses=entry).first()
        if earlier is not None:
            raise Refused(f"这一笔已由第 {earlier.number} 笔冲正。")
        if on < entry.on:
            raise Refused(f"冲正日期不能早于原来的日期 {entry.on:%Y-%m-%d}。")
        if entry.amount > 0:
            _refuse_overdraft(fund, entry.amount)
        made = FundEntry(
            fund=fund, on=on, kind=_K.REVERSAL, amount=-entry.amount, party=entry.party, worker_id=entry.worker_id,
            reason=reason.strip()[:300], document=entry.document, reverses=entry, recorded_by=user,
        )  # fmt: skip
        return _stored(made)


def close(user: User, fund: AwardFund, on: date, destination: str, document: str) -> AwardFund:
    """End the fund; what is left goes to a named destination, as its last line. Raises PermissionDenied, Refused."""
    only_keeper(user, fund)
    _refuse_day(on)
    with transaction.atomic():
        held = _held(fund.pk)
        last = held.entries.order_by("-on").values_list("on", flat=True).first()
        if last and on < last:
            raise Refused(f"{last:%Y-%m-%d} 还有收支，终止日期不能更早。")
        if held.balance and not destination.strip():
            raise Refused(f"基金还剩 ¥{held.balance:,.2f}，请写明转给谁。")
        if held.balance:
            _stored(
                FundEntry(
                    fund=held, on=on, kind=_K.TRANSFER, amount=-held.balance, party=destination.strip()[:120],
                    reason="基金终止，余额转出", document=document.strip()[:100], recorded_by=user,
                )
            )  # fmt: skip
        held.refresh_from_db()
        held.closed_on = on
        held.save(update_fields=["closed_on"])
    return held
