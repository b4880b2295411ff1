"""Tries at signing in and at signing up are told apart by a column of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_roles_of_restricted_data_and_of_oneself")]

    operations = [
        migrations.RunSQL("DELETE FROM accounts_loginfailure", migrations.RunSQL.noop),
        migrations.AddField(
            "loginfailure",
            "kind",
            models.CharField(
                choices=[("sign_in", "登录"), ("sign_up", "注册")], default="sign_in", max_length=8, verbose_name="种类"
            ),
        ),
        migrations.AddIndex("loginfailure", models.Index(fields=["kind", "at"], name="login_failures_by_kind")),
    ]
