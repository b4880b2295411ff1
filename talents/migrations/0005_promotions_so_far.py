from django.db import migrations

FORWARD = """
INSERT INTO talents_promotion (appointment_id, rung_id, "on", document)
SELECT id, rung_id, rung_since, '' FROM talents_appointment
WHERE rung_id IS NOT NULL AND rung_since IS NOT NULL
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """The rung that every appointment stands on becomes the first entry of its history."""

    dependencies = [("talents", "0004_promotions")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
