"""Batches belong to the unit or the employers for which they came; touched rows keep a digest of their content."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

UNITS = (
    "UPDATE exchange_batch b SET org_unit_id = u.org_unit_id FROM accounts_user u "
    "WHERE u.id = b.uploader_id AND u.org_unit_id IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("exchange", "0003_who_confirmed"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="org_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.orgunit",
                verbose_name="上传时所在机构",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="works_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="上传时经办的单位",
            ),
        ),
        migrations.RemoveField(model_name="touched", name="version"),
        migrations.AddField(
            model_name="touched", name="content", field=models.UUIDField(null=True, verbose_name="写入后的内容摘要")
        ),
        # Deferred key checks must be through before the table changes again.
        migrations.RunSQL([UNITS, "SET CONSTRAINTS ALL IMMEDIATE"], migrations.RunSQL.noop),
    ]
