import django.contrib.postgres.fields
import django.db.models.deletion
import xmsw.audit.sealed
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('exchange', '0001_batches'), ('exchange', '0002_bulk_rows_without_key_checks'), ('exchange', '0003_who_confirmed'), ('exchange', '0004_batches_of_units_and_content')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='类别')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件指纹')),
                ('stored_as', models.CharField(blank=True, max_length=100, verbose_name='存放')),
                ('works_for', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='上传时经办的单位')),
                ('state', models.CharField(choices=[('uploaded', '等待核对'), ('checking', '正在核对'), ('checked', '已核对，等你确认'), ('merging', '正在写入'), ('merged', '已写入'), ('rejected', '已放弃'), ('undone', '已撤销'), ('failed', '没有完成')], default='uploaded', max_length=12, verbose_name='状态')),
                ('message', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('attempt', models.PositiveIntegerField(default=0, verbose_name='执行次数')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已处理')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('new', models.PositiveIntegerField(default=0, verbose_name='新增')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='变更')),
                ('same', models.PositiveIntegerField(default=0, verbose_name='没有变化')),
                ('errors', models.PositiveIntegerField(default=0, verbose_name='错误')),
                ('warnings', models.PositiveIntegerField(default=0, verbose_name='提醒')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('touched_at', models.DateTimeField(auto_now=True, verbose_name='最近动作')),
                ('merged_at', models.DateTimeField(blank=True, null=True, verbose_name='写入时间')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('org_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.orgunit', verbose_name='上传时所在机构')),
                ('uploader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '导入',
                'verbose_name_plural': '导入',
                'indexes': [models.Index(fields=['uploader', '-id'], name='batch_uploader'), models.Index(condition=models.Q(('state__in', ('uploaded', 'checking', 'merging'))), fields=['touched_at'], name='batch_at_work')],
            },
        ),
        migrations.CreateModel(
            name='Problem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='行号')),
                ('column', models.CharField(max_length=40, verbose_name='列')),
                ('value', models.CharField(blank=True, max_length=200, verbose_name='内容')),
                ('level', models.CharField(choices=[('error', '错误'), ('warning', '提醒')], max_length=8, verbose_name='程度')),
                ('message', models.CharField(max_length=300, verbose_name='问题')),
                ('mend', models.CharField(blank=True, max_length=300, verbose_name='怎么改')),
                ('of_format', models.BooleanField(default=False, verbose_name='读取时发现')),
                ('batch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='exchange.batch', verbose_name='导入')),
            ],
            options={
                'verbose_name': '导入问题',
                'verbose_name_plural': '导入问题',
                'indexes': [models.Index(fields=['batch', 'level', 'row'], name='problem_batch_row')],
            },
        ),
        migrations.CreateModel(
            name='StagedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='行号')),
                ('raw', xmsw.audit.sealed.SealedField(editable=True, verbose_name='原始内容')),
                ('values', models.JSONField(default=dict, verbose_name='内容')),
                ('batch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='exchange.batch', verbose_name='导入')),
            ],
            options={
                'verbose_name': '暂存行',
                'verbose_name_plural': '暂存行',
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='a_file_row_is_staged_once')],
            },
        ),
        migrations.CreateModel(
            name='Touched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63, verbose_name='表')),
                ('object_id', models.BigIntegerField(verbose_name='编号')),
                ('row', models.PositiveIntegerField(verbose_name='行号')),
                ('before', models.JSONField(null=True, verbose_name='原内容')),
                ('content', models.UUIDField(null=True, verbose_name='写入后的内容摘要')),
                ('batch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='touched', to='exchange.batch', verbose_name='导入')),
            ],
            options={
                'verbose_name': '写入记录',
                'verbose_name_plural': '写入记录',
                'constraints': [models.UniqueConstraint(fields=('batch', 'table', 'object_id'), name='an_object_is_touched_once_a_batch')],
            },
        ),
    ]
