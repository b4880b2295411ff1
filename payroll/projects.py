"""What is done with purchase projects (三(一)-7): recorded and corrected by officers of the buyer's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from payroll.models import PurchaseProject
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def store(user: User, project: PurchaseProject) -> PurchaseProject:
    """Store a new project or a corrected one of the own area. Raises PermissionDenied, Refused."""
    own = user.area_code
    if not user.can(Capability.RECORD_PROJECTS) or own is None or not project.region_id.startswith(own):
        raise PermissionDenied("只能登记本地区购买的项目。")
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError as error:
        raise refused_by_constraint(error, "与已有项目冲突，请核对。") from error
    return project
