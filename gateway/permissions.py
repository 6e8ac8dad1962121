"""Who may do what: one table, permission → roles. Every route names one; whose customers it shows is the services' matter.

A bearer token's scopes are names of permissions, too: it may do what they say, whatever roles its user has.
"""

from typing import Final

from services.contracts.people import BILLS_ALL_CUSTOMERS, OPERATIONS_ROLES, OWNER_ROLES, ROLES

EVERYONE: Final = frozenset(ROLES)
OWNERS: Final = OWNER_ROLES
SALES: Final = frozenset({"sales", "sales_lead", "sales_director", "sales_admin"})
OPERATIONS: Final = frozenset(OPERATIONS_ROLES)
FINANCE: Final = frozenset({"finance"})
ADMINISTRATION: Final = frozenset({"admin"})
SALES_ADMINISTRATION: Final = frozenset({"sales_admin"})

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    # people
    "session": EVERYONE,
    "people.read": EVERYONE,
    "people.write": ADMINISTRATION,
    "tokens.read": ADMINISTRATION,
    "tokens.write": ADMINISTRATION,
    "list_views": EVERYONE,
    # Of its parts each shows what its own permission lets see.
    "dashboard": EVERYONE,
    # operations
    "jobs.read": ADMINISTRATION | SALES_ADMINISTRATION | FINANCE,
    "jobs.write": ADMINISTRATION,
    # All that everybody changed, and what it was before. Whoever else wants the history of a thing finds it with the thing.
    "audit.read": ADMINISTRATION,
    # messages
    "messages.read": EVERYONE,
    "message_preferences": EVERYONE,
    # customers
    "customers.read": EVERYONE,
    "customers.add": OWNERS,
    "customers.write": OWNERS | SALES_ADMINISTRATION | ADMINISTRATION,
    "customers.import": OWNERS | SALES_ADMINISTRATION | ADMINISTRATION,
    "customers.export": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
    "customers.release": OWNERS,
    "customers.transfer": frozenset({"sales_lead", "sales_director"}) | SALES_ADMINISTRATION | ADMINISTRATION,
    "customers.protect": frozenset({"sales_director"}) | SALES_ADMINISTRATION | ADMINISTRATION,
    "accounts.write": frozenset({"customer_care"}) | SALES_ADMINISTRATION | ADMINISTRATION,
    "policies.read": SALES | ADMINISTRATION,
    "policies.write": ADMINISTRATION,
    # payments
    "receipts.read": SALES | FINANCE | ADMINISTRATION,
    "receipts.write": SALES_ADMINISTRATION | FINANCE,
    "receipts.assign": SALES_ADMINISTRATION,
    "bank_mappings.write": SALES_ADMINISTRATION | FINANCE,
    "receivables.read": SALES | FINANCE | ADMINISTRATION,
    "interest.read": SALES | FINANCE | ADMINISTRATION,
    "interest_rates.read": SALES | FINANCE | ADMINISTRATION,
    # Management: what late money costs and early money brings is everybody's commission.
    "interest_rates.write": frozenset({"sales_director"}) | ADMINISTRATION,
    "interest_exemptions.read": SALES_ADMINISTRATION | frozenset({"sales_director"}) | FINANCE | ADMINISTRATION,
    "interest_exemptions.write": SALES_ADMINISTRATION,
    "commission.read": SALES | FINANCE | ADMINISTRATION,
    # What is to be paid to whom: for those who see others' at all.
    "commission.compare": frozenset({"sales_lead", "sales_director"}) | SALES_ADMINISTRATION | FINANCE | ADMINISTRATION,
    # Every entry of a statement shows both. Who knows what a message costs enters it; who leads sales says what part sales earns,
    # and neither sales nor who pays it out.
    "unit_costs.read": SALES | FINANCE | ADMINISTRATION,
    "unit_costs.write": FINANCE | ADMINISTRATION,
    "commission_rates.read": SALES | FINANCE | ADMINISTRATION,
    "commission_rates.write": frozenset({"sales_director"}) | ADMINISTRATION,
    # processes; who may start which, and who acts at which node, the definitions say
    "processes.read": EVERYONE,
    "processes.start": EVERYONE,
    "processes.act": EVERYONE,
    "processes.administer": ADMINISTRATION,
    "drafts": EVERYONE,
    "processes.statistics": frozenset({"sales_lead", "sales_director"}) | SALES_ADMINISTRATION | ADMINISTRATION,
    "definitions.write": ADMINISTRATION,
    # billing
    "usage.report": OPERATIONS | ADMINISTRATION,
    # Whose usage it is decides who pays: those who run the accounts say so, and not who sells or who takes the money.
    "usage.assign": OPERATIONS | SALES_ADMINISTRATION | ADMINISTRATION,
    # Names that nobody knows are nobody's customer's: for those who see all customers.
    "usage.unknown": frozenset({"sales_director"}) | SALES_ADMINISTRATION | FINANCE | OPERATIONS | ADMINISTRATION,
    "usage.read": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
    "prices.read": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
    "billing_runs.read": EVERYONE,
    "bills.read": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
    "bills.generate": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
    # Besides, for a run that names no customer.
    "bills.generate_all": BILLS_ALL_CUSTOMERS,
    "balances.read": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
    "recharges.write": FINANCE,
    "invoices.read": SALES | FINANCE | OPERATIONS | ADMINISTRATION,
}
