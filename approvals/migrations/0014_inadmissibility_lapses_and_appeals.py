"""An application may be held not admissible by two pharmacists, lapse, and be appealed once.

New tables and one small index: no row is rewritten.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A proposal is settled once; what was proposed never changes.
SETTLED_ONCE = """
CREATE FUNCTION approvals_inadmissibility_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.settled_at IS NULL
     AND (NEW.id, NEW.application_id, NEW.reason_codes, NEW.text, NEW.proposed_at, NEW.proposed_by_id)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.application_id, OLD.reason_codes, OLD.text, OLD.proposed_at, OLD.proposed_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'inadmissibility % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER settled_once BEFORE UPDATE OR DELETE ON approvals_inadmissibility
  FOR EACH ROW EXECUTE FUNCTION approvals_inadmissibility_settled_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_inadmissibility
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_appeal
  FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_appeal
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""
AS_BEFORE = """
DROP TRIGGER never_emptied ON approvals_appeal;
DROP TRIGGER append_only ON approvals_appeal;
DROP TRIGGER never_emptied ON approvals_inadmissibility;
DROP FUNCTION approvals_inadmissibility_settled_once CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_what_people_are'),
        ('approvals', '0013_precedents_and_identity_on_request'),
        ('catalogue', '0007_who_loaded_a_product'),
        ('patients', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('new_information', 'New clinical information'), ('procedure', 'Procedural error')], max_length=20)),
                ('text', models.TextField()),
                ('appealed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Inadmissibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('R01', 'Criteria not met'), ('R02', 'Approved treatment neither tried nor contraindicated'), ('R03', 'Insufficient or contradictory evidence'), ('R04', 'Diagnosis not confirmed'), ('R05', 'Dose or duration beyond the schedule without justification'), ('R06', 'No measurable outcome'), ('R07', 'Safety risk not mitigated'), ('R08', 'On-label use: no approval needed'), ('R09', 'Research: belongs to the ethics committee'), ('R10', 'Another product'), ('R11', 'Prioritisation during a shortage'), ('R12', 'Duplicate of an active authorisation'), ('R13', 'Consent missing'), ('R14', 'No benefit at reassessment'), ('R15', 'Procedural')], max_length=3), size=None)),
                ('text', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('countersigned', 'Countersigned: not admissible'), ('objected', 'The second pharmacist objects: admissible'), ('taken_back', 'Taken back by the pharmacist in charge'), ('overtaken', 'Withdrawn meanwhile by the author')], max_length=20)),
                ('reply', models.TextField(blank=True, help_text='Why it is admissible, or why it is taken back')),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['pk'],
                'get_latest_by': 'pk',
            },
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(models.F('answer_due'), condition=models.Q(('status', 'information_requested')), name='answers_by_date'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='appealed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='application',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal_made', to='approvals.application'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='rapporteur',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='inadmissibility',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inadmissibilities', to='approvals.application'),
        ),
        migrations.AddField(
            model_name='inadmissibility',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='inadmissibility',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['new_information', 'procedure'])), name='appeal_has_a_ground'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='appeal_says_why'),
        ),
        migrations.AddConstraint(
            model_name='inadmissibility',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('application',), name='one_open_proposal_per_application'),
        ),
        migrations.AddConstraint(
            model_name='inadmissibility',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('reason_codes', []), _negated=True)), name='inadmissibility_says_why'),
        ),
        migrations.AddConstraint(
            model_name='inadmissibility',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('reply', ''), ('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='settled_proposal_has_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='inadmissibility',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['objected', 'taken_back']), _negated=True), models.Q(('reply', ''), _negated=True), _connector='OR'), name='objection_says_why'),
        ),
        migrations.AddConstraint(
            model_name='inadmissibility',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['countersigned', 'objected']), _negated=True), models.Q(('settled_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='countersigned_by_a_second_pharmacist'),
        ),
        migrations.RunSQL(SETTLED_ONCE, AS_BEFORE),
    ]
