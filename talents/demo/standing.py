"""Standing: invented records with last year's published counts, notices, publicity, and two stories with consent."""

from __future__ import annotations

from django.utils import timezone

from talents.actions.standing import publish
from talents.models import PersonStory, SocialWorker
from xmsw.accounts.models import OrgUnit, User
from xmsw.accounts.roles import Role
from xmsw.synthetic.plan import Plan


def record(plan: Plan) -> None:
    """Needs the accounts; nothing for a nation or a bulk load."""
    if plan.nation or plan.bulk:
        return
    plan.made("政治安排", plan.run(_STANDINGS))
    plan.made("招录公告", plan.run(_NOTICES))
    plan.made("宣传", plan.run(_PUBLICITY))
    _publish(plan)
    _stories(plan)


def _publish(plan: Plan) -> None:
    """Last year's counts, by a recorder of the city who cannot sign in."""
    unit = OrgUnit.objects.in_force(plan.today).get(bureau="civil_affairs", region_id="3502")
    user, _ = User.objects.get_or_create(
        username="demo-standing-city",
        defaults={"role": Role.STANDING_OFFICER, "org_unit": unit, "display_name": "演示·市级专员", "password": "!"},
    )
    if plan.today.year <= timezone.localdate().year:
        plan.made("公布的政治安排统计", publish(user, plan.today.year - 1))


def _stories(plan: Plan) -> None:
    approver = User.objects.filter(username="demo-city").first()
    people = SocialWorker.objects.filter(tags__isnull=False, employments__end=None).order_by("pk").distinct()[:2]
    for worker in people:
        employer = worker.employments.filter(end=None).first().employer
        PersonStory.objects.create(
            worker=worker,
            employer=employer,
            title=f"{worker.name}：扎根一线的社会工作者（演示）",
            text=f"{worker.name}在{employer.name}从事社会工作，走访困难家庭，链接社区资源。\n\n本文为虚构的演示内容。",
            consent_on=plan.today,
            consent_scope="书面同意公开姓名和事迹（演示）",
            approved_by=approver,
            published_on=plan.today,
            state=PersonStory.State.PUBLISHED,
        )
    plan.made("人物事迹", len(people))


_STANDINGS = """
INSERT INTO talents_standingrecord (worker_id, region_id, kind, level, body, post, elected, start, source)
SELECT c.worker_id, left(c.region_id, 6), k.kind,
       CASE k.kind WHEN 'congress' THEN 13 WHEN 'consultative' THEN 23 END, '演示组织', '委员', c.place %% 6 > 2,
       GREATEST(c.joined, %(today)s::date - 400 - pg_temp.upto(c.key, 251, 1500)), '演示任职文件'
FROM (SELECT s.*, row_number() OVER (ORDER BY pg_temp.chance(s.key, 250), s.key) AS place FROM demo_staff s
      WHERE s.level > 0 AND s.until IS NULL AND s.joined < %(today)s::date - 400) c
CROSS JOIN LATERAL (SELECT (ARRAY['party', 'leading', 'congress', 'consultative', 'party_body', 'committee'])
                           [1 + c.place %% 6] AS kind) k
WHERE c.place <= 180
"""
_NOTICES = """
INSERT INTO talents_recruitmentnotice (unit_id, kind, organ, title, url, "on", positions, social_service, preferred,
    hires, social_work_hires)
SELECT u.id, CASE WHEN n %% 4 = 0 THEN 'selection' ELSE 'recruitment' END, u.name, '演示招录公告第 ' || n || ' 号', '',
       %(today)s::date - n * 29, 2 + n %% 4, TRUE, n %% 3 > 0, CASE WHEN n > 1 THEN 2 END,
       CASE WHEN n > 1 THEN n %% 3 END
FROM generate_series(1, 9) AS n
JOIN LATERAL (SELECT * FROM accounts_orgunit WHERE valid_to IS NULL AND bureau = 'civil_affairs'
              AND length(region_id) = 6 ORDER BY id OFFSET n %% 6 LIMIT 1) u ON TRUE
"""
_PUBLICITY = """
INSERT INTO talents_publicityitem (unit_id, title, medium, outlet, "on", url, audience, summary)
SELECT u.id, '社会工作主题宣传（演示 ' || n || '）', (ARRAY['press', 'online', 'event', 'broadcast'])[1 + n %% 4],
       '演示媒体', %(today)s::date - n * 17, '', 200 * n, ''
FROM generate_series(1, 18) AS n
JOIN LATERAL (SELECT * FROM accounts_orgunit WHERE valid_to IS NULL AND length(region_id) = 6
              ORDER BY id OFFSET (n * 5) %% 40 LIMIT 1) u ON TRUE
"""
