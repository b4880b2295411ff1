"""Moves to another district that wait already go back to the district they leave."""

from django.db import migrations

_RELEASING = """
UPDATE posts_employerregistration r SET state = 'releasing', leaving_id = e.region_id FROM posts_employer e
WHERE e.id = r.employer_id AND r.matter = 'move' AND r.state = 'submitted'
  AND left(e.region_id, 6) <> left(r.region_id, 6)
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0007_moves_between_districts"), ("workflow", "0001_steps_and_waiting_cases")]
    operations = [migrations.RunSQL(_RELEASING, migrations.RunSQL.noop)]
