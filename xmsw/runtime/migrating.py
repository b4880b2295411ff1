"""Migrations rebuild no more models than a step touches: a first start takes seconds, not minutes.

Django builds every model anew that is related, however far, to one that a migration adds; pgtrigger does so for each
trigger. With some two hundred related models, that was 95 % of a first start and of every test run's preparation. A
model just added changes none of those it refers to (their reverse relations are connected when its class is made), and
a trigger changes no field: its SQL stands in the migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

if TYPE_CHECKING:
    from django.db.migrations.state import ModelState


def spare_rebuilding() -> None:
    """Let the states of migrations build only what changes."""
    ProjectState.add_model = _model_added
    AddTrigger.state_forwards = _trigger_added
    RemoveTrigger.state_forwards = _trigger_removed


def _model_added(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _trigger_added(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def _trigger_removed(self: RemoveTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [each for each in options.get("triggers", []) if each.name != self.name]
