"""Find whose payers' receipts are (spec, payments.md, "Matching")."""

from collections.abc import Collection
from uuid import UUID

from services.kit.unit_of_work import UnitOfWork
from services.payments.domain.matching import Match, Payer, match_payer
from services.payments.domain.names import normalise_account
from services.payments.store.customers import hits_by_account, hits_of, lock_accounts, lock_names
from services.payments.store.matching_policies import policy_in_force
from services.payments.store.receipts import accounts_of_unmatched


def lock_payers(work: UnitOfWork, payers: Collection[Payer]) -> None:
    """For who records receipts of these payers: before this transaction ends, nobody else matches them, and no customer gets
    their name, or their account where accounts match. So a receipt and a change of what it matches never miss each other."""
    if policy_in_force(work.session).match_bank_account:
        lock_accounts(work.session, {normalise_account(payer.account) for payer in payers} - {""})
    lock_names(work.session, {payer.normalised_name for payer in payers})


def customers_concerned(work: UnitOfWork, payers: Collection[str]) -> set[UUID]:
    """Every customer to whom a look at what these payers paid may bring a receipt: to be locked at once, in their one order.

    :param payers: normalised names, which the caller has locked.
    """
    hits = list(hits_of(work.session, payers).values())
    if policy_in_force(work.session).match_bank_account:
        hits += hits_by_account(work.session, accounts_of_unmatched(work.session, payers)).values()
    return {hit.customer_id for some in hits for hit in some}


def find_matches(work: UnitOfWork, payers: Collection[Payer]) -> dict[Payer, Match]:
    """What comes of each payer's name, and of the account where the policy says so, by one query each; the caller has locked the
    names."""
    hits = hits_of(work.session, {payer.normalised_name for payer in payers if payer.normalised_name})
    accounts = {payer: normalise_account(payer.account) for payer in payers}
    known = set(accounts.values()) - {""}
    by_account = hits_by_account(work.session, known) if known and policy_in_force(work.session).match_bank_account else {}
    return {
        payer: match_payer([*hits.get(payer.normalised_name, ()), *by_account.get(account, ())])
        for payer, account in accounts.items()
    }
