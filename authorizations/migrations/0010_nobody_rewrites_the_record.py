"""From here on the database itself refuses to change what is recorded. Copies of ours, frozen as they were."""

from django.db import migrations, models

AUDIT_LOGS = [("acts", "Acts"), ("security", "Security events")]
TABLE = "authorizations_event"
REFUSAL = "the record is only added to"
# Whatever is unique: a replacing insert would take the row away without a word.
UNIQUE = (
    "id = NEW.id",
    "public_id = NEW.public_id",
    "once = NEW.once",
    "chain = NEW.chain AND position = NEW.position",
)
TAKEN = " OR ".join(f"EXISTS (SELECT 1 FROM {TABLE} WHERE {same})" for same in UNIQUE)  # noqa: S608  # our own table
SQLITE = {
    "record_no_update": f"BEFORE UPDATE ON {TABLE}",
    "record_no_delete": f"BEFORE DELETE ON {TABLE}",
    "record_no_replace": f"BEFORE INSERT ON {TABLE} WHEN {TAKEN}",
}
POSTGRESQL = {
    "record_no_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW",
    "record_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
}


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, when in SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        return
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for name, when in POSTGRESQL.items():
        schema_editor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION record_refuse()")


def remove(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for name in SQLITE if is_sqlite else POSTGRESQL:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if is_sqlite else f" ON {TABLE}"))


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0009_chain_what_was_recorded")]

    operations = [
        migrations.AlterField("event", "chain", models.CharField(choices=AUDIT_LOGS, editable=False, max_length=10)),
        migrations.AlterField("event", "position", models.BigIntegerField(editable=False)),
        migrations.AlterField("event", "previous", models.CharField(editable=False, max_length=64)),
        migrations.AlterField("event", "hash", models.CharField(editable=False, max_length=64)),
        migrations.AlterField("event", "text", models.TextField(editable=False)),
        migrations.AddConstraint(
            "event", models.UniqueConstraint(fields=("chain", "position"), name="event_position_once")
        ),
        migrations.AddConstraint(
            "event", models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="event_position_from_one")
        ),
        migrations.RunPython(install, remove),
    ]
