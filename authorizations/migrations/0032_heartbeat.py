from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0031_what_askers_knew"),
    ]

    operations = [
        migrations.RenameModel(old_name="Pulse", new_name="Heartbeat"),
    ]
