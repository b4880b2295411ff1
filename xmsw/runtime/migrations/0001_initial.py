from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="步骤")),
                ("outcome", models.CharField(max_length=20, verbose_name="结果")),
                ("reached_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
            ],
            options={"verbose_name": "准备步骤", "verbose_name_plural": "准备步骤"},
        ),
    ]
