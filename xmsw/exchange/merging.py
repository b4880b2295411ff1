"""Writes a checked batch into the tables, and takes it out again. Both are set statements inside one transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.models import ProtectedError

from xmsw.constraints import sentence_of
from xmsw.exchange.checking import differs
from xmsw.exchange.kinds import Target
from xmsw.exchange.models import Batch, Touched
from xmsw.exchange.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User

TOUCHED = Touched._meta.db_table


def merge(batch: Batch) -> None:
    """Write the rows of `incoming` (just looked up in this transaction); every object written is noted for undo."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for target in batch.import_kind.targets:
            _update(cursor, batch, target)
            _insert(cursor, batch, target)


def _update(cursor: Any, batch: Batch, target: Target) -> None:
    """Objects that exist and differ; the first row of the file that names one decides."""
    source = (
        f"(SELECT DISTINCT ON (i.{target.id}) i.* FROM incoming i WHERE i.{target.id} IS NOT NULL AND {target.feeds} "
        f"ORDER BY i.{target.id}, i.row) i JOIN {target.table} t ON t.id = i.{target.id} "
        f"WHERE ({target.updates}) AND ({differs(target)})"
    )
    cursor.execute(
        f'INSERT INTO {TOUCHED} (batch_id, "table", object_id, row, before) '
        f"SELECT %(batch)s, %(table)s, t.id, i.row, to_jsonb(t) FROM {source}",
        {"batch": batch.pk, "table": target.table},
    )
    kept = [f'"{column}" = coalesce(({expression}), t."{column}")' for column, expression in target.columns.items()]
    kept += [f'"{column}" = ({expression})' for column, expression in target.follows.items()]
    cursor.execute(
        f"UPDATE {target.table} t SET {', '.join(kept)} FROM incoming i JOIN {TOUCHED} o ON o.row = i.row "
        f'WHERE o.batch_id = %(batch)s AND o."table" = %(table)s AND t.id = o.object_id AND i.{target.id} = t.id',
        {"batch": batch.pk, "table": target.table},
    )
    cursor.execute(
        f"UPDATE {TOUCHED} o SET content = {_content(target)} FROM {target.table} t "
        'WHERE o.batch_id = %(batch)s AND o."table" = %(table)s AND t.id = o.object_id',
        {"batch": batch.pk, "table": target.table},
    )


def _insert(cursor: Any, batch: Batch, target: Target) -> None:
    """New objects get their ids first, so that every row of the file knows its own."""
    same = " AND ".join(f"{part} = n.key{place}" for place, part in enumerate(target.key))
    keys = ", ".join(f"{part} AS key{place}" for place, part in enumerate(target.key))
    cursor.execute("DROP TABLE IF EXISTS fresh")
    cursor.execute(
        f"CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS "
        f"SELECT n.*, nextval(pg_get_serial_sequence('{target.table}', 'id')) AS id FROM "
        f"(SELECT DISTINCT ON ({', '.join(target.key)}) i.row, {keys} FROM incoming i "
        f"WHERE i.{target.id} IS NULL AND {target.feeds} ORDER BY {', '.join(target.key)}, i.row) n",
        {},
    )
    cursor.execute("ANALYZE fresh")
    cursor.execute(
        f"UPDATE incoming i SET {target.id} = n.id FROM fresh n "
        f"WHERE i.{target.id} IS NULL AND {target.feeds} AND {same}",
        {},
    )
    blank = target.defaults
    columns = {
        name: f"coalesce(({sql}), {blank[name]})" if name in blank else sql for name, sql in target.columns.items()
    }
    values = {**columns, **{name: _without_old(sql) for name, sql in target.follows.items()}, **target.constants}
    named = ", ".join(f'"{column}"' for column in values)
    cursor.execute(
        f"INSERT INTO {target.table} (id, {named}) SELECT n.id, {', '.join(f'({sql})' for sql in values.values())} "
        "FROM fresh n JOIN incoming i ON i.row = n.row",
        {},
    )
    cursor.execute(
        f'INSERT INTO {TOUCHED} (batch_id, "table", object_id, row, content) '
        f"SELECT %(batch)s, %(table)s, n.id, n.row, {_content(target)} "
        f"FROM fresh n JOIN {target.table} t ON t.id = n.id",
        {"batch": batch.pk, "table": target.table},
    )


def _without_old(expression: str) -> str:
    """A follower's expression for a new row, where there is no old one."""
    return re.sub(r"\bt\.\w+", "NULL", expression)


def _content(target: Target) -> str:
    """SQL: digest of the row `t`, without what the database computes itself."""
    fields = [each for each in _model(target)._meta.concrete_fields if not each.generated]
    return f"md5(ROW({', '.join(f't.{connection.ops.quote_name(each.column)}' for each in fields)})::text)::uuid"


def refuse_foreign(batch: Batch, user: User | None) -> None:
    """Raise `Refused` unless every touched object lies within what the account sees (None: the console)."""
    with connection.cursor() as cursor:
        batch.import_kind.prepare(user, cursor)
        for target in batch.import_kind.targets:
            cursor.execute(
                f"SELECT o.row FROM {TOUCHED} o JOIN {target.table} t ON t.id = o.object_id "
                'WHERE o.batch_id = %(batch)s AND o."table" = %(table)s '
                f"AND ({target.within}) IS NOT TRUE ORDER BY o.row LIMIT 1",
                {"batch": batch.pk, "table": target.table},
            )
            if found := cursor.fetchone():
                raise Refused(
                    f"第 {found[0]} 行写入的{_noun(target)}现在不由你一方管理，不能整体撤销。请联系民政部门更正。"
                )


def undo(batch: Batch) -> None:
    """Put every touched object back; raises `Refused` with the first row that was changed or used since."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for target in batch.import_kind.targets:
            _refuse_changed(cursor, batch, target)
        for target in reversed(batch.import_kind.targets):
            _put_back(cursor, batch, target)


def _refuse_changed(cursor: Any, batch: Batch, target: Target) -> None:
    cursor.execute(
        f"SELECT o.row, t.id IS NULL FROM {TOUCHED} o LEFT JOIN {target.table} t ON t.id = o.object_id "
        'WHERE o.batch_id = %(batch)s AND o."table" = %(table)s '
        f"AND (t.id IS NULL OR o.content IS DISTINCT FROM {_content(target)}) ORDER BY o.row LIMIT 1",
        {"batch": batch.pk, "table": target.table},
    )
    found = cursor.fetchone()
    if found:
        row, gone = found
        what = "删除" if gone else "修改"
        raise Refused(f"第 {row} 行写入的{_noun(target)}后来被{what}过，不能整体撤销。请到该记录的页面单独更正。")


def _put_back(cursor: Any, batch: Batch, target: Target) -> None:
    names = {"batch": batch.pk, "table": target.table}
    mine = 'o.batch_id = %(batch)s AND o."table" = %(table)s AND t.id = o.object_id'
    old = ", ".join(f'"{column}" = b."{column}"' for column in (*target.columns, *target.follows))
    cursor.execute(
        f"UPDATE {target.table} t SET {old} FROM {TOUCHED} o, "
        f"jsonb_populate_record(NULL::{target.table}, o.before) b WHERE {mine} AND o.before IS NOT NULL",
        names,
    )
    _delete_new(batch, target)


def _model(target: Target) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == target.table)


def _delete_new(batch: Batch, target: Target) -> None:
    """Delete what the merge created; what others computed from it goes along, what people recorded refuses."""
    model = _model(target)
    created = batch.touched.filter(table=target.table, before__isnull=True).values("object_id")
    if not created.exists():
        return
    for relation in model._meta.related_objects:
        kept_by_people = relation.on_delete is models.CASCADE and hasattr(relation.related_model, "pgh_event_models")
        if kept_by_people:
            used = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": created})
            for identifier in used.values_list(relation.field.attname, flat=True)[:1]:
                raise Refused(_in_use(batch, target, identifier))
    try:
        model._default_manager.filter(pk__in=created).delete()
    except ProtectedError as error:
        used = next(iter(error.protected_objects))
        pointers = [r.field.attname for r in model._meta.related_objects if isinstance(used, r.related_model)]
        raise Refused(_in_use(batch, target, getattr(used, pointers[0]))) from error


def _noun(target: Target) -> str:
    return str(_model(target)._meta.verbose_name)


def _in_use(batch: Batch, target: Target, identifier: int) -> str:
    row = batch.touched.filter(table=target.table, object_id=identifier).values_list("row", flat=True).first()
    noun = _noun(target)
    return f"第 {row} 行写入的{noun}后来被别的记录使用（例如聘用或薪酬），不能整体撤销。请先撤销那些记录。"


def explained(error: IntegrityError) -> str:
    """The sentence of the constraint that a merge broke, or a general one."""
    sentence = sentence_of(error) or "文件里的记录与库中已有记录冲突。请重新核对后再试。"
    return f"没有写入任何内容：{sentence}"
