"""High-level talent with its applications, recommendations of the last years, and the 专技 file."""

from __future__ import annotations

from talents.models import BenefitType, TalentCategory
from xmsw.synthetic.cases import hand_in
from xmsw.synthetic.plan import Plan

CATEGORY = "社会工作领军人才（演示）"


def load(plan: Plan) -> None:
    """Seven of ten certificate holders are in the file; a few dozen people are recognised."""
    plan.made("专业技术人员档案", plan.run(_FILES))
    if plan.nation:
        return
    category, _ = TalentCategory.objects.get_or_create(
        name=CATEGORY, defaults={"document": "演示人才认定办法（非正式文件）", "start": "2018-01-01"}
    )
    plan.made("高层次人才认定", plan.run(_TAGS, category=category.pk))


def recommend(plan: Plan) -> None:
    """Applications and recommendations on their way; needs the accounts."""
    if plan.nation:
        return
    types = list(BenefitType.objects.order_by("name").values_list("pk", flat=True))
    plan.run(_BENEFITS, types=types)
    plan.made("优惠待遇申请", hand_in(plan, "benefit", _BENEFIT_CASES))
    plan.run(_ALLOWANCES)
    plan.made("政府特殊津贴推荐", hand_in(plan, "allowance", _ALLOWANCE_CASES, by_officers=True))


_FILES = """
INSERT INTO talents_specialistfile (worker_id, number, included_on, unit_id)
SELECT s.worker_id, 'ZJ' || lpad(s.n::text, 8, '0'), LEAST(s.issued_on + 60, %(today)s::date), u.id
FROM demo_staff s
CROSS JOIN LATERAL (
    SELECT id FROM accounts_orgunit WHERE bureau = 'human_resources' AND region_id IN (left(s.region_id, 6), '3502')
    AND valid_to IS NULL ORDER BY length(region_id) DESC LIMIT 1) u
WHERE s.level > 0 AND s.issued_on < %(today)s::date AND pg_temp.chance(s.key, 240) < 0.7
ON CONFLICT DO NOTHING
"""
# One recognition of five ended; the last were recognised this year.
_TAGS = """
INSERT INTO talents_highleveltag (worker_id, category_id, document, recognised_by, start, "end")
SELECT c.worker_id, %(category)s, '演示人才认定〔' || EXTRACT(YEAR FROM c.tagged) || '〕' || c.place || ' 号',
       '市人才工作办公室（演示）', c.tagged, CASE WHEN c.place %% 5 = 0 THEN c.tagged + 1095 END
FROM (SELECT s.*, row_number() OVER (ORDER BY pg_temp.chance(s.key, 241), s.key) AS place,
             GREATEST(s.issued_on + 200, %(today)s::date - 60 - pg_temp.upto(s.key, 242, 1800)) AS tagged
      FROM demo_staff s WHERE s.level >= 2 AND s.until IS NULL AND s.issued_on < %(today)s::date - 400) c
WHERE c.place <= 30
ON CONFLICT DO NOTHING
"""
_BENEFITS = """
INSERT INTO talents_benefitapplication (worker_id, type_id, tag_id, employer_id, statement, state, result, result_on)
SELECT c.worker_id, (%(types)s::bigint[])[1 + c.place %% array_length(%(types)s::bigint[], 1)], c.id, c.employer_id,
       '引进人才，申请落实待遇（演示）',
       (ARRAY['submitted', 'accepted', 'granted', 'returned', 'declined'])[1 + c.place %% 5],
       CASE c.place %% 5 WHEN 2 THEN '已按规定落实（演示）' WHEN 4 THEN '不符合落户条件（演示）' ELSE '' END,
       CASE WHEN c.place %% 5 IN (2, 4) THEN %(today)s::date - 20 END
FROM (SELECT t.id, s.worker_id, s.employer_id, row_number() OVER (ORDER BY s.key) AS place
      FROM talents_highleveltag t JOIN demo_staff s ON s.worker_id = t.worker_id
      WHERE t."end" IS NULL OR t."end" >= %(today)s::date) c
WHERE c.place <= 15
"""
_BENEFIT_CASES = """
SELECT b.id, s.key, s.region_id, b.state, %(today)s::date - 22 - pg_temp.upto(s.key, 243, 12)
FROM talents_benefitapplication b JOIN demo_staff s ON s.worker_id = b.worker_id
"""
_ALLOWANCES = """
INSERT INTO talents_allowancerecommendation (worker_id, recommender_id, year, achievements, document, state, result_on,
    result_document)
SELECT c.worker_id, c.unit, EXTRACT(YEAR FROM %(today)s::date)::int - c.back, '从事一线社会工作多年（演示）',
       '演示推荐〔' || c.back || '〕1 号', CASE WHEN c.back > 0 THEN 'declined' ELSE 'submitted' END,
       CASE WHEN c.back > 0 THEN %(today)s::date - 200 END, CASE WHEN c.back > 0 THEN '演示结果文件' ELSE '' END
FROM (SELECT s.worker_id, u.id AS unit, (row_number() OVER (ORDER BY s.key) - 1) / 2 AS back
      FROM talents_highleveltag t JOIN demo_staff s ON s.worker_id = t.worker_id
      JOIN accounts_orgunit u
        ON u.bureau = 'civil_affairs' AND u.region_id = left(s.region_id, 6) AND u.valid_to IS NULL
      ORDER BY s.key LIMIT 6) c
"""
_ALLOWANCE_CASES = """
SELECT a.id, s.key, s.region_id, a.state, %(today)s::date - 3 - 365 * (EXTRACT(YEAR FROM %(today)s::date)::int - a.year)
FROM talents_allowancerecommendation a JOIN demo_staff s ON s.worker_id = a.worker_id
"""
