"""Find whose payers' receipts are (spec, payments.md, "Matching")."""

from collections.abc import Collection

from services.kit.unit_of_work import UnitOfWork
from services.payments.domain.matching import Match, Payer, match_payer
from services.payments.store.customers import hits_of


def find_matches(work: UnitOfWork, payers: Collection[Payer]) -> dict[Payer, Match]:
    """What comes of each payer's name, by one query; the caller has locked the names."""
    hits = hits_of(work.session, {payer.normalised_name for payer in payers if payer.normalised_name})
    return {payer: match_payer(hits.get(payer.normalised_name, ())) for payer in payers}
