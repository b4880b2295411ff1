"""Components: outcome badges, clause references, figures, dates, charts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, CheckboxSelectMultiple, ChoiceField, Field, ModelChoiceField
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from xmsw.policy.models import Clause
from xmsw.policy.outcomes import NOT_APPLICABLE, Outcome

register = template.Library()
ICONS = {
    Outcome.MET: "circle-check",
    Outcome.INFO: "info-circle",
    Outcome.PENDING: "hourglass",
    Outcome.WARNING: "alert-triangle",
    Outcome.VIOLATION: "alert-circle",
}
DASHES, CHOOSE = "---------", "请选"
WAN, CENT = Decimal(10_000), Decimal("0.01")
CONTROLS = {"checkbox": "form-check-input", "select": "form-select", "selectmultiple": "form-select"}


@register.simple_tag
def outcome(value: int | str | None, count: int | None = None) -> str:
    """Badge with icon and word, never colour alone; takes a number, a code or None («不适用»)."""
    if value is None or value == NOT_APPLICABLE:
        return format_html(
            '<span class="outcome outcome-none"><i class="ti ti-minus" aria-hidden="true"></i> {}</span>', "不适用"
        )
    found = Outcome[value.upper()] if isinstance(value, str) else Outcome(value)
    label = found.label if count is None else f"{found.label} {count:,}"
    return format_html(
        '<span class="outcome outcome-{}"><i class="ti ti-{}" aria-hidden="true"></i> {}</span>',
        found.code,
        ICONS[found],
        label,
    )


@lru_cache(maxsize=1)
def _clauses() -> dict[str, tuple[str, str, str]]:
    return {each.id: (each.slug, each.quote, each.document_id) for each in Clause.objects.all()}


@register.simple_tag
def clause(identifier: str) -> str:
    """Reference with the quote on hover and focus, linked to that very sentence."""
    if identifier not in _clauses():
        _clauses.cache_clear()
    known = _clauses().get(identifier)
    if known is None:
        return identifier
    slug, quote, number = known
    address = f"{reverse('policy:text')}#{slug}"
    tip = f"{number} {identifier}：「{quote}…」"
    return format_html('<a class="clause" href="{}" data-tip="{}">{}</a>', address, tip, identifier)


@register.filter
def yuan(value: Decimal | None) -> str:
    """¥1,234.00"""
    return "—" if value is None else f"¥{value:,.2f}"


@register.filter
def wan(value: Decimal | None) -> str:
    """Money in a sentence: «8,600 万元», «1,234.57 万元», «6,512.30 元» below ten thousand; «—» where it is unknown."""
    if value is None:
        return "—"
    if abs(value) < WAN:
        return f"{value:,.2f} 元".replace(".00 ", " ")
    return f"{(value / WAN).quantize(CENT, ROUND_HALF_UP):,f} 万元".replace(".00 ", " ")


@register.filter
def percent(value: Decimal | None) -> str:
    """A share as «12.5%», at most two digits after the point."""
    return "—" if value is None else f"{Decimal(f'{value * 100:.2f}').normalize():f}%"


@register.filter
def signed_percent(value: Decimal | None) -> str:
    """A change as «+5%» or «-3.2%»."""
    return "—" if value is None else f"{'+' if value > 0 else ''}{percent(value)}"


@register.filter
def thousands(value: int | None) -> str:
    """1,234,567"""
    return "—" if value is None else f"{value:,}"


@register.filter
def hours(value: Decimal | None) -> str:
    """«72», «3.5»: no needless digits."""
    return "—" if value is None else f"{value.normalize():,f}"


@register.filter
def day(value: date | None) -> str:
    """2026-11-23"""
    return "—" if value is None else f"{value:%Y-%m-%d}"


@register.filter
def ago(value: date | None) -> str:
    """«今天», «3 天前», «5 个月前», «2 年前»."""
    if value is None:
        return ""
    days = (timezone.localdate() - value).days
    if days <= 0:
        return "今天"
    if days < 60:
        return f"{days} 天前"
    return f"{days // 30} 个月前" if days < 730 else f"{days // 365} 年前"


@register.filter
def when(value: date | None) -> str:
    """2026-11-23 with its age beside it."""
    if value is None:
        return "—"
    text = f"{value:%Y-%m-%d}"
    return format_html('<time datetime="{}">{}</time> <span class="age">{}</span>', text, text, ago(value))


@register.inclusion_tag("ui/empty.html")
def empty(text: str, url: str = "", label: str = "", icon: str = "list-search") -> dict[str, str]:
    """What a list says when it has nothing, and what to do."""
    return {"text": text, "url": url, "label": label, "icon": icon}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Label, hint before the control, error, control; the control names hint and error to screen readers.

    Of many boxes to tick each is a control of its own (`ticks`).
    """
    widget = bound.field.widget
    _ask_to_choose(bound.field)
    if isinstance(widget, CheckboxSelectMultiple):
        widget.attrs["class"] = CONTROLS["checkbox"]
        return {"field": bound, "ticks": list(bound)}
    own = widget.attrs.get("class", "")
    look = CONTROLS.get(bound.widget_type, "form-control")
    classes = f"{own} {look if look not in own else ''} {'is-invalid' if bound.errors else ''}"
    return {"field": bound, "control": bound.as_widget(attrs={"class": " ".join(classes.split())})}


def _ask_to_choose(asked: Field) -> None:
    """The empty choice of a select says what to do, instead of dashes."""
    if isinstance(asked, ModelChoiceField):
        asked.empty_label = None if asked.empty_label is None else asked.empty_label.replace(DASHES, CHOOSE)
    elif isinstance(asked, ChoiceField):
        asked.choices = [(code, CHOOSE if label == DASHES else label) for code, label in asked.choices]


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Summary above a form: every error leads to its field and takes the focus when the page opens."""
    return {"form": form}


@register.inclusion_tag("ui/chart.html")
def chart(identifier: str, title: str, data: dict[str, Any]) -> dict[str, Any]:
    """A chart (shape of `data`: see static/js/charts.js) with its table one click away.

    The table shows `data["rows"]` where given, else the values of the series.
    """
    computed = zip(data["labels"], *(each["values"] for each in data["series"]), strict=True)
    return {"id": identifier, "title": title, "data": data, "rows": data.get("rows") or list(computed)}


@register.simple_tag
def progress(done: int, total: int, label: str) -> str:
    """Bar with its counts; `label` names what is counted («行», «片»)."""
    return format_html(
        '<div class="progress-line"><progress max="{}" value="{}" aria-label="{}"></progress>'
        '<span class="num">{} / {} {}</span></div>',
        max(total, 1),
        min(done, total),
        f"进度（{label}）",
        f"{done:,}",
        f"{total:,}",
        label,
    )


@register.inclusion_tag("ui/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """History, newest first: each event has `at`, `title`, `who` and `text`."""
    return {"events": events}


@register.filter
def get(mapping: dict, key: Any) -> Any:
    """`mapping[key]` or None, for keys that are variables."""
    return mapping.get(key)
