"""Migrations rebuild no more models than a step touches: a first start takes seconds, not minutes.

Django builds every model anew that is related, however far, to one that a migration adds; pgtrigger does so for each
trigger. With some two hundred related models, that was 95 % of a first start and of every test run's preparation. A
model just added changes none of those it refers to (their reverse relations are connected when its class is made), nor
does a column that refers to nothing; a trigger, an index or a constraint changes no field; words and choices of a field
reach neither the database nor the rows that a migration touches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED
from pgtrigger.migrations import AddTrigger, RemoveTrigger

if TYPE_CHECKING:
    from django.db.migrations.state import ModelState
    from django.db.models import Field

WORDS = {"blank", "choices", "editable", "error_messages", "help_text", "validators", "verbose_name"}


def spare_rebuilding() -> None:
    """Let the states of migrations build only what changes."""
    ProjectState.add_model = _model_added
    ProjectState.add_field = _field_added(ProjectState.add_field)
    ProjectState.alter_field = _field_altered(ProjectState.alter_field)
    ProjectState._append_option = _option_added
    AddTrigger.state_forwards = _trigger_added
    RemoveTrigger.state_forwards = _trigger_removed


def _model_added(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _field_added(instead: Any) -> Any:
    """What takes the place of `ProjectState.add_field`: a column that refers to nothing joins the class there is."""

    def add_field(self: ProjectState, app_label: str, model_name: str, name: str, field: Field, preserve: bool) -> None:
        if field.is_relation or "apps" not in self.__dict__:
            return instead(self, app_label, model_name, name, field, preserve)
        self.models[app_label, model_name].fields[name] = stored = _without_default(field, preserve)
        stored.clone().contribute_to_class(self.apps.get_model(app_label, model_name), name)

    return add_field


def _field_altered(instead: Any) -> Any:
    """What takes the place of `ProjectState.alter_field`: other words for the same column change the state alone."""

    def alter_field(
        self: ProjectState, app_label: str, model_name: str, name: str, field: Field, preserve: bool
    ) -> None:
        fields = self.models[app_label, model_name].fields
        if _columns_told(fields[name]) != _columns_told(field):
            return instead(self, app_label, model_name, name, field, preserve)
        fields[name] = _without_default(field, preserve)

    return alter_field


def _without_default(field: Field, preserve: bool) -> Field:
    """`field`, or a copy that has forgotten a default given for the rows there were."""
    if not preserve:
        field = field.clone()
        field.default = NOT_PROVIDED
    return field


def _columns_told(field: Field) -> tuple[Any, ...]:
    """What of a field makes its column and its relations."""
    _, path, arguments, named = field.deconstruct()
    return path, arguments, {name: value for name, value in named.items() if name not in WORDS}


def _option_added(self: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    """An index or a constraint more."""
    options = self.models[app_label, model_name].options
    options[option] = [*options[option], added]
    if "apps" in self.__dict__:
        meta = self.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [*getattr(meta, option), added])


def _trigger_added(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def _trigger_removed(self: RemoveTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [each for each in options.get("triggers", []) if each.name != self.name]
