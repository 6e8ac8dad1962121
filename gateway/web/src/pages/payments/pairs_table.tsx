import { Table } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";

type PairSide = Schemas["PairSide"];
type Side = "receipt" | "bill" | "write_off";

interface PairsTableProps {
  pairs: PairSide[];
  /** Which sides are told: of a receipt its bills, of a bill its receipts. */
  sides: Side[];
  empty: string;
}

/** How much of which receipt goes, or went, to which bill. */
export function PairsTable({ pairs, sides, empty }: PairsTableProps) {
  const { t } = useWords();
  const columns = {
    receipt: {
      title: t("payments.pairs.receipt"),
      render: (_: unknown, pair: PairSide) => <Link to={`/receipts/${pair.receipt_id}`}>{pair.payer_name}</Link>,
    },
    bill: {
      title: t("payments.receipt.bill"),
      render: (_: unknown, pair: PairSide) => <Link to={`/receivables/${pair.bill_id}`}>{pair.bill_number}</Link>,
    },
    write_off: {
      title: t("payments.receipt.write_off"),
      render: (_: unknown, pair: PairSide) => (
        <Link to={`/write-offs/${pair.write_off_id}`}>
          {t(pair.automatic ? "payments.automatic" : "payments.by_hand")}
        </Link>
      ),
    },
  };
  return (
    <Table<PairSide>
      size="small"
      pagination={false}
      scroll={{ x: "max-content" }}
      dataSource={pairs}
      rowKey={({ write_off_id, receipt_id, bill_id, amount, state }) =>
        [write_off_id, receipt_id, bill_id, amount, state].join(" ")
      }
      locale={{ emptyText: <span className="quiet">{empty}</span> }}
      columns={[
        ...sides.map((side) => ({ key: side, ...columns[side] })),
        {
          key: "amount",
          title: t("payments.pairs.amount"),
          align: "right",
          render: (_, pair) => <span className="figure">{money(pair.amount)}</span>,
        },
        {
          key: "state",
          title: t("payments.state"),
          render: (_, pair) => <StateTag of="pair_state" state={pair.state} />,
        },
      ]}
    />
  );
}
