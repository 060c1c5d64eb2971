from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0011_keep_the_role_of_who_acted"),
    ]

    operations = [
        migrations.AddField(
            model_name="wbstask",
            name="filled_by",
            field=models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                help_text="By column: the step that filled an actual date in, or “person” where one took it back.",
            ),
        ),
    ]
