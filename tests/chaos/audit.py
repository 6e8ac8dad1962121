"""What must be true when the faults are over: every story there once, every yuan in one place, nothing waiting, nothing lost.

Asked of the databases by SQL, not through the services that keep them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
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
    SELECT c.name, c.tier,
           (SELECT count(*) FROM contacts x WHERE x.customer_id = c.id),
           (SELECT count(*) FROM contact_logs x WHERE x.customer_id = c.id),
           (SELECT count(*) FROM products x WHERE x.customer_id = c.id),
           (SELECT string_agg(x.identifier, ',') FROM accounts x WHERE x.customer_id = c.id),
           (SELECT count(*) FROM contracts x WHERE x.customer_id = c.id)
      FROM customers c
"""
BILLS: Final = """
    SELECT c.name,
           (SELECT count(*) FROM prices x WHERE x.customer_id = c.id),
           (SELECT coalesce(sum(u.quantity), 0)::bigint FROM accounts a JOIN usage_daily u ON u.account = a.identifier
             WHERE a.customer_id = c.id),
           (SELECT string_agg(x.state || ' ' || x.quantity || ' ' || x.amount || ' ' || x.outstanding || ' ' || x.invoiced, ',')
              FROM bills x WHERE x.customer_id = c.id),
           (SELECT string_agg(x.state || ' ' || x.amount, ',') FROM invoices x WHERE x.customer_id = c.id),
           (SELECT count(*) FROM statements x WHERE x.customer_id = c.id)
      FROM customers c
"""
MONEY: Final = """
    SELECT c.name,
           (SELECT count(*) FROM receipts x WHERE x.customer_id = c.id),
           (SELECT coalesce(sum(x.amount), 0) FROM receipts x WHERE x.customer_id = c.id),
           (SELECT coalesce(sum(x.used), 0) FROM receipts x WHERE x.customer_id = c.id),
           (SELECT string_agg(x.amount || ' ' || x.written_off, ',') FROM receivables x WHERE x.customer_id = c.id),
           (SELECT string_agg(x.state || ' ' || x.amount, ',') FROM write_offs x WHERE x.customer_id = c.id),
           (SELECT string_agg(x.written_off || ' ' || x.amount, ',') FROM commission_entries x WHERE x.customer_id = c.id)
      FROM customers c
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


def audit(system: System, plans: Iterable[Plan], routes: list[Route]) -> list[str]:
    """
    :returns: what is wrong; empty if nothing is.
    """
    expected = list(plans)
    checks = (_customers(system, expected), _bills(system, expected), _money(system, expected), _processes(system, expected))
    found = [line for check in checks for line in check]
    return [*found, *_effects(system), *_sums(system, expected), *_events(system, routes), *_rest(system)]


def dead_letters(system: System) -> list[DeadLetter]:
    """What no handler could take, of every service."""
    return [letter for service in SERVICES for letter in DeadLetters(system.rabbitmq.url, service).list()]


def _customers(system: System, plans: list[Plan]) -> Iterator[str]:
    expected = {plan.name: ("contract", 1, 1, 1, plan.account, 1) for plan in plans}
    yield from _differences(
        "customer", "tier, contacts, logs, products, accounts, contracts", expected, system.ask("customer", CUSTOMERS)
    )


def _bills(system: System, plans: list[Plan]) -> Iterator[str]:
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


def _money(system: System, plans: list[Plan]) -> Iterator[str]:
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


def _processes(system: System, plans: list[Plan]) -> Iterator[str]:
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


def _sums(system: System, plans: list[Plan]) -> Iterator[str]:
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


def _events(system: System, routes: list[Route]) -> Iterator[str]:
    """Every event that was said, against what each handler took."""
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
        if there != here:
            yield f"events: {route.source} said {route.type} {there} times, {route.service}.{route.handler} took {here}"


def _rest(system: System) -> Iterator[str]:
    """What must not be left over."""
    if waiting := {service: count for service, count in untold(system).items() if count}:
        yield f"outboxes are not empty: {waiting}"
    for service in SERVICES:
        query = "SELECT name, key, state FROM jobs WHERE state <> 'done'"
        if jobs := system.ask(service, query):
            yield f"{service}: jobs are not done: {jobs[:_SHOWN_MAX]}"
    for letter in dead_letters(system):
        yield f"dead letter: {letter.queue} {letter.event_id} after {letter.attempts} tries: {letter.error}"
