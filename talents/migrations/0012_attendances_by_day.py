from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talents", "0011_another_paper_is_not_verified")]

    operations = [
        migrations.AddIndex(
            model_name="attendance",
            index=models.Index(fields=["on", "id"], name="attendance_day"),
        ),
    ]
