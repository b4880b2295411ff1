import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_accounts'), ('accounts', '0002_login_failures'), ('accounts', '0003_roles_of_restricted_data_and_of_oneself'), ('accounts', '0004_tries_by_kind'), ('accounts', '0005_tries_with_an_invitation'), ('accounts', '0006_reviewers'), ('accounts', '0007_objections_are_counted'), ('accounts', '0008_look_ups_are_counted')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('regions', '0002_regions'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoginFailure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sign_in', '登录'), ('sign_up', '注册'), ('join', '凭邀请码开通'), ('object', '公示异议'), ('look_up', '按号码找人')], default='sign_in', max_length=8, verbose_name='种类')),
                ('username', models.CharField(max_length=150, verbose_name='账号')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='来源地址')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
            ],
            options={
                'verbose_name': '登录失败',
                'verbose_name_plural': '登录失败',
                'indexes': [models.Index(fields=['username', 'address', 'at'], name='login_failures_by_name'), models.Index(fields=['kind', 'at'], name='login_failures_by_kind')],
            },
        ),
        migrations.CreateModel(
            name='OrgUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.CharField(choices=[('civil_affairs', '民政'), ('governance', '综治'), ('education', '教育'), ('public_security', '公安'), ('justice', '司法行政'), ('finance', '财政'), ('human_resources', '人力资源和社会保障'), ('health', '卫生计生'), ('trade_union', '总工会'), ('youth_league', '共青团'), ('women', '妇联'), ('disabled', '残联')], max_length=20, verbose_name='部门')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('short_name', models.CharField(max_length=30, verbose_name='简称')),
                ('valid_from', models.DateField(verbose_name='启用日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.region', verbose_name='行政区划')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.orgunit', verbose_name='后继机构')),
            ],
            options={
                'verbose_name': '机构',
                'verbose_name_plural': '机构',
                'ordering': ['region_id', 'bureau', 'valid_from'],
                'constraints': [models.UniqueConstraint(fields=('bureau', 'region', 'valid_from'), name='one_name_of_a_unit_from_a_day'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='unit_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('display_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('role', models.CharField(choices=[('city_officer', '市民政干部'), ('district_officer', '区民政干部'), ('bureau_officer', '部门条线干部'), ('standing_officer', '政治安排信息专员'), ('employer_staff', '用人单位经办人'), ('social_worker', '社会工作者本人'), ('reviewer', '评审专家'), ('system_admin', '系统管理员')], default='employer_staff', max_length=20, verbose_name='角色')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('org_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.orgunit', verbose_name='所在机构')),
            ],
            options={
                'verbose_name': '账号',
                'verbose_name_plural': '账号',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['city_officer', 'district_officer', 'bureau_officer', 'standing_officer']), _negated=True), ('org_unit__isnull', False), _connector='OR'), name='an_officer_sits_on_a_unit')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
    ]
