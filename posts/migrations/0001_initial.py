import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import xmsw.dated
import xmsw.identifiers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('posts', '0001_employers_and_posts'), ('posts', '0002_index_by_district'), ('posts', '0003_registrations_plans_and_freezes'), ('posts', '0004_sources_of_posts'), ('posts', '0005_constraints_without_holes'), ('posts', '0006_registrations_abandoned'), ('posts', '0007_moves_between_districts'), ('posts', '0008_moves_on_their_way_are_heard'), ('posts', '0009_cases_addressed_elsewhere_stay')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('regions', '0002_regions'),
    ]

    operations = [
        migrations.CreateModel(
            name='KindBureau',
            fields=[
                ('kind', models.CharField(choices=[('A01', '老年人福利机构'), ('A02', '残疾人福利和服务机构'), ('A03', '儿童福利机构'), ('A04', '妇女儿童援助机构'), ('A05', '困难职工帮扶机构'), ('A06', '职工权益维护机构'), ('A07', '婚姻家庭服务机构'), ('A08', '青少年服务机构'), ('A09', '救助管理机构'), ('A10', '未成年人保护机构'), ('A11', '优抚安置服务保障机构'), ('B01', '医院'), ('B02', '学校'), ('B03', '殡仪服务机构'), ('B04', '人口计生服务机构'), ('C01', '街道（镇）社区服务中心'), ('C02', '城市社区'), ('C03', '农村社区'), ('D01', '街道（镇）综治中心'), ('D02', '基层文化服务机构'), ('D03', '群团组织服务阵地'), ('D04', '基层人民调解组织'), ('D05', '社区矫正机构'), ('D06', '安置帮教机构'), ('D07', '禁毒戒毒机构'), ('D08', '灾害救援组织'), ('E01', '民办社会工作服务机构'), ('E02', '其他社会组织'), ('E03', '企业'), ('E04', '基层党政机关'), ('E05', '群团组织'), ('E06', '行业组织')], max_length=3, primary_key=True, serialize=False, verbose_name='单位类别')),
                ('bureau', models.CharField(choices=[('civil_affairs', '民政'), ('governance', '综治'), ('education', '教育'), ('public_security', '公安'), ('justice', '司法行政'), ('finance', '财政'), ('human_resources', '人力资源和社会保障'), ('health', '卫生计生'), ('trade_union', '总工会'), ('youth_league', '共青团'), ('women', '妇联'), ('disabled', '残联')], max_length=20, verbose_name='主管部门')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
            ],
            options={
                'verbose_name': '类别主管部门',
                'verbose_name_plural': '类别主管部门',
            },
        ),
        migrations.CreateModel(
            name='AllocationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='批准文件')),
                ('basis', models.CharField(max_length=300, verbose_name='需要依据')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待批准'), ('returned', '已退回'), ('approved', '执行中'), ('closed', '已办结')], default='draft', max_length=12, verbose_name='状态')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='配置主体')),
            ],
            options={
                'verbose_name': '补充配置计划',
                'verbose_name_plural': '补充配置计划',
                'constraints': [models.UniqueConstraint(fields=('region', 'year', 'title'), name='a_plan_of_a_name_exists_once_a_year', violation_error_message='这个区（街道）今年已经有同名的计划。'), models.CheckConstraint(condition=models.Q(('year__range', (2017, 2100))), name='a_plan_is_of_a_year_since_the_policy')],
            },
        ),
        migrations.CreateModel(
            name='AllocationPlanEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='批准文件')),
                ('basis', models.CharField(max_length=300, verbose_name='需要依据')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待批准'), ('returned', '已退回'), ('approved', '执行中'), ('closed', '已办结')], default='draft', max_length=12, verbose_name='状态')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.allocationplan')),
                ('region', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.region', verbose_name='配置主体')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Employer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='单位名称')),
                ('pinyin', models.CharField(blank=True, db_collation='C', editable=False, max_length=300, verbose_name='拼音')),
                ('kind', models.CharField(choices=[('A01', '老年人福利机构'), ('A02', '残疾人福利和服务机构'), ('A03', '儿童福利机构'), ('A04', '妇女儿童援助机构'), ('A05', '困难职工帮扶机构'), ('A06', '职工权益维护机构'), ('A07', '婚姻家庭服务机构'), ('A08', '青少年服务机构'), ('A09', '救助管理机构'), ('A10', '未成年人保护机构'), ('A11', '优抚安置服务保障机构'), ('B01', '医院'), ('B02', '学校'), ('B03', '殡仪服务机构'), ('B04', '人口计生服务机构'), ('C01', '街道（镇）社区服务中心'), ('C02', '城市社区'), ('C03', '农村社区'), ('D01', '街道（镇）综治中心'), ('D02', '基层文化服务机构'), ('D03', '群团组织服务阵地'), ('D04', '基层人民调解组织'), ('D05', '社区矫正机构'), ('D06', '安置帮教机构'), ('D07', '禁毒戒毒机构'), ('D08', '灾害救援组织'), ('E01', '民办社会工作服务机构'), ('E02', '其他社会组织'), ('E03', '企业'), ('E04', '基层党政机关'), ('E05', '群团组织'), ('E06', '行业组织')], max_length=3, verbose_name='单位类别')),
                ('kind_source', models.CharField(blank=True, max_length=200, verbose_name='类别依据')),
                ('kind_decided_on', models.DateField(blank=True, null=True, verbose_name='类别认定日期')),
                ('sector', models.CharField(choices=[('government', '基层党政机关'), ('mass', '群团组织'), ('institution', '事业单位'), ('community', '城乡社区'), ('social', '社会组织'), ('enterprise', '企业')], max_length=12, verbose_name='领域')),
                ('competent_bureau', models.CharField(choices=[('civil_affairs', '民政'), ('governance', '综治'), ('education', '教育'), ('public_security', '公安'), ('justice', '司法行政'), ('finance', '财政'), ('human_resources', '人力资源和社会保障'), ('health', '卫生计生'), ('trade_union', '总工会'), ('youth_league', '共青团'), ('women', '妇联'), ('disabled', '残联')], max_length=20, verbose_name='主管部门')),
                ('credit_code', models.CharField(blank=True, max_length=18, null=True, unique=True, validators=[xmsw.identifiers.validate_credit_code], verbose_name='统一社会信用代码')),
                ('technical_posts', models.PositiveIntegerField(blank=True, null=True, verbose_name='专业技术岗位总数')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='联系人')),
                ('contact_phone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('state', models.CharField(choices=[('listed', '在册未登记'), ('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('approved', '已登记'), ('closed', '已注销')], default='draft', max_length=12, verbose_name='登记状态')),
                ('start', models.DateField(verbose_name='起始日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='注销日期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='演示数据')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subsidiaries', to='posts.employer', verbose_name='上级单位')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.region', verbose_name='所在区划')),
            ],
            options={
                'verbose_name': '用人单位',
                'verbose_name_plural': '用人单位',
                'indexes': [models.Index(fields=['region', 'kind'], name='employer_region_kind'), models.Index(fields=['competent_bureau', 'region'], name='employer_bureau_region'), models.Index(fields=['pinyin', 'id'], name='employer_pinyin'), models.Index(django.db.models.functions.text.Left('region_id', 9), name='employer_street'), models.Index(django.db.models.functions.text.Left('region_id', 6), models.F('pinyin'), models.F('id'), name='employer_district_pinyin')],
                'constraints': [models.CheckConstraint(condition=models.Q(('credit_code__isnull', True), ('credit_code__regex', '^[0-9A-HJ-NPQRTUWXY]{18}$'), _connector='OR'), name='a_credit_code_has_18_allowed_characters', violation_error_message='统一社会信用代码应为 18 位，不用 I、O、S、V、Z。'), models.UniqueConstraint(condition=models.Q(('end__isnull', True), ('kind__in', ('C02', 'C03'))), fields=('region',), name='one_employer_a_community', violation_error_message='这个社区已经有一家在册单位。'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='an_employer_is_not_its_own_parent', violation_error_message='上级单位不能是本单位自己。'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('end__isnull', False), _connector='OR'), name='a_closed_employer_has_a_last_day'), models.UniqueConstraint(condition=models.Q(('end__isnull', True), ('kind', 'C01')), fields=('region',), name='one_centre_a_street', violation_error_message='这个街道（镇）已经有一家社区服务中心在册。'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='an_employer_closes_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='AllocationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('headcount', models.PositiveSmallIntegerField(verbose_name='人数')),
                ('need', models.CharField(blank=True, max_length=200, verbose_name='实际需要')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='posts.allocationplan', verbose_name='计划')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.employer', verbose_name='用人单位')),
            ],
            options={
                'verbose_name': '补充配置',
                'verbose_name_plural': '补充配置',
                'constraints': [models.UniqueConstraint(fields=('plan', 'employer'), name='an_employer_stands_once_in_a_plan', violation_error_message='这家单位已经在计划里。'), models.CheckConstraint(condition=models.Q(('headcount__gte', 1)), name='a_line_allocates_somebody', violation_error_message='人数至少是 1。')],
            },
        ),
        migrations.CreateModel(
            name='EmployerEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='单位名称')),
                ('pinyin', models.CharField(blank=True, db_collation='C', editable=False, max_length=300, verbose_name='拼音')),
                ('kind', models.CharField(choices=[('A01', '老年人福利机构'), ('A02', '残疾人福利和服务机构'), ('A03', '儿童福利机构'), ('A04', '妇女儿童援助机构'), ('A05', '困难职工帮扶机构'), ('A06', '职工权益维护机构'), ('A07', '婚姻家庭服务机构'), ('A08', '青少年服务机构'), ('A09', '救助管理机构'), ('A10', '未成年人保护机构'), ('A11', '优抚安置服务保障机构'), ('B01', '医院'), ('B02', '学校'), ('B03', '殡仪服务机构'), ('B04', '人口计生服务机构'), ('C01', '街道（镇）社区服务中心'), ('C02', '城市社区'), ('C03', '农村社区'), ('D01', '街道（镇）综治中心'), ('D02', '基层文化服务机构'), ('D03', '群团组织服务阵地'), ('D04', '基层人民调解组织'), ('D05', '社区矫正机构'), ('D06', '安置帮教机构'), ('D07', '禁毒戒毒机构'), ('D08', '灾害救援组织'), ('E01', '民办社会工作服务机构'), ('E02', '其他社会组织'), ('E03', '企业'), ('E04', '基层党政机关'), ('E05', '群团组织'), ('E06', '行业组织')], max_length=3, verbose_name='单位类别')),
                ('kind_source', models.CharField(blank=True, max_length=200, verbose_name='类别依据')),
                ('kind_decided_on', models.DateField(blank=True, null=True, verbose_name='类别认定日期')),
                ('sector', models.CharField(choices=[('government', '基层党政机关'), ('mass', '群团组织'), ('institution', '事业单位'), ('community', '城乡社区'), ('social', '社会组织'), ('enterprise', '企业')], max_length=12, verbose_name='领域')),
                ('competent_bureau', models.CharField(choices=[('civil_affairs', '民政'), ('governance', '综治'), ('education', '教育'), ('public_security', '公安'), ('justice', '司法行政'), ('finance', '财政'), ('human_resources', '人力资源和社会保障'), ('health', '卫生计生'), ('trade_union', '总工会'), ('youth_league', '共青团'), ('women', '妇联'), ('disabled', '残联')], max_length=20, verbose_name='主管部门')),
                ('credit_code', models.CharField(blank=True, max_length=18, null=True, validators=[xmsw.identifiers.validate_credit_code], verbose_name='统一社会信用代码')),
                ('technical_posts', models.PositiveIntegerField(blank=True, null=True, verbose_name='专业技术岗位总数')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='联系人')),
                ('contact_phone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('state', models.CharField(choices=[('listed', '在册未登记'), ('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('approved', '已登记'), ('closed', '已注销')], default='draft', max_length=12, verbose_name='登记状态')),
                ('start', models.DateField(verbose_name='起始日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='注销日期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='演示数据')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='上级单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.employer')),
                ('region', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.region', verbose_name='所在区划')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(choices=[('register', '登记'), ('change', '变更'), ('move', '迁移'), ('close', '注销')], default='register', max_length=10, verbose_name='事项')),
                ('name', models.CharField(max_length=120, verbose_name='单位名称')),
                ('kind', models.CharField(choices=[('A01', '老年人福利机构'), ('A02', '残疾人福利和服务机构'), ('A03', '儿童福利机构'), ('A04', '妇女儿童援助机构'), ('A05', '困难职工帮扶机构'), ('A06', '职工权益维护机构'), ('A07', '婚姻家庭服务机构'), ('A08', '青少年服务机构'), ('A09', '救助管理机构'), ('A10', '未成年人保护机构'), ('A11', '优抚安置服务保障机构'), ('B01', '医院'), ('B02', '学校'), ('B03', '殡仪服务机构'), ('B04', '人口计生服务机构'), ('C01', '街道（镇）社区服务中心'), ('C02', '城市社区'), ('C03', '农村社区'), ('D01', '街道（镇）综治中心'), ('D02', '基层文化服务机构'), ('D03', '群团组织服务阵地'), ('D04', '基层人民调解组织'), ('D05', '社区矫正机构'), ('D06', '安置帮教机构'), ('D07', '禁毒戒毒机构'), ('D08', '灾害救援组织'), ('E01', '民办社会工作服务机构'), ('E02', '其他社会组织'), ('E03', '企业'), ('E04', '基层党政机关'), ('E05', '群团组织'), ('E06', '行业组织')], max_length=3, verbose_name='单位类别')),
                ('sector', models.CharField(choices=[('government', '基层党政机关'), ('mass', '群团组织'), ('institution', '事业单位'), ('community', '城乡社区'), ('social', '社会组织'), ('enterprise', '企业')], max_length=12, verbose_name='领域')),
                ('competent_bureau', models.CharField(choices=[('civil_affairs', '民政'), ('governance', '综治'), ('education', '教育'), ('public_security', '公安'), ('justice', '司法行政'), ('finance', '财政'), ('human_resources', '人力资源和社会保障'), ('health', '卫生计生'), ('trade_union', '总工会'), ('youth_league', '共青团'), ('women', '妇联'), ('disabled', '残联')], max_length=20, verbose_name='主管部门')),
                ('credit_code', models.CharField(blank=True, help_text='18 位，见登记证书', max_length=18, validators=[xmsw.identifiers.validate_credit_code], verbose_name='统一社会信用代码')),
                ('technical_posts', models.PositiveIntegerField(blank=True, null=True, verbose_name='专业技术岗位总数')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='联系人')),
                ('contact_phone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('effective_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='生效日期')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('releasing', '待迁出区同意'), ('submitted', '待审核'), ('returned', '已退回'), ('approved', '已批准'), ('abandoned', '已作废')], default='draft', max_length=12, verbose_name='状态')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('employer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='posts.employer', verbose_name='用人单位')),
                ('leaving', models.ForeignKey(blank=True, editable=False, help_text='迁到别的区时，提交那天所在的区划', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='迁出区划')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.employer', verbose_name='上级单位')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='所在区划')),
            ],
            options={
                'verbose_name': '单位登记申请',
                'verbose_name_plural': '单位登记申请',
                'indexes': [models.Index(fields=['applicant', '-id'], name='registration_of_applicant')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'releasing', 'submitted', 'returned'))), fields=('employer',), name='one_open_application_an_employer', violation_error_message='这家单位已有一份没有办完的申请。请先办完或撤回那一份。'), models.CheckConstraint(condition=models.Q(('matter', 'register'), ('employer__isnull', False), _connector='OR'), name='only_a_registration_comes_without_an_employer')],
            },
        ),
        migrations.CreateModel(
            name='EmployerRegistrationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('matter', models.CharField(choices=[('register', '登记'), ('change', '变更'), ('move', '迁移'), ('close', '注销')], default='register', max_length=10, verbose_name='事项')),
                ('name', models.CharField(max_length=120, verbose_name='单位名称')),
                ('kind', models.CharField(choices=[('A01', '老年人福利机构'), ('A02', '残疾人福利和服务机构'), ('A03', '儿童福利机构'), ('A04', '妇女儿童援助机构'), ('A05', '困难职工帮扶机构'), ('A06', '职工权益维护机构'), ('A07', '婚姻家庭服务机构'), ('A08', '青少年服务机构'), ('A09', '救助管理机构'), ('A10', '未成年人保护机构'), ('A11', '优抚安置服务保障机构'), ('B01', '医院'), ('B02', '学校'), ('B03', '殡仪服务机构'), ('B04', '人口计生服务机构'), ('C01', '街道（镇）社区服务中心'), ('C02', '城市社区'), ('C03', '农村社区'), ('D01', '街道（镇）综治中心'), ('D02', '基层文化服务机构'), ('D03', '群团组织服务阵地'), ('D04', '基层人民调解组织'), ('D05', '社区矫正机构'), ('D06', '安置帮教机构'), ('D07', '禁毒戒毒机构'), ('D08', '灾害救援组织'), ('E01', '民办社会工作服务机构'), ('E02', '其他社会组织'), ('E03', '企业'), ('E04', '基层党政机关'), ('E05', '群团组织'), ('E06', '行业组织')], max_length=3, verbose_name='单位类别')),
                ('sector', models.CharField(choices=[('government', '基层党政机关'), ('mass', '群团组织'), ('institution', '事业单位'), ('community', '城乡社区'), ('social', '社会组织'), ('enterprise', '企业')], max_length=12, verbose_name='领域')),
                ('competent_bureau', models.CharField(choices=[('civil_affairs', '民政'), ('governance', '综治'), ('education', '教育'), ('public_security', '公安'), ('justice', '司法行政'), ('finance', '财政'), ('human_resources', '人力资源和社会保障'), ('health', '卫生计生'), ('trade_union', '总工会'), ('youth_league', '共青团'), ('women', '妇联'), ('disabled', '残联')], max_length=20, verbose_name='主管部门')),
                ('credit_code', models.CharField(blank=True, help_text='18 位，见登记证书', max_length=18, validators=[xmsw.identifiers.validate_credit_code], verbose_name='统一社会信用代码')),
                ('technical_posts', models.PositiveIntegerField(blank=True, null=True, verbose_name='专业技术岗位总数')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='联系人')),
                ('contact_phone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('effective_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='生效日期')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('releasing', '待迁出区同意'), ('submitted', '待审核'), ('returned', '已退回'), ('approved', '已批准'), ('abandoned', '已作废')], default='draft', max_length=12, verbose_name='状态')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('applicant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('employer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='用人单位')),
                ('leaving', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='迁到别的区时，提交那天所在的区划', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.region', verbose_name='迁出区划')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='上级单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.employerregistration')),
                ('region', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.region', verbose_name='所在区划')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Inclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('included_on', models.DateField(verbose_name='纳入日期')),
                ('document', models.CharField(max_length=200, verbose_name='文件')),
                ('grade_from', models.PositiveSmallIntegerField(default=1, verbose_name='最高岗位级别')),
                ('grade_to', models.PositiveSmallIntegerField(default=13, verbose_name='最低岗位级别')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('filed', '已备案')], db_default='filed', max_length=12, verbose_name='状态')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inclusions', to='posts.employer', verbose_name='用人单位')),
            ],
            options={
                'verbose_name': '纳入专业技术岗位管理',
                'verbose_name_plural': '纳入专业技术岗位管理',
                'constraints': [models.CheckConstraint(condition=models.Q(('grade_from__gte', 1), ('grade_from__lte', models.F('grade_to')), ('grade_to__lte', 13)), name='inclusion_grades_lie_between_1_and_13', violation_error_message='岗位级别在 1 到 13 之间，最高级别的数字不大于最低级别。')],
            },
        ),
        migrations.CreateModel(
            name='InclusionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('included_on', models.DateField(verbose_name='纳入日期')),
                ('document', models.CharField(max_length=200, verbose_name='文件')),
                ('grade_from', models.PositiveSmallIntegerField(default=1, verbose_name='最高岗位级别')),
                ('grade_to', models.PositiveSmallIntegerField(default=13, verbose_name='最低岗位级别')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('filed', '已备案')], db_default='filed', max_length=12, verbose_name='状态')),
                ('employer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='用人单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.inclusion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Incubation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('support', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('place', '场地'), ('fund', '资金'), ('project', '项目'), ('training', '培训'), ('other', '其他')], max_length=10), size=None, verbose_name='支持方式')),
                ('start', models.DateField(verbose_name='孵化开始')),
                ('end', models.DateField(blank=True, null=True, verbose_name='出壳日期')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='依托资源')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incubations', to='posts.employer', verbose_name='机构')),
                ('street', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='街道（镇）')),
            ],
            options={
                'verbose_name': '孵化机构',
                'verbose_name_plural': '孵化机构',
                'constraints': [models.UniqueConstraint(fields=('street', 'agency'), name='a_street_incubates_an_agency_once', violation_error_message='这个街道（镇）已经登记过这家机构。'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='an_incubation_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='IncubationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('support', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('place', '场地'), ('fund', '资金'), ('project', '项目'), ('training', '培训'), ('other', '其他')], max_length=10), size=None, verbose_name='支持方式')),
                ('start', models.DateField(verbose_name='孵化开始')),
                ('end', models.DateField(blank=True, null=True, verbose_name='出壳日期')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='依托资源')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='机构')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.incubation')),
                ('street', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='regions.region', verbose_name='街道（镇）')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='posts.employer', verbose_name='用人单位')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '单位经办人',
                'verbose_name_plural': '单位经办人',
                'constraints': [models.UniqueConstraint(fields=('employer', 'user'), name='an_account_joins_an_employer_once')],
            },
        ),
        migrations.CreateModel(
            name='NeedAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assessed_on', models.DateField(verbose_name='评估日期')),
                ('headcount', models.PositiveSmallIntegerField(help_text='0 表示评估后不需要', verbose_name='需要人数')),
                ('assessor', models.CharField(max_length=80, verbose_name='评估单位')),
                ('basis', models.CharField(max_length=300, verbose_name='依据')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('filed', '已备案')], db_default='filed', max_length=12, verbose_name='状态')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='need_assessments', to='posts.employer', verbose_name='用人单位')),
            ],
            options={
                'verbose_name': '需求评估',
                'verbose_name_plural': '需求评估',
                'constraints': [models.UniqueConstraint(fields=('employer', 'assessed_on'), name='one_need_assessment_a_day', violation_error_message='这家单位这一天已经有一份需求评估。')],
            },
        ),
        migrations.CreateModel(
            name='NeedAssessmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('assessed_on', models.DateField(verbose_name='评估日期')),
                ('headcount', models.PositiveSmallIntegerField(help_text='0 表示评估后不需要', verbose_name='需要人数')),
                ('assessor', models.CharField(max_length=80, verbose_name='评估单位')),
                ('basis', models.CharField(max_length=300, verbose_name='依据')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('filed', '已备案')], db_default='filed', max_length=12, verbose_name='状态')),
                ('employer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='用人单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.needassessment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, verbose_name='岗位编号')),
                ('name', models.CharField(max_length=80, verbose_name='岗位名称')),
                ('grade', models.SmallIntegerField(blank=True, choices=[(1, '初级'), (2, '中级'), (3, '高级')], null=True, verbose_name='岗位等级')),
                ('institution_grade', models.SmallIntegerField(blank=True, null=True, verbose_name='事业单位岗位级别（1–13）')),
                ('duties', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(choices=[(1, '直接服务'), (2, '群体支持系统'), (3, '社区服务与发展'), (4, '评估、方案、项目管理、绩效评价与行动研究'), (5, '专业督导'), (6, '志愿者招募、注册、培训、考核与联动')]), blank=True, default=list, size=None, verbose_name='职责类别')),
                ('activities', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(choices=[(1, '帮困扶弱'), (2, '情绪疏导'), (3, '心理抚慰'), (4, '精神关爱'), (5, '行为矫治'), (6, '社会康复'), (7, '权益维护'), (8, '危机干预'), (9, '关系调适'), (10, '矛盾化解'), (11, '能力建设'), (12, '资源链接'), (13, '社会融入')]), blank=True, default=list, size=None, verbose_name='直接服务内容')),
                ('duty_text', models.TextField(blank=True, verbose_name='职责说明')),
                ('coordinates', models.BooleanField(default=False, verbose_name='承担协调职责')),
                ('min_certificate', models.SmallIntegerField(blank=True, choices=[(1, '助理社会工作师'), (2, '社会工作师'), (3, '高级社会工作师')], null=True, verbose_name='任职条件：证书')),
                ('min_education', models.SmallIntegerField(blank=True, choices=[(10, '研究生'), (20, '大学本科'), (30, '大学专科'), (40, '中等职业教育'), (60, '普通高级中学'), (70, '初级中学'), (80, '小学'), (90, '其他')], null=True, verbose_name='任职条件：学历')),
                ('min_years', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='任职条件：从业年限')),
                ('need_basis', models.CharField(blank=True, max_length=200, verbose_name='设岗依据')),
                ('source', models.CharField(choices=[('recruitment', '公开招聘'), ('conversion', '转换提升'), ('supplement', '补充配置')], db_default='recruitment', default='recruitment', max_length=12, verbose_name='人员来源')),
                ('principal', models.BooleanField(default=False, verbose_name='主体岗位')),
                ('frontline', models.BooleanField(default=True, verbose_name='一线岗位')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('approved', '在设'), ('abolished', '已撤销')], default='draft', max_length=12, verbose_name='状态')),
                ('start', models.DateField(verbose_name='设立日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='posts.employer', verbose_name='用人单位')),
            ],
            options={
                'verbose_name': '岗位',
                'verbose_name_plural': '岗位',
                'constraints': [models.UniqueConstraint(fields=('employer', 'code'), name='a_post_code_is_used_once_by_an_employer', violation_error_message='本单位已经有这个岗位编号。'), models.CheckConstraint(condition=models.Q(('duties__contained_by', [1, 2, 3, 4, 5, 6])), name='duties_are_the_six_of_the_policy'), models.CheckConstraint(condition=models.Q(('activities__contained_by', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])), name='activities_are_the_thirteen_of_duty_1'), models.CheckConstraint(condition=models.Q(('activities', []), ('duties__contains', [1]), _connector='OR'), name='activities_belong_to_duty_1_only', violation_error_message='13 项直接服务内容只属于第一类职责（二（三）-1），请先选「直接服务」。'), models.CheckConstraint(condition=models.Q(('institution_grade__isnull', True), models.Q(('grade__isnull', False), ('grade', 3), ('institution_grade__range', (1, 7))), models.Q(('grade__isnull', False), ('grade', 2), ('institution_grade__range', (8, 10))), models.Q(('grade__isnull', False), ('grade', 1), ('institution_grade__range', (11, 13))), _connector='OR'), name='institution_grades_agree_with_the_grade', violation_error_message='事业单位 1–7 级是高级，8–10 级是中级，11–13 级是初级。'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'abolished'), _negated=True), ('end__isnull', False), _connector='OR'), name='an_abolished_post_has_a_last_day'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='a_post_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='PostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=30, verbose_name='岗位编号')),
                ('name', models.CharField(max_length=80, verbose_name='岗位名称')),
                ('grade', models.SmallIntegerField(blank=True, choices=[(1, '初级'), (2, '中级'), (3, '高级')], null=True, verbose_name='岗位等级')),
                ('institution_grade', models.SmallIntegerField(blank=True, null=True, verbose_name='事业单位岗位级别（1–13）')),
                ('duties', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(choices=[(1, '直接服务'), (2, '群体支持系统'), (3, '社区服务与发展'), (4, '评估、方案、项目管理、绩效评价与行动研究'), (5, '专业督导'), (6, '志愿者招募、注册、培训、考核与联动')]), blank=True, default=list, size=None, verbose_name='职责类别')),
                ('activities', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(choices=[(1, '帮困扶弱'), (2, '情绪疏导'), (3, '心理抚慰'), (4, '精神关爱'), (5, '行为矫治'), (6, '社会康复'), (7, '权益维护'), (8, '危机干预'), (9, '关系调适'), (10, '矛盾化解'), (11, '能力建设'), (12, '资源链接'), (13, '社会融入')]), blank=True, default=list, size=None, verbose_name='直接服务内容')),
                ('duty_text', models.TextField(blank=True, verbose_name='职责说明')),
                ('coordinates', models.BooleanField(default=False, verbose_name='承担协调职责')),
                ('min_certificate', models.SmallIntegerField(blank=True, choices=[(1, '助理社会工作师'), (2, '社会工作师'), (3, '高级社会工作师')], null=True, verbose_name='任职条件：证书')),
                ('min_education', models.SmallIntegerField(blank=True, choices=[(10, '研究生'), (20, '大学本科'), (30, '大学专科'), (40, '中等职业教育'), (60, '普通高级中学'), (70, '初级中学'), (80, '小学'), (90, '其他')], null=True, verbose_name='任职条件：学历')),
                ('min_years', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='任职条件：从业年限')),
                ('need_basis', models.CharField(blank=True, max_length=200, verbose_name='设岗依据')),
                ('source', models.CharField(choices=[('recruitment', '公开招聘'), ('conversion', '转换提升'), ('supplement', '补充配置')], db_default='recruitment', default='recruitment', max_length=12, verbose_name='人员来源')),
                ('principal', models.BooleanField(default=False, verbose_name='主体岗位')),
                ('frontline', models.BooleanField(default=True, verbose_name='一线岗位')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待审核'), ('returned', '已退回'), ('approved', '在设'), ('abolished', '已撤销')], default='draft', max_length=12, verbose_name='状态')),
                ('start', models.DateField(verbose_name='设立日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('employer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='用人单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.post')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PostFreeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField(verbose_name='冻结日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='解冻前最后一天')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='freezes', to='posts.post', verbose_name='岗位')),
            ],
            options={
                'verbose_name': '岗位冻结',
                'verbose_name_plural': '岗位冻结',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('post', '='), (xmsw.dated.DateRange('start', 'end'), '&&')], name='one_freeze_a_post_at_a_time', violation_error_message='这个岗位在这段时间已经冻结。'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='a_freeze_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='PostFreezeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('start', models.DateField(verbose_name='冻结日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='解冻前最后一天')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.postfreeze')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.post', verbose_name='岗位')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RankLadder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('document', models.CharField(max_length=200, verbose_name='制定文件')),
                ('start', models.DateField(verbose_name='施行日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='废止日期')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ladders', to='posts.employer', verbose_name='用人单位')),
            ],
            options={
                'verbose_name': '职级体系',
                'verbose_name_plural': '职级体系',
                'constraints': [models.UniqueConstraint(fields=('employer', 'version'), name='a_ladder_version_exists_once'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('employer', '='), (xmsw.dated.DateRange('start', 'end'), '&&')], name='one_ladder_in_force_an_employer', violation_error_message='同一单位的职级体系不能在时间上重叠。'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='a_ladder_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='RankLadderEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('document', models.CharField(max_length=200, verbose_name='制定文件')),
                ('start', models.DateField(verbose_name='施行日期')),
                ('end', models.DateField(blank=True, null=True, verbose_name='废止日期')),
                ('employer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='posts.employer', verbose_name='用人单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='posts.rankladder')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('name', models.CharField(max_length=60, verbose_name='职级')),
                ('grade', models.SmallIntegerField(choices=[(1, '初级'), (2, '中级'), (3, '高级')], verbose_name='对应岗位等级')),
                ('min_certificate', models.SmallIntegerField(blank=True, choices=[(1, '助理社会工作师'), (2, '社会工作师'), (3, '高级社会工作师')], null=True, verbose_name='晋升条件：证书')),
                ('min_years', models.PositiveSmallIntegerField(default=0, verbose_name='晋升条件：下一级任职年限')),
                ('ladder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='posts.rankladder', verbose_name='职级体系')),
            ],
            options={
                'verbose_name': '职级',
                'verbose_name_plural': '职级',
                'ordering': ['ladder', 'order'],
                'constraints': [models.UniqueConstraint(fields=('ladder', 'order'), name='one_rung_a_place_on_the_ladder')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationplan',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'allocation', found.* FROM (SELECT changed.id, changed.title, NULL::bigint, r.name, changed.region_id, 'civil_affairs', '' FROM changed JOIN regions_region r ON r.code = changed.region_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='253117457b26135ae6acf4fb9bf85e34ce09c950', level='STATEMENT', operation='INSERT', pgid='pgtrigger_wait_on_insert_c887c', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_allocationplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationplan',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'allocation' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM (SELECT NULL::bigint AS id, NULL::text AS state WHERE FALSE) n WHERE n.id = o.id AND n.state IN ('submitted')); RETURN NULL;", hash='af708ba623422675747d512d18114751b130071b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_wait_on_delete_ff485', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_allocationplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationplan',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'allocation' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id AND n.state IN ('submitted'));INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'allocation', found.* FROM (SELECT changed.id, changed.title, NULL::bigint, r.name, changed.region_id, 'civil_affairs', '' FROM changed JOIN regions_region r ON r.code = changed.region_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='4c4574c53e48245a0f4823d7ea10521ec5d7026c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_wait_on_update_5c009', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_allocationplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationplan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_allocationplanevent" ("basis", "document", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "title", "year") SELECT new_values."basis", new_values."document", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."state", new_values."title", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='3a364da7334364d654fd769782a34db071369075', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0b1e2', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_allocationplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocationplan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_allocationplanevent" ("basis", "document", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "title", "year") SELECT new_values."basis", new_values."document", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."state", new_values."title", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b8e758ca5f7803fbc447ae652fb297a4f6395ab3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_2aec5', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_allocationplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employer',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='c7dde761cd5b7dbbc345eb80d9b2265e043adcc1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_59189', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_employer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employer',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='5b5274b284501b7c6a5ccf8e96127a763be9a156', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_bea62', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_employer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employer',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='abc427d3496a08c9d9a6747d796c379371da74d9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_58008', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_employer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employer',
            trigger=pgtrigger.compiler.Trigger(name='waiting_follows', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE workflow_waiting w SET region_code = n.region_code, bureau = n.bureau, sector = n.sector FROM (WITH changed AS (SELECT * FROM old_rows) SELECT id, name, region_id, competent_bureau, sector FROM changed) AS o (employer_id, employer_name, region_code, bureau, sector) JOIN (WITH changed AS (SELECT * FROM new_rows) SELECT id, name, region_id, competent_bureau, sector FROM changed) AS n (employer_id, employer_name, region_code, bureau, sector) ON n.employer_id = o.employer_id WHERE w.employer_id = n.employer_id AND w.region_code = o.region_code AND w.bureau = o.bureau AND w.sector = o.sector; UPDATE workflow_waiting w SET employer_name = n.employer_name FROM (WITH changed AS (SELECT * FROM new_rows) SELECT id, name, region_id, competent_bureau, sector FROM changed) AS n (employer_id, employer_name, region_code, bureau, sector) WHERE w.employer_id = n.employer_id AND w.employer_name <> n.employer_name; RETURN NULL;', hash='d58cd0a6be49e30f03d2ce173e502292ff7953dc', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_waiting_follows_fac04', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_employer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_employerevent" ("address", "competent_bureau", "contact", "contact_phone", "credit_code", "end", "id", "kind", "kind_decided_on", "kind_source", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinyin", "region_id", "sector", "start", "state", "synthetic", "technical_posts") SELECT new_values."address", new_values."competent_bureau", new_values."contact", new_values."contact_phone", new_values."credit_code", new_values."end", new_values."id", new_values."kind", new_values."kind_decided_on", new_values."kind_source", new_values."name", new_values."parent_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."pinyin", new_values."region_id", new_values."sector", new_values."start", new_values."state", new_values."synthetic", new_values."technical_posts" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e2f16e81de3ab7f008eaf661933a3163c64345a9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_de9ca', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_employer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_employerevent" ("address", "competent_bureau", "contact", "contact_phone", "credit_code", "end", "id", "kind", "kind_decided_on", "kind_source", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinyin", "region_id", "sector", "start", "state", "synthetic", "technical_posts") SELECT new_values."address", new_values."competent_bureau", new_values."contact", new_values."contact_phone", new_values."credit_code", new_values."end", new_values."id", new_values."kind", new_values."kind_decided_on", new_values."kind_source", new_values."name", new_values."parent_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."pinyin", new_values."region_id", new_values."sector", new_values."start", new_values."state", new_values."synthetic", new_values."technical_posts" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='adb40f89d56529d1b2f7cff2cbc87f1bb0aedb0e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_6c3c7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_employer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employerregistration',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('releasing', 'submitted')) SELECT 'registration', found.* FROM (SELECT changed.id, CASE changed.matter WHEN 'register' THEN '登记' WHEN 'change' THEN '变更' WHEN 'move' THEN '迁移' ELSE '注销' END || '：' || changed.name, CASE WHEN changed.leaving_id IS NULL OR changed.state = 'releasing' THEN changed.employer_id END, changed.name, CASE WHEN changed.state = 'releasing' THEN changed.leaving_id ELSE changed.region_id END, changed.competent_bureau, changed.sector FROM changed) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='1b0092916a05e09b78d36fcfab1a153c6a050330', level='STATEMENT', operation='INSERT', pgid='pgtrigger_wait_on_insert_07b6f', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_employerregistration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employerregistration',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'registration' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM (SELECT NULL::bigint AS id, NULL::text AS state WHERE FALSE) n WHERE n.id = o.id AND n.state IN ('releasing', 'submitted')); RETURN NULL;", hash='04dee5aa9d8090776a776abe2614e69c67a93117', level='STATEMENT', operation='DELETE', pgid='pgtrigger_wait_on_delete_b4b5a', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_employerregistration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employerregistration',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'registration' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id AND n.state IN ('releasing', 'submitted'));INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('releasing', 'submitted')) SELECT 'registration', found.* FROM (SELECT changed.id, CASE changed.matter WHEN 'register' THEN '登记' WHEN 'change' THEN '变更' WHEN 'move' THEN '迁移' ELSE '注销' END || '：' || changed.name, CASE WHEN changed.leaving_id IS NULL OR changed.state = 'releasing' THEN changed.employer_id END, changed.name, CASE WHEN changed.state = 'releasing' THEN changed.leaving_id ELSE changed.region_id END, changed.competent_bureau, changed.sector FROM changed) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='9566668b59f4d48fc57be40eb5bb0748a4514582', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_wait_on_update_58437', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_employerregistration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employerregistration',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_employerregistrationevent" ("address", "applicant_id", "competent_bureau", "contact", "contact_phone", "created_at", "credit_code", "effective_on", "employer_id", "id", "kind", "leaving_id", "matter", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "sector", "state", "technical_posts") SELECT new_values."address", new_values."applicant_id", new_values."competent_bureau", new_values."contact", new_values."contact_phone", new_values."created_at", new_values."credit_code", new_values."effective_on", new_values."employer_id", new_values."id", new_values."kind", new_values."leaving_id", new_values."matter", new_values."name", new_values."parent_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."region_id", new_values."sector", new_values."state", new_values."technical_posts" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5898ec8b16dec9eb3c554a56889dc0eb949d7b14', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_72b94', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_employerregistration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employerregistration',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_employerregistrationevent" ("address", "applicant_id", "competent_bureau", "contact", "contact_phone", "created_at", "credit_code", "effective_on", "employer_id", "id", "kind", "leaving_id", "matter", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "sector", "state", "technical_posts") SELECT new_values."address", new_values."applicant_id", new_values."competent_bureau", new_values."contact", new_values."contact_phone", new_values."created_at", new_values."credit_code", new_values."effective_on", new_values."employer_id", new_values."id", new_values."kind", new_values."leaving_id", new_values."matter", new_values."name", new_values."parent_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."region_id", new_values."sector", new_values."state", new_values."technical_posts" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='723d8371f70c503abb369c2b5652e8fadf75bf35', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_eea35', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_employerregistration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='dbea0f2acef9f386715eab5456472bd31de6bf3f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_39edf', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='6e6ef418b04167576cc3d6b1b4f5ae26522c4366', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_be01a', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='cfc1d2f275b145eb20d22e7a9d3ed525443e2472', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_25b45', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'inclusion', found.* FROM (SELECT changed.id, '纳入专业技术岗位管理：' || changed.document, e.id, e.name, e.region_id, e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='144f2add8f65f2744edfc3047370137ca500604e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_wait_on_insert_860fa', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'inclusion' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM (SELECT NULL::bigint AS id, NULL::text AS state WHERE FALSE) n WHERE n.id = o.id AND n.state IN ('submitted')); RETURN NULL;", hash='93bf3e240481df5a523a6ba0d7dcbf6a0701e47c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_wait_on_delete_a1c8c', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'inclusion' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id AND n.state IN ('submitted'));INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'inclusion', found.* FROM (SELECT changed.id, '纳入专业技术岗位管理：' || changed.document, e.id, e.name, e.region_id, e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='0c70184a6227de5773cbbda7b5f5deb710b0842d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_wait_on_update_fe291', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_inclusionevent" ("document", "employer_id", "grade_from", "grade_to", "id", "included_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") SELECT new_values."document", new_values."employer_id", new_values."grade_from", new_values."grade_to", new_values."id", new_values."included_on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2bbc93898d55d16b71b3ecb541e23cf2bdef4bdd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_95cbf', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inclusion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_inclusionevent" ("document", "employer_id", "grade_from", "grade_to", "id", "included_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") SELECT new_values."document", new_values."employer_id", new_values."grade_from", new_values."grade_to", new_values."id", new_values."included_on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."state" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='df28ef013ce160d9b8a1e062c78e99a8bf8f8e25', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_db37b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_inclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='incubation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_incubationevent" ("agency_id", "end", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "street_id", "support") SELECT new_values."agency_id", new_values."end", new_values."id", new_values."note", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."start", new_values."street_id", new_values."support" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='27f14b7a34a44aaae0c5571eb400d4b563ea42f8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_9f6ca', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_incubation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='incubation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_incubationevent" ("agency_id", "end", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "street_id", "support") SELECT new_values."agency_id", new_values."end", new_values."id", new_values."note", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."start", new_values."street_id", new_values."support" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4920422ad2ead1d30c62d31181ffae5698c98de4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_bf594', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_incubation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='953d2c6a1455067530e47d6e1b67a49161cbb4fc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_2e359', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='da2ee5028f3530d9312e32d55b68060296ab71f3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_3076e', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='b2b6a2f62357171c002fb3252c69661143b04cde', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_cb14c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'need', found.* FROM (SELECT changed.id, '需求评估：' || changed.headcount || ' 人', e.id, e.name, e.region_id, e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='1feb8e60d0ed8df72358c7c6e1694dfbd6aababb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_wait_on_insert_24412', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'need' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM (SELECT NULL::bigint AS id, NULL::text AS state WHERE FALSE) n WHERE n.id = o.id AND n.state IN ('submitted')); RETURN NULL;", hash='bba378241a1a6f4e3a03ce3f2bd8b1f1ccb8363d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_wait_on_delete_03225', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'need' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id AND n.state IN ('submitted'));INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'need', found.* FROM (SELECT changed.id, '需求评估：' || changed.headcount || ' 人', e.id, e.name, e.region_id, e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='7bf5e7ac119389f0733b7a938f9cf745272bb004', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_wait_on_update_b28c6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_needassessmentevent" ("assessed_on", "assessor", "basis", "employer_id", "headcount", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") SELECT new_values."assessed_on", new_values."assessor", new_values."basis", new_values."employer_id", new_values."headcount", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4351303f16f366f9295da21e95d489eddabf2dc9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_7e2b1', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='needassessment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_needassessmentevent" ("assessed_on", "assessor", "basis", "employer_id", "headcount", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") SELECT new_values."assessed_on", new_values."assessor", new_values."basis", new_values."employer_id", new_values."headcount", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."state" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='dd161884cc3238b3d375430fcf64adb9fee84d28', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_06353', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_needassessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='466340358a1ac75e1693baab598df0c9450c7ba7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_cff68', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='16ad0dde4722232bce21dc6c6b0dab08940774fb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_0f542', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='84b52d5db9fabd8c52e12bd503097f10798e848b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_6420e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'post', found.* FROM (SELECT changed.id, changed.name || '（' || changed.code || '）', e.id, e.name, e.region_id, e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='5f4404f14de55ada314bf79a667a2531da436d30', level='STATEMENT', operation='INSERT', pgid='pgtrigger_wait_on_insert_8d6f9', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'post' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM (SELECT NULL::bigint AS id, NULL::text AS state WHERE FALSE) n WHERE n.id = o.id AND n.state IN ('submitted')); RETURN NULL;", hash='7c9d330063385347cd7438358da58afe805c4e89', level='STATEMENT', operation='DELETE', pgid='pgtrigger_wait_on_delete_5a2e7', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='wait_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="DELETE FROM workflow_waiting w USING old_rows o WHERE w.flow = 'post' AND w.subject_id = o.id AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id AND n.state IN ('submitted'));INSERT INTO workflow_waiting (flow, subject_id, title, employer_id, employer_name, region_code, bureau, sector) WITH changed AS (SELECT * FROM new_rows WHERE state IN ('submitted')) SELECT 'post', found.* FROM (SELECT changed.id, changed.name || '（' || changed.code || '）', e.id, e.name, e.region_id, e.competent_bureau, e.sector FROM changed JOIN posts_employer e ON e.id = changed.employer_id) AS found (subject_id, title, employer_id, employer_name, region_code, bureau, sector) ON CONFLICT (flow, subject_id) DO UPDATE SET title = excluded.title, employer_id = excluded.employer_id, employer_name = excluded.employer_name, region_code = excluded.region_code, bureau = excluded.bureau, sector = excluded.sector; RETURN NULL;", hash='38720c159c267bfd7de114d31160d0875b1f7e68', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_wait_on_update_b4d88', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_postevent" ("activities", "code", "coordinates", "duties", "duty_text", "employer_id", "end", "frontline", "grade", "id", "institution_grade", "min_certificate", "min_education", "min_years", "name", "need_basis", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "principal", "source", "start", "state") SELECT new_values."activities", new_values."code", new_values."coordinates", new_values."duties", new_values."duty_text", new_values."employer_id", new_values."end", new_values."frontline", new_values."grade", new_values."id", new_values."institution_grade", new_values."min_certificate", new_values."min_education", new_values."min_years", new_values."name", new_values."need_basis", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."principal", new_values."source", new_values."start", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b85eff9f8e77465657c097c3f8a89468e6fcc017', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_8fc8d', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_postevent" ("activities", "code", "coordinates", "duties", "duty_text", "employer_id", "end", "frontline", "grade", "id", "institution_grade", "min_certificate", "min_education", "min_years", "name", "need_basis", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "principal", "source", "start", "state") SELECT new_values."activities", new_values."code", new_values."coordinates", new_values."duties", new_values."duty_text", new_values."employer_id", new_values."end", new_values."frontline", new_values."grade", new_values."id", new_values."institution_grade", new_values."min_certificate", new_values."min_education", new_values."min_years", new_values."name", new_values."need_basis", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."principal", new_values."source", new_values."start", new_values."state" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4f71ea685a3ec20d43e8f714d2981f66b0b392e6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_15a94', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postfreeze',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT p.employer_id FROM changed JOIN posts_post p ON p.id = changed.post_id) AS touched (id);\n            RETURN NULL;\n        ', hash='8ecf754ca5199ec70f1bb5ed271723f7ab1067b2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_4af33', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_postfreeze', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postfreeze',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT p.employer_id FROM changed JOIN posts_post p ON p.id = changed.post_id) AS touched (id);\n            RETURN NULL;\n        ', hash='ea18868ede677e86d6c56c43b2e667325a1c5f37', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_43efc', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_postfreeze', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postfreeze',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT p.employer_id FROM changed JOIN posts_post p ON p.id = changed.post_id) AS touched (id);\n            RETURN NULL;\n        ', hash='83e85bc9dd12a1267a134d51af8c0abb33d93e32', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_c3876', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_postfreeze', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postfreeze',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_postfreezeevent" ("end", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "reason", "start") SELECT new_values."end", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."post_id", new_values."reason", new_values."start" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='cb78a66e388114015ef04a768041a0ffd6a6b484', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_79d2f', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_postfreeze', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postfreeze',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_postfreezeevent" ("end", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "reason", "start") SELECT new_values."end", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."post_id", new_values."reason", new_values."start" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5fc6c24b50f073385527de7b9672a5e1c24696c2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_34b0c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_postfreeze', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankladder',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='b59b1021a0fa45646ba60d9aab20c0e66fcd1317', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_f6a0a', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_rankladder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankladder',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='f72a3ec3a813b47a771e59f709a718d9e9e6598e', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_d70e9', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_rankladder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankladder',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT employer_id FROM changed) AS touched (id);\n            RETURN NULL;\n        ', hash='408bd94d0b06410b5b54a003f457af87458c0795', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_a21e0', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_rankladder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankladder',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_rankladderevent" ("document", "employer_id", "end", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "version") SELECT new_values."document", new_values."employer_id", new_values."end", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."start", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6ff0b98133b13f87bf60891ba73ea288779503d0', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_a3d15', referencing='REFERENCING NEW TABLE AS new_values ', table='posts_rankladder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankladder',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "posts_rankladderevent" ("document", "employer_id", "end", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "start", "version") SELECT new_values."document", new_values."employer_id", new_values."end", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."start", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a0242617a36f40c78378771a91fc476059027deb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_f4b12', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='posts_rankladder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE new_rows)\n            SELECT DISTINCT touched.id FROM (SELECT ladder.employer_id FROM changed JOIN posts_rankladder ladder ON ladder.id = changed.ladder_id) AS touched (id);\n            RETURN NULL;\n        ', hash='0578fb81fd0cfcc19fc6a0ba7247eac2fc2d16a6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_recheck_on_insert_dda4a', referencing='REFERENCING NEW TABLE AS new_rows ', table='posts_rung', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS (TABLE old_rows)\n            SELECT DISTINCT touched.id FROM (SELECT ladder.employer_id FROM changed JOIN posts_rankladder ladder ON ladder.id = changed.ladder_id) AS touched (id);\n            RETURN NULL;\n        ', hash='e5d6c3cf7b26e6faef6e47a4eb4a8a67c379efce', level='STATEMENT', operation='DELETE', pgid='pgtrigger_recheck_on_delete_b1079', referencing='REFERENCING OLD TABLE AS old_rows ', table='posts_rung', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='recheck_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO policy_recheckrequest (employer_id)\n            WITH changed AS ((TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows))\n            SELECT DISTINCT touched.id FROM (SELECT ladder.employer_id FROM changed JOIN posts_rankladder ladder ON ladder.id = changed.ladder_id) AS touched (id);\n            RETURN NULL;\n        ', hash='ff9015db7fdd4b7aec2e33dbb3c28ddb5273ab0c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_recheck_on_update_901fa', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='posts_rung', when='AFTER')),
        ),
    ]
