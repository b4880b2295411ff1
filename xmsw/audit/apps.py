from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from pgtrigger.migrations import AddTrigger, RemoveTrigger

if TYPE_CHECKING:
    from django.db.migrations.state import ProjectState


class AuditConfig(AppConfig):
    name = "xmsw.audit"
    label = "audit"
    verbose_name = "留痕与审计"

    def ready(self) -> None:
        # A trigger changes no field and its SQL stands in the migration, yet the library has the models of the state
        # built anew after each of some four hundred triggers: that took most of a first start.
        AddTrigger.state_forwards = _added
        RemoveTrigger.state_forwards = _removed


def _added(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def _removed(self: RemoveTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [each for each in options.get("triggers", []) if each.name != self.name]
