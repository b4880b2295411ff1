"""Rows of the registers of section 四, valid unless told otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from posts.models import Employer
from supervision.models import (
    BudgetEvaluation,
    BudgetItem,
    BudgetLine,
    ClauseTarget,
    Contact,
    DevelopmentPlan,
    FeeItem,
    GuidanceRecord,
    JointMeeting,
    MarketIncome,
    MeetingTask,
    PayIssue,
    PolicyApplication,
    PreferentialPolicy,
    SocialFunding,
    SupportingRule,
    UpwardReport,
    YearEnd,
    YearEndFigure,
    YearlyTarget,
)
from supervision.selectors.obligations import verdicts_for
from xmsw.accounts.models import Bureau
from xmsw.policy.outcomes import Outcome

TODAY = date.today()
LAST_YEAR = TODAY.year - 1


def outcome(code: str, area: str = "350203", on: date = TODAY) -> str | None:
    """The outcome of an area's rule on a day; None where it does not apply."""
    found = [each for each in verdicts_for(None, on) if each.rule.code == code and each.subject_id == area]
    return Outcome(found[0].outcome).code if found else None


def pdf(name: str = "文件.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 x")


def rows(page: Any) -> list[list[str]]:
    """The cells of a list's page, as text."""
    return [[cell["text"] for cell in line["cells"]] for line in page.context["lines"]]


def cells(page: Any, table: int = 0) -> dict[str, list[str]]:
    """Label → cells of a table above the list."""
    return {
        each["label"]: [str(cell["text"]) for cell in each["cells"]] for each in page.context["tables"][table]["rows"]
    }


def posted(client: Client, address: str, **data: Any) -> Any:
    """What a form answers; 302 means stored."""
    return client.post(address, {key: value for key, value in data.items() if value is not None})


def make_plan(region: str = "350203", **fields: Any) -> DevelopmentPlan:
    defaults = {
        "name": "十四五规划",
        "start": date(TODAY.year, 1, 1),
        "end": date(TODAY.year, 12, 31),
        "quote": "发展社工",
    }
    return DevelopmentPlan.objects.create(region_id=region, **(defaults | fields))


def make_target(bureau: str = "education", region: str = "350203", **fields: Any) -> YearlyTarget:
    return YearlyTarget.objects.create(region_id=region, bureau=bureau, **({"year": LAST_YEAR, "posts": 1} | fields))


def make_contact(bureau: str = "education", region: str = "350203", **fields: Any) -> Contact:
    defaults = {"lead": "陈领导", "name": "林联络", "start": date(2020, 1, 1)}
    return Contact.objects.create(region_id=region, bureau=bureau, **(defaults | fields))


def make_contacts(region: str = "350203", lacking: int = 0) -> None:
    """One contact a bureau, some of the last ones lacking."""
    for bureau in Bureau.values[: len(Bureau) - lacking]:
        make_contact(bureau, region)


def make_meeting(region: str = "350203", **fields: Any) -> JointMeeting:
    defaults = {"title": "联席会议", "on": TODAY, "attending": ["civil_affairs", "education"]}
    return JointMeeting.objects.create(region_id=region, **(defaults | fields))


def make_task(bureau: str = "education", region: str = "350203", **fields: Any) -> MeetingTask:
    defaults = {"title": "开发岗位", "given_on": date(TODAY.year - 1, 1, 1), "deadline": TODAY}
    return MeetingTask.objects.create(region_id=region, bureau=bureau, **(defaults | fields))


def make_supporting_rule(clause: str = "三(一)-5", region: str = "3502", **fields: Any) -> SupportingRule:
    defaults = {"title": f"{clause}办法", "drafted_on": date(2018, 1, 1), "published_on": date(2019, 1, 1)}
    defaults |= {"document": "厦民〔2019〕1号"}
    return SupportingRule.objects.create(region_id=region, clause_id=clause, **(defaults | fields))


def make_guidance(employer: Employer, **fields: Any) -> GuidanceRecord:
    defaults = {"matter": "posts", "question": "怎么设岗", "asked_on": TODAY, "bureau": "human_resources"}
    return GuidanceRecord.objects.create(employer=employer, region_id=employer.region_id[:6], **(defaults | fields))


def make_budget(region: str = "350203", **fields: Any) -> BudgetItem:
    year = fields.get("year", TODAY.year)
    defaults = {"name": "社工薪酬", "year": year, "purpose": "pay", "amount": Decimal(1000)}
    defaults |= {"approved_on": date(year, 1, 1), "document": "财预1号"}
    return BudgetItem.objects.create(region_id=region, **(defaults | fields))


def make_line(item: BudgetItem, kind: str, amount: Any, on: date | None = None, **fields: Any) -> BudgetLine:
    defaults = {"purpose": "-", "on": on or date(item.year, 1, 1)}
    return BudgetLine.objects.create(item=item, kind=kind, amount=Decimal(str(amount)), **(defaults | fields))


def make_evaluation(item: BudgetItem, **fields: Any) -> BudgetEvaluation:
    defaults = {"evaluated_on": TODAY, "evaluator": "第三方", "score": 90, "grade": "excellent"}
    return BudgetEvaluation.objects.create(item=item, **(defaults | fields))


def make_pay_issue(bureau: str = "education", region: str = "350203", **fields: Any) -> PayIssue:
    defaults = {"title": "薪酬偏低", "found_on": date(TODAY.year - 1, 1, 1), "people": 3, "deadline": TODAY}
    return PayIssue.objects.create(region_id=region, bureau=bureau, **(defaults | fields))


def make_funding(region: str = "350203", **fields: Any) -> SocialFunding:
    defaults = {"source": "donation", "giver": "某企业", "on": TODAY, "amount": Decimal(500), "use": "服务"}
    return SocialFunding.objects.create(region_id=region, **(defaults | fields))


def make_report(region: str = "3502", **fields: Any) -> UpwardReport:
    defaults = {"recipient": "province", "title": "年度总结", "on": TODAY}
    defaults |= {"period_start": date(LAST_YEAR, 1, 1), "period_end": date(LAST_YEAR, 12, 31)}
    return UpwardReport.objects.create(region_id=region, **(defaults | fields))


def make_policy(region: str = "3502", **fields: Any) -> PreferentialPolicy:
    defaults = {"name": "创业补贴", "authority": "人社局", "benefit": "补贴", "start": date(2018, 1, 1)}
    return PreferentialPolicy.objects.create(region_id=region, **(defaults | fields))


def make_application(employer: Employer, policy: PreferentialPolicy | None = None, **fields: Any) -> PolicyApplication:
    return PolicyApplication.objects.create(employer=employer, policy=policy or make_policy(), **fields)


def make_fee(employer: Employer, **fields: Any) -> FeeItem:
    defaults = {"service": "心理辅导", "price": 100, "per": "次", "basis": "market", "start": date(2020, 1, 1)}
    return FeeItem.objects.create(employer=employer, **(defaults | fields))


def make_income(employer: Employer, **fields: Any) -> MarketIncome:
    defaults = {"year": LAST_YEAR, "total": 1000, "market": 250}
    return MarketIncome.objects.create(employer=employer, **(defaults | fields))


def make_clause_target(region: str = "350203", clause: str = "二(二)-2", **fields: Any) -> ClauseTarget:
    """Eighty of a hundred communities shall have a post this year."""
    defaults = {"region_id": region, "clause_id": clause, "year": TODAY.year, "percent": Decimal(80)}
    return ClauseTarget.objects.create(**(defaults | fields))


def make_year_end(region: str = "350203", year: int = LAST_YEAR, posts: int = 7, **fields: Any) -> YearEnd:
    """A confirmed year end with one figure."""
    defaults = {"region_id": region, "year": year, "day": date(year, 12, 31), "digest": "0" * 64}
    made = YearEnd.objects.create(**(defaults | fields))
    YearEndFigure.objects.create(
        year_end=made, key="posts", label="在设社工岗位", unit="个", clause="一-1", part=Decimal(posts)
    )
    return made
