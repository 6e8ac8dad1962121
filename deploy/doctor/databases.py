"""The services' databases: whether each can be reached and is what the code needs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

from deploy.catalogue import services_with_tasks
from deploy.doctor.finding import Finding, broken, note, wrong
from deploy.people import DEMO_PASSWORD, PEOPLE
from gateway.identity.secrets import verify_password
from services.kit.figures import made_at
from services.kit.migration import known_revisions, newest_revisions
from services.kit.sealing import Seals
from services.kit.settings import DATABASES, Settings

_VERSION_MIN: Final = 15
_CONNECT_SECONDS: Final = 5
_CLOCK_SECONDS_MAX: Final = 1.0
_OUTBOX_SECONDS_MAX: Final = 60.0
_JOB_SECONDS_MAX: Final = 900.0
_BEAT_SECONDS_MAX: Final = 300.0

Connection = psycopg.Connection[tuple[object, ...]]


def of_databases(settings: Settings) -> Iterator[Finding]:
    """All of them, one after the other."""
    for service in DATABASES:
        yield from _of_database(settings, service)


def _of_database(settings: Settings, service: str) -> Iterator[Finding]:
    place = f"database {service}"
    url = make_url(settings.database_url_of(service)).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS, autocommit=True) as connection:
            connection.execute("SET TIME ZONE 'UTC'")
            yield from _of_server(connection, place)
            is_migrated = True
            for finding in _of_migrations(connection, service, place):
                is_migrated = False
                yield finding
            if is_migrated:
                yield from _of_rights(connection, place)
                yield from _of_work(connection, service)
                if service == "gateway":
                    yield from _of_people(connection, settings)
                if service in services_with_tasks():
                    yield from _of_beat(connection, service)
                if service == "notify":
                    yield from _of_addresses(connection, Seals.of(settings))
    except psycopg.OperationalError as error:
        yield _unreachable(place, str(error))


def _unreachable(place: str, said: str) -> Finding:
    words = " ".join(said.split())
    remedies = {
        "does not exist": "Run `l2c migrate`, which makes and upgrades the databases.",
        "authentication failed": "Mend user and password in L2C_DATABASE_URL.",
        "too many": "Raise max_connections at the server, or lower L2C_MAX_WORKERS.",
    }
    remedy = next(
        (remedy for sign, remedy in remedies.items() if sign in words), "Is the server up, and L2C_DATABASE_URL its address?"
    )
    return broken(place, f"cannot be reached: {words}", "The service answers 503, and its events and jobs wait.", remedy)


def _of_server(connection: Connection, place: str) -> Iterator[Finding]:
    version = connection.info.server_version // 10000
    if version < _VERSION_MIN:
        yield broken(place, f"is PostgreSQL {version}", f"The code needs {_VERSION_MIN} or newer.", "Upgrade the server.")
    encoding, has_shanghai, fsync = _one(
        connection,
        "SELECT current_setting('server_encoding'), EXISTS (SELECT FROM pg_timezone_names WHERE name = 'Asia/Shanghai'),"
        " current_setting('fsync')",
    )
    if encoding != "UTF8":
        yield broken(
            place,
            f"is encoded in {encoding}",
            "Names that it has no letters for cannot be kept.",
            "Make the database anew with ENCODING 'UTF8', from a dump.",
        )
    if not has_shanghai:
        yield broken(
            place,
            "knows no time zone Asia/Shanghai",
            "Days and months cannot be told: billing and interest fail.",
            "Install the server's tzdata.",
        )
    if fsync == "off":
        yield wrong(
            place,
            "has fsync switched off",
            "A crash of its host may lose or damage what was committed.",
            "Switch it on, unless nothing in it matters.",
        )
    yield from _of_clock(connection, place)


def _of_clock(connection: Connection, place: str) -> Iterator[Finding]:
    before = time.time()
    (there,) = _one(connection, "SELECT clock_timestamp()")
    after = time.time()
    assert isinstance(there, datetime)
    # Whatever the way took, its clock stood between these two.
    apart = max(before - there.timestamp(), there.timestamp() - after, 0.0)
    if apart > _CLOCK_SECONDS_MAX:
        yield wrong(
            place,
            f"has a clock {apart:.1f} s away from this host's",
            "Deadlines of calls pass too early or too late; leases of jobs, too.",
            "Have both hosts keep time by NTP.",
        )


def _of_migrations(connection: Connection, service: str, place: str) -> Iterator[Finding]:
    if _one(connection, "SELECT to_regclass('alembic_version') IS NULL") == (True,):
        yield broken(place, "has no tables", "The service cannot work.", f"Run `l2c migrate {service}`.")
        return
    there = {str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")}
    newest = newest_revisions(service)
    if unknown := there - known_revisions(service):
        yield broken(
            place,
            f"is at {', '.join(sorted(unknown))}, which this code does not know",
            "It was migrated by newer code than this.",
            "Run the newer code here, too; or take the migration back with it.",
        )
    elif missing := newest - there:
        yield broken(
            place,
            f"lacks {', '.join(sorted(missing))} (it is at {', '.join(sorted(there))})",
            "The code asks for what is not there.",
            f"Run `l2c migrate {service}`.",
        )


def _of_rights(connection: Connection, place: str) -> Iterator[Finding]:
    # A partition's rows are reached by its table, and that table's rights are what counts.
    query = (
        "SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
        " AND relname <> 'alembic_version' AND NOT has_table_privilege(oid, 'SELECT, INSERT')"
    )
    (forbidden,) = _one(connection, query)
    if forbidden:
        yield broken(
            place,
            f"lets this user not read or write {forbidden}",
            "What needs them fails.",
            "Grant the service's role its tables.",
        )
    (may_stage,) = _one(connection, "SELECT has_database_privilege(current_database(), 'TEMP')")
    if not may_stage:
        yield broken(
            place,
            "lets this user make no temporary tables",
            "Imports and runs that load many rows fail.",
            "GRANT TEMP ON DATABASE … TO the service's role.",
        )


def _of_work(connection: Connection, service: str) -> Iterator[Finding]:
    oldest = connection.execute(
        "SELECT id, count(*) OVER () FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT 1"
    ).fetchone()
    if oldest is not None:
        age = (datetime.now(UTC) - made_at(oldest[0])).total_seconds()  # type: ignore[arg-type]  # the column is a uuid
        if age > _OUTBOX_SECONDS_MAX:
            yield broken(
                f"outbox {service}",
                f"{oldest[1]} events wait, the oldest for {age:.0f} s",
                "What follows from them does not happen.",
                "Start `l2c relay`; if it runs, its log says what it waits for.",
            )
    waiting = _one(connection, "SELECT extract(epoch FROM now() - min(created_at)) FROM jobs WHERE state = 'queued'")[0]
    if waiting is not None and float(str(waiting)) > _JOB_SECONDS_MAX:
        yield wrong(
            f"jobs {service}",
            f"one has waited {float(str(waiting)):.0f} s for a worker",
            "What it makes comes late: bills, statements.",
            f"Start `l2c worker {service}`, and `l2c beat`, which sends again what was lost.",
        )
    failed = connection.execute("SELECT name, as_of FROM jobs WHERE state = 'failed' ORDER BY created_at DESC LIMIT 5").fetchall()
    if failed:
        shown = ", ".join(f"{name} {as_of}" for name, as_of in failed)
        yield wrong(
            f"jobs {service}",
            f"given up: {shown}",
            "What they should have made is not made, or in part.",
            "`l2c job NAME --as-of DAY` says why, and does again what failed.",
        )


def _of_beat(connection: Connection, service: str) -> Iterator[Finding]:
    # Where it was never heard of, the service's first event tells how long it could have been.
    (silent,) = _one(
        connection,
        "SELECT extract(epoch FROM now() - coalesce((SELECT at FROM heartbeats WHERE name = 'beat'),"
        " (SELECT min(published_at) FROM outbox)))",
    )
    if silent is not None and float(str(silent)) > _BEAT_SECONDS_MAX:
        yield wrong(
            f"jobs {service}",
            f"nothing that falls due has been done for {float(str(silent)):.0f} s",
            "Sweeps, letters and monthly runs wait.",
            f"Start `l2c beat`, one process on any host; if it runs, `l2c worker {service}`, or one more of it.",
        )


def _of_people(connection: Connection, settings: Settings) -> Iterator[Finding]:
    if _one(connection, "SELECT EXISTS (SELECT FROM users WHERE active AND 'admin' = ANY(roles))") == (False,):
        yield note(
            "sign-in",
            "nobody is an administrator",
            "Nobody can add people, or change what they may do.",
            "Add the first one: `l2c admin create --login … --name …`.",
        )
    logins = [person.login for person in PEOPLE]
    rows = connection.execute("SELECT login, password_hash FROM users WHERE active AND login = ANY(%s)", [logins]).fetchall()
    known = [str(login) for login, password_hash in rows if password_hash and verify_password(str(password_hash), DEMO_PASSWORD)]
    if known:
        say = note if settings.is_embedded else broken
        yield say(
            "sign-in",
            f"{len(known)} users have the demo's password: {', '.join(sorted(known)[:5])}…",
            "It is known to everybody: whoever reaches the gateway is an administrator.",
            "Change or end these users; a demo belongs on a system of its own.",
        )


def _of_addresses(connection: Connection, seals: Seals) -> Iterator[Finding]:
    """Which of them stand as they are; and with which keys the others are sealed, where this process has any."""
    rows = connection.execute("SELECT webhook_url, coalesce(secret, '') FROM message_channels WHERE webhook_url IS NOT NULL")
    robots = [[str(text) for text in row if text] for row in rows.fetchall()]
    sealed = [texts for texts in robots if seals.is_sealed(texts[0])]
    if plain := len(robots) - len(sealed):
        yield wrong(
            "database notify",
            f"{plain} addresses of robots stand in it as they are",
            "They are keys: whoever reads the database, or a backup, can post as this system.",
            "Give notify and its worker L2C_SEALING_KEYS_FILE; they are sealed within an hour.",
        )
    if not seals.can_seal:
        return
    lost = [texts for texts in sealed if any(seals.open(text) is None for text in texts)]
    if lost:
        yield wrong(
            "database notify",
            f"none of the keys opens {len(lost)} addresses of robots",
            "Their messages wait.",
            "Put the key that they were sealed with below the first line of the keys' file; or have them set anew.",
        )
    if older := sum(not all(map(seals.is_current, texts)) for texts in sealed) - len(lost):
        yield note(
            "database notify",
            f"{older} addresses of robots are sealed with an older key",
            "That key is needed still.",
            "Keep it until they are sealed anew: within an hour of beat's running.",
        )


def _one(connection: Connection, query: str) -> tuple[object, ...]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row
