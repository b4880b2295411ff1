"""What a stale form, a second click or somebody else's role must not change, see or bring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from supervision import rectifying
from supervision.actions.registers import keep
from supervision.flows.inspections import ONSITE
from supervision.flows.rectification import RECTIFICATION
from supervision.models import BudgetItem, Inspection, InspectionUnit, OrderItem, PolicyApplication, RectificationOrder
from tests import builders as make
from tests.supervision import registers as rows_of
from tests.supervision.inspections import DUE, answered, make_order, officer, recorded, under_way
from tests.supervision.registers import pdf, posted
from xmsw.accounts.roles import Capability
from xmsw.workflow.actions import attach, move
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
PAPER = b"%PDF-1.7 proof"


@pytest.fixture
def employer():
    return make.make_employer("E01", region="350203001")


def test_a_form_opened_before_leaves_the_sums_of_the_ledger():
    item = rows_of.make_budget(amount=Decimal(1000))
    stale = BudgetItem.objects.get(pk=item.pk)
    rows_of.make_line(item, "appropriation", 100)
    rows_of.make_line(item, "spending", 60)
    stale.name = "改名"
    keep(make.make_user("city_officer", region="3502"), stale, (Capability.KEEP_BUDGETS,))
    found = BudgetItem.objects.get(pk=item.pk)
    assert (found.name, found.appropriated, found.spent) == ("改名", 100, 60)


def test_files_for_an_order_come_from_whoever_answers_and_only_until_then(employer):
    issuer, clerk = officer(), make.make_member(employer)
    order = make_order(issuer, employer)
    attach(clerk, RECTIFICATION, order.pk, "合同.pdf", PAPER)
    with pytest.raises(Refused, match="现在不由你"):
        attach(issuer, RECTIFICATION, order.pk, "合同.pdf", PAPER)
    answered(order, clerk)
    with pytest.raises(Refused, match="现在不由你"):
        attach(clerk, RECTIFICATION, order.pk, "补充.pdf", PAPER)


def test_photos_come_from_who_was_sent_there_while_the_record_is_open(employer):
    two, third = [officer(), officer()], officer()
    make.make_post(employer)
    unit = under_way(two[0], two).units.get()
    with pytest.raises((Refused, PermissionDenied)):
        attach(third, ONSITE, unit.pk, "现场.pdf", PAPER)
    attach(two[0], ONSITE, unit.pk, "第1项-现场.pdf", PAPER)
    for state in ("confirmed", "open"):
        InspectionUnit.objects.filter(pk=unit.pk).update(state=state)
        Inspection.objects.filter(pk=unit.inspection_id).update(state="under_way" if state == "confirmed" else "drawn")
        with pytest.raises(Refused, match="现在不由你"):
            attach(two[0], ONSITE, unit.pk, "第1项-再来.pdf", PAPER)


def test_a_task_is_done_once(signed_in):
    task = rows_of.make_task("education")
    client = signed_in(make.make_user("bureau_officer", bureau="education"))
    address = f"/supervision/meeting-tasks/{task.pk}/done/"
    assert posted(client, address, done_on=TODAY, evidence="设了 2 个岗位").status_code == 302
    again = posted(client, address, done_on=TODAY, evidence="改写")
    assert again.status_code == 422
    task.refresh_from_db()
    assert task.evidence == "设了 2 个岗位"


def test_an_application_not_handed_in_is_the_agency_s_alone(employer):
    draft = rows_of.make_application(employer)
    assert draft.state == "draft"
    for viewer in (make.make_user("district_officer"), make.make_user("city_officer", region="3502")):
        assert not PolicyApplication.objects.visible_to(viewer).exists()
    assert PolicyApplication.objects.visible_to(make.make_member(employer)).get() == draft


def test_a_register_s_file_needs_the_register_s_capability(signed_in):
    report = rows_of.make_report("3502")
    lead = signed_in(make.make_user("city_officer", region="3502"))
    edit = {"region": "3502", "recipient": "province", "title": "总结", "document": ""}
    edit |= {"period_start": "2025-01-01", "period_end": "2025-12-31", "on": f"{TODAY:%Y-%m-%d}", "file": pdf()}
    assert lead.post(f"/supervision/upward-reports/{report.pk}/", edit).status_code == 302
    address = f"/supervision/upward-reports/{report.pk}/file/"
    assert lead.get(address).status_code == 200
    for role in ("standing_officer", "bureau_officer"):
        assert signed_in(make.make_user(role, region="3502")).get(address).status_code == 403, role


def test_a_closed_order_is_not_offered_again(employer, signed_in):
    two, clerk = [officer(), officer()], make.make_member(employer)
    make.make_post(employer)
    unit = recorded(under_way(two[0], two).units.get(), *two, seen=0)
    fault = rectifying.faults_of_unit(unit)[0]
    item = OrderItem(clause_id=fault.clause, problem=fault.problem, remedy="补齐", record=fault.record)
    order = rectifying.issue(two[0], employer, [item], DUE)
    move(two[1], RECTIFICATION, answered(order, clerk).pk, "close")
    assert RectificationOrder.objects.get().state == "closed"
    assert rectifying.faults_of_unit(unit) == []
    form = {"due_on": f"{DUE}", "in_charge": two[0].pk, f"{fault.key}-chosen": "on"}
    form |= {f"{fault.key}-problem": fault.problem, f"{fault.key}-remedy": "补齐"}
    assert signed_in(two[0]).post(f"/supervision/inspections/units/{unit.pk}/rectify/", form).status_code != 302
    assert RectificationOrder.objects.count() == 1
