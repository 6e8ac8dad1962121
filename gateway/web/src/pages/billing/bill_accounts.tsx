import type { Schemas } from "../../api/client";
import { amount, fenOf, percent, quantity } from "../../format/figures";
import { SmallTable } from "../../list/small_table";
import { useWords } from "../../words";

type Bill = Schemas["BillDetail"];
type Account = Schemas["BillAccount"];

/** What each account sent, and its share of the amount. */
export function BillAccounts({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const has = (key: "agreed_difference" | "covered" | "adjusted_amount") =>
    bill.accounts.some((account) => fenOf(account[key]) !== 0n);
  const figure = (key: "agreed_difference" | "covered" | "adjusted_amount", title: string) =>
    has(key) ? [{ key, title, align: "right" as const, show: (account: Account) => amount(account[key]) }] : [];
  return (
    <SmallTable<Account>
      keyOf={({ account_id }) => account_id}
      rows={bill.accounts}
      columns={[
        { key: "account", title: t("billing.account"), show: ({ identifier }) => identifier },
        { key: "quantity", title: t("billing.quantity"), align: "right", show: (row) => quantity(row.quantity) },
        {
          key: "share",
          title: t("billing.accounts.share"),
          align: "right",
          show: (row) => (bill.quantity > 0 ? percent(row.quantity / bill.quantity, 1) : "–"),
        },
        { key: "amount", title: t("billing.amount"), align: "right", show: (row) => amount(row.amount) },
        ...figure("adjusted_amount", t("billing.bill.adjusted")),
        ...figure("agreed_difference", t("billing.bill.agreed_difference")),
        ...figure("covered", t("billing.bill.covered")),
      ]}
    />
  );
}
