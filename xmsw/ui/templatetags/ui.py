"""Components: outcome badges, clause references, figures, dates, charts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html

from xmsw.policy.models import Clause
from xmsw.policy.outcomes import Outcome

register = template.Library()
BADGES = {
    Outcome.MET: ("green", "circle-check"),
    Outcome.INFO: ("azure", "info-circle"),
    Outcome.PENDING: ("secondary", "hourglass"),
    Outcome.WARNING: ("yellow", "alert-triangle"),
    Outcome.VIOLATION: ("red", "alert-circle"),
}


@register.simple_tag
def outcome(value: int | str | None, count: int | None = None) -> str:
    """Badge with icon and word, never colour alone; takes a number, a code or None («不适用»)."""
    if value is None:
        return format_html('<span class="badge bg-secondary-lt">{}</span>', "不适用")
    found = Outcome[value.upper()] if isinstance(value, str) else Outcome(value)
    colour, icon = BADGES[found]
    label = found.label if count is None else f"{found.label} {count}"
    return format_html(
        '<span class="badge bg-{}-lt"><i class="ti ti-{}" aria-hidden="true"></i> {}</span>', colour, icon, label
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
    slug, quote, _ = known
    return format_html('<a class="clause" href="/policy/text/#{}" title="{}">{}</a>', slug, f"「{quote}…」", identifier)


@register.filter
def yuan(value: Decimal | None) -> str:
    """¥1,234.00"""
    return "—" if value is None else f"¥{value:,.2f}"


@register.filter
def thousands(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


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


@register.inclusion_tag("ui/empty.html")
def empty(text: str, url: str = "", label: str = "", icon: str = "mood-smile") -> dict[str, str]:
    """What a list says when it has nothing, and what to do."""
    return {"text": text, "url": url, "label": label, "icon": icon}


@register.inclusion_tag("ui/field.html")
def field(bound: Any) -> dict[str, Any]:
    """Label, hint, control, error."""
    return {"field": bound}


@register.inclusion_tag("ui/chart.html")
def chart(identifier: str, title: str, data: dict[str, Any]) -> dict[str, Any]:
    """A chart (see static/js/charts.js for the shape of `data`) with its table one click away."""
    return {"id": identifier, "title": title, "data": data}


@register.filter
def get(mapping: dict, key: Any) -> Any:
    return mapping.get(key)
