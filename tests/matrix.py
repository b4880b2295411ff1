"""Every named address and how it is tried. A new address needs an entry, or `test_every_address_has_an_entry` fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from supervision.views.rolls import ROLLS
from tests.world import COURSE


@dataclass(frozen=True)
class Entry:
    """How an address is tried.

    `foreign`: its argument names an object of that kind, taken from others, and is refused. `arguments`: fixed ones.
    `public`: open without sign-in. `queries`: further query strings; `{area}`, `{name}`, `{code}` are of the others.
    """

    foreign: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    queries: tuple[str, ...] = ()


PAGE = Entry()
LIST = Entry(queries=("?area={area}", "?q={name}", "?q={code}", "?kind=all", "?kind=A01&area={area}", "?export=xlsx"))
EMPLOYER = Entry(foreign="employer")
PERSON = Entry(foreign="person")
PEOPLE = Entry(queries=("?person={name}", "?person=某", "?export=xlsx", "?export=pdf"))
RUN = Entry(foreign="run")
POST = Entry(foreign="post", queries=("?export=pdf",))
POST_PAGES = ("", "-edit", "-amend", "-freeze", "-unfreeze", "-abolish", "-copies", "-description")
CASE = Entry(foreign="case", arguments={"key": "post"})
BATCH_PAGES = ("batch", "progress", "report", "confirm", "undo", "give-up", "resume", "mend")

MATRIX: dict[str, Entry] = {
    "home": PAGE,
    "healthz": Entry(public=True),
    "accounts:login": Entry(public=True),
    "accounts:logout": PAGE,
    "accounts:profile": PAGE,
    "accounts:password": PAGE,
    "workflow:desk": Entry(queries=("?q={name}", "?all=1&q={name}", "?flow=post&late=1")),
    "workflow:bulk": PAGE,
    "workflow:review": CASE,
    "workflow:move": CASE,
    "workflow:upload": CASE,
    "workflow:attachment": Entry(foreign="file"),
    "workflow:attachment-remove": Entry(foreign="file"),
    "supervision:overview": Entry(queries=("?area={area}", "?area={area}001")),
    "supervision:past": PAGE,
    "supervision:without-post": LIST,
    "supervision:without-holder": LIST,
    "supervision:findings": Entry(
        queries=(*LIST.queries, "?outcome=violation&rule=grade", "?rule=leading-posts&outcome=info&export=xlsx")
    ),
    "supervision:rolls": PAGE,
    "supervision:duties": PAGE,
    **{
        f"supervision:{key}": Entry(queries=("?area={area}", "?q={name}", "?q={code}", "?export=xlsx", "?export=pdf"))
        for key in ROLLS
    },
    "supervision:employer-verdicts": EMPLOYER,
    "supervision:employer-findings": EMPLOYER,
    "supervision:clauses": PAGE,
    "supervision:clause": Entry(arguments={"pk": "二(二)-2"}),
    "supervision:rules": PAGE,
    "supervision:runs": PAGE,
    "supervision:run-start": PAGE,
    "supervision:run": RUN,
    "supervision:run-progress": RUN,
    "posts:list": LIST,
    "posts:mine": PAGE,
    "posts:search": Entry(queries=("?q={name}", "?q={code}", "?q=bao+mi")),
    "posts:employer": EMPLOYER,
    "accounts:register": Entry(public=True),
    "posts:needs": LIST,
    "posts:need": Entry(foreign="need"),
    "posts:need-edit": Entry(foreign="need"),
    "posts:need-new": Entry(foreign="employer"),
    "posts:inclusions": LIST,
    "posts:inclusion": Entry(foreign="inclusion"),
    "posts:inclusion-edit": Entry(foreign="inclusion"),
    "posts:inclusion-new": Entry(foreign="employer"),
    "posts:plans": LIST,
    "posts:plan-new": PAGE,
    "posts:plan": Entry(foreign="plan"),
    "posts:plan-edit": Entry(foreign="plan"),
    "posts:plan-lines": Entry(foreign="plan"),
    "posts:incubations": LIST,
    "posts:incubation-new": PAGE,
    "posts:incubation-edit": Entry(foreign="incubation"),
    "posts:registrations": Entry(queries=("?q={name}", "?state=submitted", "?export=xlsx")),
    "posts:registration-new": PAGE,
    "posts:registration-places": Entry(queries=("?street={area}", "?street=x")),
    "posts:registration-parents": PAGE,  # names and places of employers are public, for whoever may apply
    "posts:registration": Entry(foreign="registration"),
    "posts:registration-edit": Entry(foreign="registration"),
    "posts:registration-about": Entry(foreign="employer", arguments={"matter": "change"}),
    "posts:colleagues": EMPLOYER,
    "posts:colleague-remove": EMPLOYER,
    "posts:timeline": EMPLOYER,
    "posts:ladders": EMPLOYER,
    "posts:ladder-new": EMPLOYER,
    "posts:post-new": Entry(foreign="unit"),
    **{f"posts:post{name}": POST for name in POST_PAGES},
    "talents:person": PERSON,
    "talents:mine": PAGE,
    "talents:standings": PEOPLE,
    "talents:standing-counts": Entry(queries=("?year=2024", "?year=²")),
    "talents:standing-publish": PAGE,
    "talents:standing-edit": Entry(foreign="standing"),
    "talents:person-standing": PERSON,
    "talents:standing-new": PERSON,
    "talents:notices": LIST,
    "talents:notice-new": PAGE,
    "talents:notice-edit": Entry(foreign="notice"),
    "talents:publicity": LIST,
    "talents:publicity-new": PAGE,
    "talents:publicity-edit": Entry(foreign="publicity"),
    "talents:stories": PEOPLE,
    "talents:story": Entry(foreign="story"),
    "talents:story-edit": Entry(foreign="story"),
    "talents:story-consent": Entry(foreign="story"),
    "talents:story-new": PERSON,
    "stories:list": Entry(public=True),
    "stories:story": Entry(foreign="story", public=True),
    "stories:photo": Entry(foreign="story", public=True),
    "talents:join": Entry(public=True),
    "talents:access": PEOPLE,
    "talents:corrections": Entry(queries=("?state=submitted", "?export=xlsx")),
    "talents:corrections-choose": PAGE,
    "talents:correction-new": Entry(queries=("?field=name&record=1", "?field=x&record=²")),
    "talents:correction": Entry(foreign="correction"),
    "talents:invite": PERSON,
    "talents:release": PERSON,
    "talents:looks": PERSON,
    "talents:reveal": PERSON,
    "talents:service-record": PERSON,
    "talents:high-level": PEOPLE,
    "talents:tag-edit": Entry(foreign="tag"),
    "talents:categories": PAGE,
    "talents:category-new": PAGE,
    "talents:category-edit": Entry(arguments={"pk": 1}),
    "talents:recognition": PERSON,
    "talents:tag-new": PERSON,
    "talents:benefits": PEOPLE,
    "talents:benefit-guide": PAGE,
    "talents:benefit-type-new": PAGE,
    "talents:benefit-type-edit": Entry(arguments={"pk": 1}),
    "talents:benefit": Entry(foreign="benefit"),
    "talents:benefit-edit": Entry(foreign="benefit"),
    "talents:benefit-new": PERSON,
    "talents:allowances": PEOPLE,
    "talents:allowance": Entry(foreign="allowance"),
    "talents:allowance-edit": Entry(foreign="allowance"),
    "talents:allowance-new": PERSON,
    "talents:specialists": PEOPLE,
    "talents:specialists-confirm": PAGE,
    "talents:certificates": Entry(
        queries=(*PEOPLE.queries, "?area={area}&all=yes", "?employer={name}", "?registered=overdue&sort=-due")
    ),
    "talents:certificates-verify": PAGE,
    "talents:person-certificates": PERSON,
    "talents:certificate-new": PERSON,
    "talents:certificate": Entry(foreign="certificate"),
    "talents:certificate-edit": Entry(foreign="certificate"),
    "talents:registration-new": Entry(foreign="certificate"),
    "talents:registration-edit": Entry(foreign="registered"),
    "talents:registration-drop": Entry(foreign="registered"),
    "talents:forecast": Entry(queries=("?area={area}", "?employer={name}", "?within=3", "?export=xlsx", "?export=pdf")),
    "notices:list": Entry(queries=("?unread=1",)),
    "notices:open": Entry(foreign="notice"),
    "notices:read": Entry(foreign="notice"),
    "notices:read-all": PAGE,
    "talents:person-learning": PERSON,
    "talents:learning-new": PERSON,
    "talents:learning": Entry(queries=(*LIST.queries, "?employer={name}", "?within=over&area={area}", "?export=pdf")),
    "talents:attendances": Entry(queries=("?person={name}", "?state=submitted", "?export=xlsx", "?export=pdf")),
    "talents:learning-case": Entry(foreign="attendance"),
    "talents:learning-edit": Entry(foreign="attendance"),
    "talents:learning-drop": Entry(foreign="attendance"),
    "talents:person-supervision": PERSON,
    "talents:pairs": Entry(queries=(*LIST.queries, "?person={name}", "?stands=silent&sort=-hours", "?export=pdf")),
    "talents:pair-new": PAGE,
    "talents:pair": Entry(foreign="pair"),
    "talents:pair-end": Entry(foreign="pair"),
    "talents:session-new": Entry(foreign="pair"),
    "talents:session-remove": Entry(foreign="session"),
    "talents:courses": Entry(queries=("?when=past", "?when=all&area={area}", "?export=xlsx")),
    "talents:course-new": PAGE,
    "talents:course": Entry(arguments={"pk": COURSE}, queries=("?person={name}", "?export=xlsx")),
    "talents:course-edit": Entry(foreign="course"),
    "talents:course-cancel": Entry(foreign="course"),
    "talents:duplicates": PAGE,
    "talents:merge": Entry(foreign="person", arguments={"other": 1}),
    "talents:found": Entry(queries=("?q={name}", "?q=huli", "?q=某")),
    "talents:list": Entry(queries=("?area={area}", "?q={name}", "?person={name}")),
    "talents:appointments": LIST,
    "talents:appointment": Entry(foreign="appointment"),
    "talents:appointment-edit": Entry(foreign="appointment"),
    "talents:appointment-end": Entry(foreign="appointment"),
    "talents:appointment-new": Entry(foreign="post"),
    "talents:appointment-check": Entry(foreign="post"),
    "talents:appointment-employ": Entry(foreign="post"),
    "talents:post-candidates": Entry(foreign="post"),
    "talents:conversions": LIST,
    "talents:unappointed": LIST,
    "talents:matching": Entry(queries=("?area={area}", "?q={name}")),
    "talents:promotions": LIST,
    "talents:promote": Entry(foreign="appointment"),
    "talents:titles": PAGE,
    "talents:title-new": PAGE,
    "talents:employer-people": EMPLOYER,
    "talents:employer-holders": EMPLOYER,
    "payroll:benchmarks": Entry(queries=("?area={area}", "?month=2026-01", "?figures=live&area={area}&export=xlsx")),
    "payroll:benchmark-publish": PAGE,
    "payroll:projects": LIST,
    "payroll:project-new": PAGE,
    "payroll:project": Entry(foreign="project"),
    "payroll:project-edit": Entry(foreign="project"),
    "exchange:home": PAGE,
    "exchange:template": Entry(arguments={"key": "employers"}),
    **{f"exchange:{name}": Entry(foreign="batch") for name in BATCH_PAGES},
    "policy:library": PAGE,
    "policy:text": PAGE,
    "policy:document": Entry(arguments={"number": "厦民〔2017〕317号"}),
    "policy:parameters": PAGE,
    "policy:parameter": Entry(arguments={"code": "insurance_grace_days"}),
}
