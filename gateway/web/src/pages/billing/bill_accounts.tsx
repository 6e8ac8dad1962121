import { Table } from "antd";
import type { Schemas } from "../../api/client";
import { amount, fenOf, percent, quantity } from "../../format/figures";
import { useWords } from "../../words";

type Bill = Schemas["BillDetail"];
type Account = Schemas["BillAccount"];

/** What each account sent, and its share of the amount. */
export function BillAccounts({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const has = (key: "agreed_difference" | "covered" | "adjusted_amount") =>
    bill.accounts.some((account) => fenOf(account[key]) !== 0n);
  const figure = (key: "agreed_difference" | "covered" | "adjusted_amount", title: string) =>
    has(key)
      ? [{ key, title, align: "right" as const, render: (_: unknown, account: Account) => amount(account[key]) }]
      : [];
  return (
    <Table<Account>
      size="small"
      rowKey="account_id"
      dataSource={bill.accounts}
      pagination={false}
      scroll={{ x: "max-content" }}
      columns={[
        { key: "account", title: t("billing.account"), dataIndex: "identifier" },
        { key: "quantity", title: t("billing.quantity"), align: "right", render: (_, row) => quantity(row.quantity) },
        {
          key: "share",
          title: t("billing.accounts.share"),
          align: "right",
          render: (_, row) => (bill.quantity > 0 ? percent(row.quantity / bill.quantity, 1) : "–"),
        },
        { key: "amount", title: t("billing.amount"), align: "right", render: (_, row) => amount(row.amount) },
        ...figure("adjusted_amount", t("billing.bill.adjusted")),
        ...figure("agreed_difference", t("billing.bill.agreed_difference")),
        ...figure("covered", t("billing.bill.covered")),
      ]}
    />
  );
}
