"""What customer does: one verb a file.

Whoever locks several things locks them in this order, so that no two wait for each other:

1. the row that the work is about: a process, an import, the policy that customers are planned anew by;
2. the people: :func:`~services.customer.store.people.lock_people` for who hears of them, then each who is to get a customer;
3. the policy (:func:`~services.customer.store.policies.keep_policy`), where nothing of an existing customer is locked before;
4. what a salesperson holds (:func:`~services.customer.store.holdings.lock_holdings`), in the order of the salespeople's ids;
5. customers, all at once in the order of their ids; new ones in the order of their names;
6. what hangs on them, and account identifiers.
"""
