"""States of migrations build only what changes, and what they build is as Django would have built it."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger, RemoveTrigger


def _state_of_parent_and_child() -> tuple[ProjectState, type[models.Model]]:
    state = ProjectState()
    state.add_model(ModelState("trial", "Parent", [("id", models.BigAutoField(primary_key=True))]))
    parent = state.apps.get_model("trial", "Parent")
    child = migrations.CreateModel(
        "Child",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("parent", models.ForeignKey("trial.parent", models.CASCADE, related_name="children")),
        ],
    )
    child.state_forwards("trial", state)
    return state, parent


def test_a_new_model_leaves_the_one_it_refers_to_as_it_is() -> None:
    state, parent = _state_of_parent_and_child()
    assert state.apps.get_model("trial", "Parent") is parent


def test_the_relation_is_known_from_both_sides_in_code_and_in_the_state() -> None:
    state, parent = _state_of_parent_and_child()
    child = state.apps.get_model("trial", "Child")
    assert child._meta.get_field("parent").remote_field.model is parent
    assert [each.get_accessor_name() for each in parent._meta.related_objects] == ["children"]
    assert parent.objects.filter(children__id=1).query.get_compiler("default").as_sql()
    assert list(state.relations["trial", "parent"]) == [("trial", "child")]


def _trigger(name: str) -> Trigger:
    sql = UpsertTriggerSql(
        func="RETURN NEW;", hash=name, operation="UPDATE", pgid=f"pgtrigger_{name}", table="trial_parent", when="BEFORE"
    )
    return Trigger(name=name, sql=sql)


def _triggers(state: ProjectState) -> list[str]:
    return [each.name for each in state.models["trial", "parent"].options.get("triggers", [])]


def test_a_trigger_added_is_known_to_the_state_and_leaves_the_model_as_it_is() -> None:
    state, parent = _state_of_parent_and_child()
    for name in ("stays", "goes"):
        AddTrigger("parent", _trigger(name)).state_forwards("trial", state)
    assert _triggers(state) == ["stays", "goes"]
    assert state.apps.get_model("trial", "Parent") is parent


def test_a_trigger_removed_is_no_longer_known_and_leaves_the_others() -> None:
    state, parent = _state_of_parent_and_child()
    for name in ("stays", "goes"):
        AddTrigger("parent", _trigger(name)).state_forwards("trial", state)
    before = state.clone()
    RemoveTrigger("parent", "goes").state_forwards("trial", state)
    assert _triggers(state) == ["stays"]
    assert _triggers(before) == ["stays", "goes"], "a state cloned before keeps what it knew"
    assert state.apps.get_model("trial", "Parent") is parent
