"""What must be true when the faults are over: every story there once, every yuan in one place, nothing waiting, nothing lost.

Asked of the databases by SQL, not through the services that keep them; each query goes through its tables once, however many
stories there are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from services.kit.bus.dead_letters import DeadLetter, DeadLetters
from services.kit.database import Database
from services.kit.settings import DATABASES, SERVICES
from tests.chaos.crossed_mail import Route
from tests.chaos.plans import Plan
from tests.chaos.system import System, untold
from tests.integration.payments.money import require_every_yuan_in_one_place

_SHOWN_MAX: Final = 10

CUSTOMERS: Final = """
    SELECT c.name, c.tier, coalesce(people.n, 0), coalesce(logs.n, 0), coalesce(own.n, 0), opened.identifiers,
           coalesce(signed.n, 0)
      FROM customers c
      LEFT JOIN (SELECT customer_id, count(*) AS n FROM contacts GROUP BY 1) people ON people.customer_id = c.id
      LEFT JOIN (SELECT customer_id, count(*) AS n FROM contact_logs GROUP BY 1) logs ON logs.customer_id = c.id
      LEFT JOIN (SELECT customer_id, count(*) AS n FROM products GROUP BY 1) own ON own.customer_id = c.id
      LEFT JOIN (SELECT customer_id, string_agg(identifier, ',') AS identifiers FROM accounts GROUP BY 1) opened
             ON opened.customer_id = c.id
      LEFT JOIN (SELECT customer_id, count(*) AS n FROM contracts GROUP BY 1) signed ON signed.customer_id = c.id
"""
BILLS: Final = """
    SELECT c.name, coalesce(priced.n, 0), coalesce(used.quantity, 0), billed.bills, invoiced.invoices, coalesce(told.n, 0)
      FROM customers c
      LEFT JOIN (SELECT customer_id, count(*) AS n FROM prices GROUP BY 1) priced ON priced.customer_id = c.id
      LEFT JOIN (SELECT a.customer_id, sum(u.quantity)::bigint AS quantity
                   FROM accounts a JOIN usage_daily u ON u.account = a.identifier GROUP BY 1) used ON used.customer_id = c.id
      LEFT JOIN (SELECT customer_id, string_agg(concat_ws(' ', state, quantity, amount, outstanding, invoiced), ',') AS bills
                   FROM bills GROUP BY 1) billed ON billed.customer_id = c.id
      LEFT JOIN (SELECT customer_id, string_agg(state || ' ' || amount, ',') AS invoices FROM invoices
                  WHERE state <> 'released' GROUP BY 1) invoiced
             ON invoiced.customer_id = c.id
      LEFT JOIN (SELECT customer_id, count(*) AS n FROM statements GROUP BY 1) told ON told.customer_id = c.id
"""
MONEY: Final = """
    SELECT c.name, coalesce(received.n, 0), coalesce(received.amount, 0), coalesce(received.used, 0),
           owed.receivables, settled.write_offs, earned.commission
      FROM customers c
      LEFT JOIN (SELECT customer_id, count(*) AS n, sum(amount) AS amount, sum(used) AS used FROM receipts GROUP BY 1) received
             ON received.customer_id = c.id
      LEFT JOIN (SELECT customer_id, string_agg(amount || ' ' || written_off, ',') AS receivables
                   FROM receivables GROUP BY 1) owed ON owed.customer_id = c.id
      LEFT JOIN (SELECT customer_id, string_agg(state || ' ' || amount, ',') AS write_offs FROM write_offs
                  WHERE state <> 'withdrawn' GROUP BY 1) settled
             ON settled.customer_id = c.id
      LEFT JOIN (SELECT customer_id, string_agg(written_off || ' ' || amount, ',') AS commission
                   FROM commission_entries GROUP BY 1) earned ON earned.customer_id = c.id
"""
PROCESSES: Final = "SELECT customer_name, code, state, effect FROM processes WHERE state <> 'refused'"
EFFECTS: Final = {
    "contract_review": ("customer", "SELECT process_id FROM contracts"),
    "test_account": ("customer", "SELECT process_id FROM accounts WHERE process_id IS NOT NULL"),
    "price_adjustment": ("billing", "SELECT process_id FROM prices"),
    "reconciliation": ("billing", "SELECT process_id FROM bills WHERE state IN ('reconciled', 'closed')"),
    "bill_invoice": ("billing", "SELECT process_id FROM invoices WHERE state = 'issued'"),
    "write_off": ("payments", "SELECT id FROM write_offs WHERE state = 'archived'"),
}
"""A process's code → who owns it, and which processes have had their effect there."""

GIVEN_BACK: Final = {
    "billing": "SELECT process_id FROM invoices WHERE state = 'released'",
    "payments": "SELECT id FROM write_offs WHERE state = 'withdrawn'",
}
"""What owners keep of processes that came to nothing: of starts alone that nobody was told of, and that were made once more."""

PASS_BY: Final = frozenset({"on_process_archived", "on_process_rejected", "on_process_withdrawn", "on_write_off_started"})
"""Handlers that let pass, without a note, what concerns others; what they must not miss is held by its effect."""


def audit(system: System, plans: Sequence[Plan], routes: Sequence[Route]) -> list[str]:
    """
    :returns: what is wrong; empty if nothing is.
    """
    checks = (_customers(system, plans), _bills(system, plans), _money(system, plans), _processes(system, plans))
    found = [line for check in checks for line in check]
    return [*found, *_effects(system), *_sums(system, plans), *on_its_way(system, routes)]


def on_its_way(system: System, routes: Sequence[Route]) -> list[str]:
    """What waits, or has not arrived. Where there is any, what follows from it is not done yet: no need to audit the stories."""
    events = (
        f"events: {route.source} said {route.type} {there} times, {route.service}.{route.handler} took {here}"
        for route, there, here in _untaken(system, routes)
    )
    return [*_waiting(system), *events]


def dead_letters(system: System) -> list[DeadLetter]:
    """What no handler could take, of every service."""
    return [letter for service in SERVICES for letter in DeadLetters(system.rabbitmq.url, service).list()]


def _customers(system: System, plans: Sequence[Plan]) -> Iterator[str]:
    expected = {plan.name: ("contract", 1, 1, 1, plan.account, 1) for plan in plans}
    yield from _differences(
        "customer", "tier, contacts, logs, products, accounts, contracts", expected, system.ask("customer", CUSTOMERS)
    )


def _bills(system: System, plans: Sequence[Plan]) -> Iterator[str]:
    expected = {
        plan.name: (
            1,
            plan.quantity,
            f"closed {plan.quantity} {plan.amount} 0.00 {plan.amount}",
            f"issued {plan.amount}",
            1,
        )
        for plan in plans
    }
    yield from _differences("billing", "prices, usage, bills, invoices, statements", expected, system.ask("billing", BILLS))


def _money(system: System, plans: Sequence[Plan]) -> Iterator[str]:
    expected = {
        plan.name: (
            len(plan.receipts),
            plan.amount,
            plan.amount,
            f"{plan.amount} {plan.amount}",
            f"archived {plan.amount}",
            f"{plan.amount} {plan.commission}",
        )
        for plan in plans
    }
    what = "receipts, received, used, receivables, write-offs, commission"
    yield from _differences("payments", what, expected, system.ask("payments", MONEY))


def _processes(system: System, plans: Sequence[Plan]) -> Iterator[str]:
    seen: dict[str, Counter[str]] = {}
    for customer, code, state, effect in system.ask("workflow", PROCESSES):
        seen.setdefault(customer, Counter())[
            code if (state, effect) == ("archived", "in_force") else f"{code} {state} {effect}"
        ] += 1
    rows = [(name, dict(sorted(codes.items()))) for name, codes in seen.items()]
    expected = {plan.name: (dict(sorted(plan.processes.items())),) for plan in plans}
    yield from _differences("workflow", "processes in force", expected, rows)


def _differences(service: str, what: str, expected: dict[str, tuple[Any, ...]], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """A line for every story that is not as it must be, for every one that is missing, there twice, or nobody's."""
    left, wrong = dict(expected), 0
    for name, *facts in rows:
        due = left.pop(name, None)
        if due != tuple(facts):
            wrong += 1
            if wrong <= _SHOWN_MAX:
                yield f"{service}: {name}: {what}: expected {due}, found {tuple(facts)}"
    if wrong > _SHOWN_MAX:
        yield f"{service}: and {wrong - _SHOWN_MAX} more"
    if left:
        yield f"{service}: {len(left)} stories are lost: {list(left)[:_SHOWN_MAX]}"


def _effects(system: System) -> Iterator[str]:
    """Every archived process against what its owner did of it, and the other way round."""
    for code, (owner, query) in EFFECTS.items():
        archived = "SELECT id FROM processes WHERE code = %s AND state = 'archived'"
        processes = {row[0] for row in system.ask("workflow", archived, code)}
        done = [row[0] for row in system.ask(owner, query)]
        if missing := processes - set(done):
            yield f"{code}: {len(missing)} archived without effect in {owner}: {[str(one) for one in missing][:_SHOWN_MAX]}"
        if more := Counter(done) - Counter(processes):
            yield f"{code}: {owner} did more than was archived: {[str(one) for one in more][:_SHOWN_MAX]}"
    refused = {row[0] for row in system.ask("workflow", "SELECT id FROM processes WHERE state = 'refused'")}
    for owner, query in GIVEN_BACK.items():
        if unasked := {row[0] for row in system.ask(owner, query)} - refused:
            yield f"{owner}: gave back what no start that was refused had held: {[str(one) for one in unasked][:_SHOWN_MAX]}"


def _sums(system: System, plans: Sequence[Plan]) -> Iterator[str]:
    """The money as a whole, in payments and between payments and billing."""
    database = Database(system.direct.format(service="payments").replace("postgresql://", "postgresql+psycopg://"), pool_size=1)
    try:
        sums = require_every_yuan_in_one_place(database)
    except AssertionError as error:
        yield f"payments: a yuan is in no place or in two: {error}"
        return
    finally:
        database.close()
    total = sum((plan.amount for plan in plans), Decimal(0))
    ((billed, invoiced),) = system.ask("billing", "SELECT coalesce(sum(amount), 0), coalesce(sum(invoiced), 0) FROM bills")
    found = {"received": sums.received, "used": sums.used, "owed": sums.owed, "written off": sums.written_off}
    found |= {"billed": billed, "invoiced": invoiced}
    for what, amount in found.items():
        if amount != total:
            yield f"money: {what} is {amount}, and the stories come to {total}"


def _untaken(system: System, routes: Sequence[Route]) -> Iterator[tuple[Route, int, int]]:
    """Every event that was said, against what each handler took: where that differs, how many they are."""
    said = {
        (service, kind): count
        for service in DATABASES
        for kind, count in system.ask(service, "SELECT type, count(*) FROM outbox GROUP BY type")
    }
    taken = {
        (service, consumer): count
        for service in SERVICES
        for consumer, count in system.ask(service, "SELECT consumer, count(*) FROM inbox GROUP BY consumer")
    }
    for route in routes:
        if route.source not in DATABASES:
            continue
        there, here = said.get((route.source, route.type), 0), taken.get((route.service, route.handler), 0)
        if here > there or (here < there and not (route.handler in PASS_BY and route.service != "notify")):
            yield route, there, here


def untaken_events(system: System, routes: Sequence[Route]) -> Iterator[str]:
    """The events that have not arrived, by handler, the newest first."""
    for route, _, _ in _untaken(system, routes):
        query = "SELECT event_id FROM inbox WHERE consumer = %s"
        taken = {event_id for (event_id,) in system.ask(route.service, query, route.handler)}
        query = "SELECT id, subject, published_at FROM outbox WHERE type = %s ORDER BY position DESC"
        for event_id, subject, published in system.ask(route.source, query, route.type):
            if event_id not in taken:
                yield f"{route.queue} lacks {event_id} of {subject}, published {published}"


def _waiting(system: System) -> Iterator[str]:
    """What must not be left over."""
    if outboxes := {service: count for service, count in untold(system).items() if count}:
        yield f"outboxes are not empty: {outboxes}"
    for service in SERVICES:
        query = """
            SELECT j.name, j.key, j.state, s.number, s.state, s.attempts, s.heartbeat_at, s.error
              FROM jobs j LEFT JOIN job_shards s ON s.job_id = j.id AND s.state <> 'done' WHERE j.state <> 'done'
        """
        if jobs := system.ask(service, query):
            said = [
                f"{name} {key} {state}: shard {shard} {at}, try {attempts}, heard of {heard_of}, {error or 'no error'}"
                for name, key, state, shard, at, attempts, heard_of, error in jobs[:_SHOWN_MAX]
            ]
            yield f"{service}: {len(jobs)} jobs are not done: {said}"
    for letter in dead_letters(system):
        yield f"dead letter: {letter.queue} {letter.event_id} after {letter.attempts} tries: {letter.error}"
