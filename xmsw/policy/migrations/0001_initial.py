import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import xmsw.dated
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('policy', '0001_policy'), ('policy', '0002_bounds_of_parameters')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecheckRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employer_id', models.BigIntegerField(null=True)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': '待复核单位',
                'verbose_name_plural': '待复核单位',
                'db_table': 'policy_recheckrequest',
            },
        ),
        migrations.CreateModel(
            name='PolicyDocument',
            fields=[
                ('number', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='文号')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('issuers', models.TextField(blank=True, verbose_name='发文机关')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='发文日期')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='施行日期')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('repealed', models.BooleanField(default=False, verbose_name='已废止')),
                ('text', models.TextField(blank=True, verbose_name='正文')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='核对情况')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='次序')),
                ('based_on', models.ManyToManyField(blank=True, related_name='basis_of', to='policy.policydocument')),
            ],
            options={
                'verbose_name': '政策文件',
                'verbose_name_plural': '政策文件',
                'ordering': ['order', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name='条款')),
                ('order', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('quote', models.CharField(max_length=100, verbose_name='原文')),
                ('start', models.PositiveIntegerField(null=True, verbose_name='原文起点')),
                ('end', models.PositiveIntegerField(null=True, verbose_name='原文终点')),
                ('strength', models.CharField(blank=True, choices=[('M', '应（必须）'), ('MC', '应（按需）'), ('MAY', '可'), ('S', '积极、逐步'), ('E', '鼓励'), ('', '—')], max_length=3, verbose_name='约束力')),
                ('strength_note', models.CharField(blank=True, max_length=40, verbose_name='约束力说明')),
                ('binds', models.CharField(max_length=120, verbose_name='约束对象')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='policy.policydocument', verbose_name='文件')),
            ],
            options={
                'verbose_name': '条款',
                'verbose_name_plural': '条款',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Parameter',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('kind', models.CharField(choices=[('integer', '整数'), ('decimal', '小数'), ('boolean', '是／否')], max_length=8, verbose_name='类型')),
                ('unit', models.CharField(blank=True, max_length=10, verbose_name='单位')),
                ('from_policy', models.BooleanField(default=False, verbose_name='317号文件规定')),
                ('description', models.CharField(max_length=300, verbose_name='说明')),
                ('least', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name='最小值')),
                ('most', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name='最大值')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='次序')),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='policy.clause', verbose_name='条款')),
            ],
            options={
                'verbose_name': '核查参数',
                'verbose_name_plural': '核查参数',
                'ordering': ['order', 'code'],
            },
        ),
        migrations.CreateModel(
            name='ParameterValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.JSONField(verbose_name='值')),
                ('start', models.DateField(verbose_name='施行日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='截止日期')),
                ('source', models.CharField(max_length=200, verbose_name='依据')),
                ('parameter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='policy.parameter', verbose_name='参数')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='设定人')),
            ],
            options={
                'verbose_name': '参数版本',
                'verbose_name_plural': '参数版本',
                'ordering': ['parameter', '-start'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('parameter', '='), (xmsw.dated.DateRange('start', 'end'), '&&')], name='one_value_of_a_parameter_at_a_time', violation_error_message='同一参数的两个版本不能在时间上重叠。'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='a_parameter_value_ends_after_it_starts')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parametervalue',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT NULL::bigint FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='32cc14ce00b6638192e4447a0fc6306e42ef8284', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_ef861', referencing='REFERENCING NEW TABLE AS new_rows ', table='policy_parametervalue', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parametervalue',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT NULL::bigint FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='0bb0b1f4fc85c5d83170f79d40c6517280023423', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_c91a5', referencing='REFERENCING OLD TABLE AS old_rows ', table='policy_parametervalue', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parametervalue',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT NULL::bigint FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='e049c2c02969ffef8a1e14f5e3ea6594ebc38a04', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_1ee07', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='policy_parametervalue', when='AFTER')),
        ),
    ]
