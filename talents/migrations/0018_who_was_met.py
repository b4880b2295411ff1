"""Accounts that officers opened are met; others see the employer that invited; consents given with the photo keep it."""

from django.db import migrations

MET = """
UPDATE talents_socialworker w SET account_met = true
WHERE w.account_id IS NOT NULL AND (w.synthetic OR EXISTS (
    SELECT FROM talents_workerinvitation i JOIN accounts_user u ON u.id = i.made_by_id
    WHERE i.worker_id = w.id AND i.account_id = w.account_id AND i.used_at IS NOT NULL
      AND u.role IN ('city_officer', 'district_officer')))
"""
INVITING = """
UPDATE talents_workerinvitation i SET employer_id = (
    SELECT m.employer_id FROM posts_membership m
    JOIN talents_employment e ON e.employer_id = m.employer_id AND e.worker_id = i.worker_id
    WHERE m.user_id = i.made_by_id ORDER BY e.start DESC LIMIT 1)
FROM accounts_user u WHERE u.id = i.made_by_id AND u.role = 'employer_staff'
"""
# Codes still on their way were handed out under the former rule.
OVER = """
UPDATE talents_workerinvitation i SET expires_at = now()
FROM accounts_user u WHERE u.id = i.made_by_id AND u.role = 'employer_staff' AND i.used_at IS NULL
  AND i.expires_at > now()
"""
WITHIN = """
UPDATE talents_socialworker w SET account_within_id = i.employer_id
FROM talents_workerinvitation i
WHERE i.worker_id = w.id AND i.account_id = w.account_id AND i.used_at IS NOT NULL AND NOT w.account_met
"""
PHOTO = """
UPDATE talents_personstory SET photo_agreed = true
WHERE consented_online AND consent_scope = '本人在线同意：在平台公开姓名、事迹和照片'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('talents', '0017_accounts_confirmed_by_an_officer'),
    ]

    operations = [migrations.RunSQL(each, migrations.RunSQL.noop) for each in (MET, INVITING, OVER, WITHIN, PHOTO)]
