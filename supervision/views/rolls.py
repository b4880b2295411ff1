"""Lists that officers print: for today or any past day, filtered, sorted, as Excel, CSV and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from posts.filters import text_condition
from posts.models import Activity, Duty, Employer, Grade, Kind, Post, Sector
from posts.models.kinds import A_KINDS, B_KINDS, D_KINDS
from supervision.selectors import duties, rolls
from supervision.views import for_officers
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.regions.areas import in_district
from xmsw.regions.models import Region
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.paging import count_label

FILTER_DIGITS = (6, 9)


def _employer_link(row: Employer) -> str:
    return reverse("posts:employer", args=[row.pk])


def _ladder_link(row: Employer) -> str:
    return reverse("posts:ladders", args=[row.pk])


def _employer_columns(path: str = "") -> tuple[Column, ...]:
    """Name, kind, bureau and place of the row itself or of its employer."""
    dots, lookups = (f"{path}.", f"{path}__") if path else ("", "")
    return (
        Column(
            "name",
            "单位",
            f"{dots}name",
            order=f"{lookups}pinyin",
            link=lambda row: reverse("posts:employer", args=[row.employer_id if path else row.pk]),
        ),
        Column("kind", "类别", f"{dots}get_kind_display", order=f"{lookups}kind"),
        Column("bureau", "主管部门", f"{dots}get_competent_bureau_display", chosen=False),
        Column("region", "所在", f"{dots}region.name", order=f"{lookups}region_id"),
        Column("region_code", "区划代码", f"{dots}region_id", chosen=False),
    )


class Roll(ListingView):
    """A list over employers, or over what lies under them at `path`."""

    section = "单位与岗位"
    capability = Capability.VIEW_COMPLIANCE
    default_sort = "region"
    path: ClassVar[str] = ""
    kinds: ClassVar[Sequence[str]] = ()
    clauses: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[str] = ""
    stages: ClassVar[Sequence[tuple[str, str]]] = ()
    stage: ClassVar[str] = ""
    template_name = "supervision/roll.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and request.user.area_code is None:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def filters(self) -> list[Choice | Text]:
        """Employer's name or code, place, kind, and the stage where the list knows stages."""
        prefix = f"{self.path}__" if self.path else ""
        found: list[Choice | Text] = [
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, prefix)), "名称、拼音或代码"),
            Choice(
                "area",
                "地区",
                self._areas(),
                lambda rows, code: rows.filter(in_district(f"{prefix}region__code", code)),
            ),
        ]
        if len(self.kinds) > 1:
            listed = [(kind, Kind(kind).label) for kind in self.kinds]
            found.append(Choice("kind", "类别", listed, lambda rows, kind: rows.filter(**{f"{prefix}kind": kind})))
        if self.stages:
            found.append(Choice("stage", "情况", self.stages, lambda rows, value: rows.filter(**{self.stage: value})))
        return found

    def _areas(self) -> list[tuple[str, str]]:
        own = self.request.user.area_code
        rows = Region.objects.subtree(own).filter(level__in=(3, 4)).exclude(pk=own).order_by("code")
        return [(each.code, "　" * (len(each.code) > FILTER_DIGITS[0]) + each.name) for each in rows]

    def context(self) -> dict[str, Any]:
        return super().context() | {"matrix": self.matrix()}

    def matrix(self) -> dict[str, Any] | None:
        """A table above the list: `title`, `columns` and `rows` of (label, counts)."""
        return None


def _matrix(
    title: str,
    first: str,
    found: dict[Any, dict[Any, int]],
    rows: Sequence[tuple[Any, str]],
    columns: Sequence[tuple[Any, str]],
) -> dict[str, Any]:
    """Counts in the order of the choices, rows without any left out, with a last row of sums."""
    shown = [(label, [found[value].get(code, 0) for code, _ in columns]) for value, label in rows if found.get(value)]
    sums = [sum(counts[place] for _, counts in shown) for place in range(len(columns))]
    return {
        "title": title,
        "first": first,
        "columns": [label for _, label in columns],
        "rows": [{"label": label, "counts": counts, "sum": sum(counts)} for label, counts in shown],
        "sums": sums,
        "sum": sum(sums),
    }


class Leading(Roll):
    """先行设置进度 by kind × district."""

    title, name, unit = "先行设置进度", "先行设置进度", "家"
    kinds = A_KINDS
    clauses = ("二(一)-1",)
    about = "以社会工作服务为主的 11 类事业单位可先行设置 1 至 2 个岗位；没有设置不算违反。"
    stages, stage = rolls.LEADING, "progress"
    empty = "范围内没有这 11 类事业单位。"
    columns = (
        *_employer_columns(),
        Column("active_posts", "在设岗位", numeric=True),
        Column("progress", "进度", lambda row: dict(rolls.LEADING)[row.progress]),
    )

    def base_queryset(self) -> QuerySet:
        return rolls.leading(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        found = rolls.spread(self.listing.rows, "kind", "progress")
        return _matrix("按类别", "类别", found, [(kind, Kind(kind).label) for kind in A_KINDS], rolls.LEADING)


class Principal(Roll):
    """主体岗位 progress."""

    title, name, unit = "主体岗位进度", "主体岗位进度", "家"
    kinds = A_KINDS
    clauses = ("二(一)-4",)
    about = "逐步把社会工作专业岗位明确为本单位的主体专业技术岗位；没有做到不算违反。"
    stages, stage = rolls.PRINCIPAL, "reached"
    empty = "范围内没有这 11 类事业单位。"
    columns = (
        *_employer_columns(),
        Column("active_posts", "在设岗位", numeric=True),
        Column("principal_posts", "主体岗位", numeric=True),
        Column("technical_posts", "专业技术岗位总数", numeric=True),
        Column("reached", "进度", lambda row: dict(rolls.PRINCIPAL)[row.reached]),
    )

    def base_queryset(self) -> QuerySet:
        return rolls.principal(self.request.user, self.request.on)


class Rural(Roll):
    """农村社区 progress."""

    title, name, unit = "农村社区进度", "农村社区进度", "个"
    kinds = (Kind.C03,)
    clauses = ("二(二)-6",)
    about = "农村社区积极创造条件，逐步开发社会工作专业岗位；没有开发不算违反，也不计入至少 1 岗的要求。"
    stages, stage = (("yes", "已开发"), ("no", "未开发")), "developed"
    empty = "范围内没有农村社区。"
    columns = (
        *_employer_columns(),
        Column("active_posts", "在设岗位", numeric=True),
        Column("developed", "进度", lambda row: "已开发" if row.developed == "yes" else "未开发"),
    )

    def base_queryset(self) -> QuerySet:
        return rolls.rural(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        names = list(Region.objects.filter(level=3).order_by("code").values_list("code", "name"))
        return _matrix("按区", "区", rolls.spread(self.listing.rows, "district", "developed"), names, self.stages)


class InclusionRoll(Roll):
    """List B by competent bureau."""

    title, name, unit = "纳入专业技术岗位管理", "纳入专业技术岗位管理", "家"
    kinds = B_KINDS
    clauses = ("二(一)-5",)
    about = "医院、学校、殡仪服务、人口计生服务机构需要开展社会工作服务的，要把岗位纳入专业技术岗位管理。"
    stages, stage = rolls.INCLUSION, "stage"
    empty = "范围内没有这 4 类单位。"
    columns = (
        *_employer_columns(),
        Column("needed", "评估需要", numeric=True),
        Column("active_posts", "在设岗位", numeric=True),
        Column("stage", "情况", lambda row: dict(rolls.INCLUSION)[row.stage]),
    )

    def base_queryset(self) -> QuerySet:
        return rolls.inclusion(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        found = rolls.spread(self.listing.rows, "competent_bureau", "stage")
        return _matrix("按主管部门", "主管部门", found, Bureau.choices, rolls.INCLUSION)


class Staffing(Roll):
    """List D gap report by competent bureau."""

    title, name, unit = "按需配备情况", "按需配备情况", "家"
    kinds = D_KINDS
    clauses = ("二(二)-7",)
    about = "综治中心等 8 类基层机构根据需要配备社会工作专业人才：先评估，再按评估的人数配备持证人员。"
    stages, stage = rolls.STAFFING, "stage"
    empty = "范围内没有这 8 类机构。"
    columns = (
        *_employer_columns(),
        Column("needed", "评估需要", numeric=True),
        Column("certified", "持证在岗", numeric=True),
        Column("lacking", "还差", lambda row: max(row.lacking, 0) if row.lacking is not None else None, numeric=True),
        Column("stage", "情况", lambda row: dict(rolls.STAFFING)[row.stage]),
    )

    def base_queryset(self) -> QuerySet:
        return rolls.as_needed(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        found = rolls.spread(self.listing.rows, "competent_bureau", "stage")
        return _matrix("按主管部门", "主管部门", found, Bureau.choices, rolls.STAFFING)


class Ladders(Roll):
    """职级体系 coverage by sector."""

    title, name, unit = "职级体系", "职级体系", "家"
    kinds = Kind.values
    clauses = ("二(四)-2",)
    about = "设了岗位的城乡社区、相关事业单位和社会组织要建立相应的社会工作职级体系。"
    stages, stage = rolls.LADDER, "ladder"
    empty = "范围内还没有设岗的单位。"
    columns = (
        *_employer_columns(),
        Column("active_posts", "在设岗位", numeric=True),
        Column("ladder", "职级体系", lambda row: dict(rolls.LADDER)[row.ladder], link=_ladder_link),
    )

    def base_queryset(self) -> QuerySet:
        return rolls.ladders(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        found = rolls.spread(self.listing.rows, "sector", "ladder")
        return _matrix("按领域", "领域", found, Sector.choices, rolls.LADDER)


POST_COLUMNS = (
    Column("post", "岗位", str, order="name", link=lambda row: reverse("posts:post", args=[row.pk])),
    *_employer_columns("employer"),
    Column("grade", "等级", lambda row: row.get_grade_display() if row.grade else "未定级"),
    Column("start", "设立日期", order="start"),
)


class PostRoll(Roll):
    """A list over active posts."""

    path, unit, columns = "employer", "个", POST_COLUMNS


class Ungraded(PostRoll):
    """未定级."""

    title, name = "未定级岗位", "未定级岗位"
    clauses = ("二(四)-1",)
    about = "城乡社区、相关事业单位和社会组织要明确岗位等级。"
    empty = "没有未定级的岗位。"

    def base_queryset(self) -> QuerySet:
        return rolls.ungraded(self.request.user, self.request.on)


class Undescribed(PostRoll):
    """无职责或任职条件."""

    title, name = "无职责或任职条件的岗位", "无职责或任职条件的岗位"
    clauses = ("二(三)-7",)
    about = "用人单位应明确和规范岗位职责与任职条件。"
    empty = "岗位都写明了职责和任职条件。"
    columns = (*POST_COLUMNS[:-2], Column("gaps", "缺什么", lambda row: "、".join(_gaps(row))))

    def base_queryset(self) -> QuerySet:
        return rolls.undescribed(self.request.user, self.request.on)


def _gaps(post: Post) -> list[str]:
    lacking = {
        "职责类别": not post.duties,
        "职责说明": not post.duty_text,
        "证书条件": post.min_certificate is None,
        "学历条件": post.min_education is None,
        "年限条件": post.min_years is None,
    }
    return [label for label, missing in lacking.items() if missing]


class NeedAndBand(PostRoll):
    """无设岗依据或薪酬标准."""

    title, name = "没有设岗依据或薪酬标准的岗位", "没有设岗依据或薪酬标准的岗位"
    clauses = ("一-3",)
    about = (
        "按需设岗，以岗定薪：岗位要写明设岗依据；城乡社区、社会组织、企业的岗位，等级要对得上现行薪酬指导标准的档级。"
    )
    stages, stage = rolls.NEED, "lacks"
    empty = "岗位都有设岗依据，都对得上薪酬标准。"
    columns = (*POST_COLUMNS, Column("lacks", "缺什么", lambda row: dict(rolls.NEED)[row.lacks]))

    def base_queryset(self) -> QuerySet:
        return rolls.need_and_band(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        found = rolls.spread(self.listing.rows, "employer__sector", "lacks")
        return _matrix("按领域", "领域", found, Sector.choices, rolls.NEED)


class Vacant(PostRoll):
    """空缺岗位."""

    title, name = "空缺岗位", "空缺岗位"
    clauses = ("二(二)-3",)
    about = "在设而没有人在岗的岗位。"
    empty = "没有空缺的岗位。"

    def base_queryset(self) -> QuerySet:
        return rolls.vacant(self.request.user, self.request.on)

    def matrix(self) -> dict[str, Any]:
        found = rolls.spread(self.listing.rows, "employer__kind", "grade")
        grades = [*Grade.choices, (None, "未定级")]
        return _matrix("按单位类别", "类别", found, Kind.choices, grades)


ROLLS: dict[str, type[Roll]] = {
    "leading": Leading,
    "principal": Principal,
    "inclusion": InclusionRoll,
    "rural": Rural,
    "staffing": Staffing,
    "ladders": Ladders,
    "undescribed": Undescribed,
    "need-and-band": NeedAndBand,
    "ungraded": Ungraded,
    "vacant": Vacant,
}


@require_safe
@for_officers
def rolls_index(request: HttpRequest) -> HttpResponse:
    """Every list with its clause and how long it is on the as-of date."""
    listed = []
    for key, view in ROLLS.items():
        one = view(request=request)
        listed.append({"view": view, "url": reverse(f"supervision:{key}"), "count": count_label(one.base_queryset())})
    return render(request, "supervision/rolls.html", {"rolls": listed})


@require_safe
@for_officers
def duties_page(request: HttpRequest) -> HttpResponse:
    """How many active posts carry each duty and each of the 13 activities, by district."""
    counts = duties.counts(request.user, request.on)
    context = {
        "places": counts.places,
        "duties": [counts.row(f"二(三)-{each.value}", each.label, "duties", each.value) for each in Duty],
        "activities": [counts.row("二(三)-1", each.label, "activities", each.value) for each in Activity],
        "total": counts.total,
    }
    return render(request, "supervision/duties.html", context)
