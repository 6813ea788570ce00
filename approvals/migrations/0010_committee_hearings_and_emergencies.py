"""The committee hears cases, members declare conflicts and change votes; emergencies; appeals.

New columns are null or filled by the database with a constant: no row is rewritten.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_what_people_are'),
        ('approvals', '0009_earlier_applications_and_delegates'),
        ('catalogue', '0007_who_loaded_a_product'),
        ('patients', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('presides', models.BooleanField(default=False)),
                ('reason', models.TextField()),
                ('appointed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveIntegerField()),
                ('has_conflict', models.BooleanField()),
                ('text', models.TextField(blank=True)),
                ('declared_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveIntegerField()),
                ('is_virtual', models.BooleanField()),
                ('voting_until', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('approved', 'Authorised'), ('rejected', 'Not authorised'), ('information', 'Information asked'), ('deferred', 'Deferred'), ('ratified', 'Ratified'), ('not_ratified', 'Not ratified'), ('overtaken', 'Ended meanwhile by the prescriber')], max_length=20)),
                ('reason', models.TextField(blank=True, help_text='Why it was deferred')),
                ('deferred_to', models.DateField(null=True)),
                ('roll', models.JSONField(default=list)),
            ],
            options={
                'get_latest_by': 'opened_at',
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('arrived_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='sent_application_is_complete',
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='one_undecided_application_per_patient_and_indication',
        ),
        migrations.RemoveConstraint(
            model_name='vote',
            name='one_vote_per_member_and_round',
        ),
        migrations.RemoveConstraint(
            model_name='vote',
            name='vote_says_why',
        ),
        migrations.RemoveIndex(
            model_name='application',
            name='worklist_by_unit',
        ),
        migrations.RemoveIndex(
            model_name='application',
            name='worklist_by_status',
        ),
        migrations.AddField(
            model_name='application',
            name='appealed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='appealed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='appealed_round',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='emergency_agreed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='emergency_agreed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='emergency_authorised_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='emergency_authorised_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='emergency_requested_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='emergency_requested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='full_form_due',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='rapporteur',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='alone_because',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='decision',
            name='because',
            field=models.TextField(blank=True, db_default='', default='', help_text='Why it departs from the decisions before it'),
        ),
        migrations.AddField(
            model_name='decision',
            name='co_therapy',
            field=models.TextField(blank=True, db_default='', default='', help_text='To be given with it'),
        ),
        migrations.AddField(
            model_name='decision',
            name='cycle_g',
            field=models.DecimalField(decimal_places=3, help_text='At most so many grams per cycle', max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='cycles',
            field=models.PositiveIntegerField(help_text='At most so many cycles', null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='ratifies',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ratifications', to='approvals.decision'),
        ),
        migrations.AddField(
            model_name='decision',
            name='reassess_on',
            field=models.DateField(help_text='Reassessed on this day at the latest', null=True),
        ),
        migrations.AddField(
            model_name='vote',
            name='change',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='vote',
            name='reason_codes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('R01', 'Criteria not met'), ('R02', 'Approved treatment neither tried nor contraindicated'), ('R03', 'Insufficient or contradictory evidence'), ('R04', 'Diagnosis not confirmed'), ('R05', 'Dose or duration beyond the schedule without justification'), ('R06', 'No measurable outcome'), ('R07', 'Safety risk not mitigated'), ('R08', 'On-label use: no approval needed'), ('R09', 'Research: belongs to the ethics committee'), ('R10', 'Another product'), ('R11', 'Prioritisation during a shortage'), ('R12', 'Duplicate of an active authorisation'), ('R13', 'Consent missing'), ('R14', 'No benefit at reassessment'), ('R15', 'Procedural')], max_length=3), db_default=models.Value('{}'), default=list, size=None),
        ),
        migrations.AlterField(
            model_name='application',
            name='asked_from',
            field=models.CharField(blank=True, choices=[('draft', 'Draft'), ('emergency_requested', 'Emergency requested'), ('emergency_authorised', 'Authorised as an emergency'), ('submitted', 'Submitted'), ('pharmacy_review', 'Pharmacy review'), ('information_requested', 'Information requested'), ('committee_review', 'Committee review'), ('approved', 'Approved'), ('reassessed', 'Reassessed'), ('rejected', 'Rejected'), ('inadmissible', 'Not admissible'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed')], max_length=30),
        ),
        migrations.AlterField(
            model_name='application',
            name='status',
            field=django_fsm.FSMField(choices=[('draft', 'Draft'), ('emergency_requested', 'Emergency requested'), ('emergency_authorised', 'Authorised as an emergency'), ('submitted', 'Submitted'), ('pharmacy_review', 'Pharmacy review'), ('information_requested', 'Information requested'), ('committee_review', 'Committee review'), ('approved', 'Approved'), ('reassessed', 'Reassessed'), ('rejected', 'Rejected'), ('inadmissible', 'Not admissible'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed')], default='draft', editable=False, max_length=50),
        ),
        migrations.AlterField(
            model_name='step',
            name='action',
            field=models.CharField(choices=[('request_emergency', 'Request an emergency authorisation'), ('agree_emergency', 'Agree to the emergency'), ('authorise_emergency', 'Authorise the emergency'), ('decline_emergency', 'Decline the emergency'), ('submit', 'Submit'), ('endorse', 'Endorse'), ('take_charge', 'Take charge'), ('ask', 'Ask for information'), ('answer', 'Answer'), ('refer', 'Refer to the committee'), ('propose_inadmissible', 'Propose as not admissible'), ('object_inadmissible', 'Object: it is admissible'), ('declare_inadmissible', 'Declare not admissible'), ('name_rapporteur', 'Name the rapporteur'), ('open_hearing', 'Open the item'), ('declare', 'Declare on conflicts of interest'), ('vote', 'Vote'), ('approve', 'Approve'), ('reject', 'Reject'), ('defer', 'Defer'), ('decide_urgently', 'Authorise between sittings'), ('ratify', 'Ratify'), ('deny_ratification', 'Do not ratify'), ('appeal', 'Appeal'), ('appoint', 'Appoint substitutes'), ('withdraw', 'Withdraw'), ('lapse', 'Lapse'), ('record_infusion', 'Record the first infusion'), ('reassess', 'Reassess'), ('close', 'Close'), ('replace', 'Replace'), ('hand_over', 'Hand over')], max_length=30),
        ),
        migrations.AlterField(
            model_name='step',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='step',
            name='source',
            field=models.CharField(choices=[('draft', 'Draft'), ('emergency_requested', 'Emergency requested'), ('emergency_authorised', 'Authorised as an emergency'), ('submitted', 'Submitted'), ('pharmacy_review', 'Pharmacy review'), ('information_requested', 'Information requested'), ('committee_review', 'Committee review'), ('approved', 'Approved'), ('reassessed', 'Reassessed'), ('rejected', 'Rejected'), ('inadmissible', 'Not admissible'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed')], max_length=30),
        ),
        migrations.AlterField(
            model_name='step',
            name='target',
            field=models.CharField(choices=[('draft', 'Draft'), ('emergency_requested', 'Emergency requested'), ('emergency_authorised', 'Authorised as an emergency'), ('submitted', 'Submitted'), ('pharmacy_review', 'Pharmacy review'), ('information_requested', 'Information requested'), ('committee_review', 'Committee review'), ('approved', 'Approved'), ('reassessed', 'Reassessed'), ('rejected', 'Rejected'), ('inadmissible', 'Not admissible'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed')], max_length=30),
        ),
        migrations.AlterField(
            model_name='vote',
            name='choice',
            field=models.CharField(choices=[('approve', 'In favour'), ('conditions', 'In favour, with conditions'), ('reject', 'Against'), ('information', 'Further information is needed first'), ('abstain', 'I abstain')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(models.F('unit'), models.F('decision_due'), models.F('id'), condition=models.Q(('status__in', ('emergency_requested', 'emergency_authorised', 'submitted', 'pharmacy_review', 'information_requested', 'committee_review'))), name='worklist_by_unit'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(models.F('status'), models.F('decision_due'), models.F('id'), condition=models.Q(('status__in', ('emergency_requested', 'emergency_authorised', 'submitted', 'pharmacy_review', 'information_requested', 'committee_review'))), name='worklist_by_status'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('emergency_requested', 'emergency_authorised', 'submitted', 'pharmacy_review', 'information_requested', 'committee_review'))), fields=('patient', 'indication_code'), name='one_undecided_application_per_patient_and_indication'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'withdrawn']), models.Q(models.Q(('submitted_at__isnull', False), ('emergency_requested_at__isnull', False), _connector='OR'), ('indication__isnull', False), ('number__isnull', False), ('patient__isnull', False)), _connector='OR'), name='sent_application_is_complete'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(models.F('application'), condition=models.Q(('alone_because', ''), _negated=True), name='decided_alone'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('ratifies',), name='ratified_or_not_once'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('application', 'round', 'voted_by', 'change'), name='one_vote_per_member_and_round'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choice__in', ['conditions', 'reject', 'information', 'abstain']), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='vote_says_why'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='approvals.application'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='appointed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='declaration',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declarations', to='approvals.application'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='declared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hearing',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='approvals.application'),
        ),
        migrations.AddField(
            model_name='hearing',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hearing',
            name='opened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='presence',
            name='arrived_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='presence',
            name='hearing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='approvals.hearing'),
        ),
        migrations.AddField(
            model_name='presence',
            name='left_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='presence',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(fields=('application', 'member'), name='appointed_once_per_application'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('presides', True)), fields=('application',), name='one_appointed_chair_per_application'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='appointment_says_why'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(condition=models.Q(('has_conflict', True)), fields=('application', 'declared_by'), name='conflict_declared_once'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(condition=models.Q(('has_conflict', False)), fields=('application', 'round', 'declared_by'), name='no_conflict_declared_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.CheckConstraint(condition=models.Q(('has_conflict', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='conflict_is_described'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('application',), name='one_open_hearing_per_application'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_virtual', False), ('voting_until', None)), models.Q(('is_virtual', True), ('voting_until__gt', models.F('opened_at')), ('voting_until__isnull', False)), _connector='OR'), name='virtual_round_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('outcome', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='closed_hearing_has_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'deferred'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('deferred_to__isnull', False)), _connector='OR'), name='deferral_says_why_and_until_when'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('hearing', 'member'), name='present_once_at_a_time'),
        ),
    ]
