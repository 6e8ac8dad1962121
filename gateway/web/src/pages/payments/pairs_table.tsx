import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { SmallTable } from "../../list/small_table";
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
      show: (pair: PairSide) => <Link to={`/receipts/${pair.receipt_id}`}>{pair.payer_name}</Link>,
    },
    bill: {
      title: t("payments.receipt.bill"),
      show: (pair: PairSide) => <Link to={`/receivables/${pair.bill_id}`}>{pair.bill_number}</Link>,
    },
    write_off: {
      title: t("payments.receipt.write_off"),
      show: (pair: PairSide) => (
        <Link to={`/write-offs/${pair.write_off_id}`}>
          {t(pair.automatic ? "payments.automatic" : "payments.by_hand")}
        </Link>
      ),
    },
  };
  return (
    <SmallTable<PairSide>
      rows={pairs}
      keyOf={({ write_off_id, receipt_id, bill_id, amount, state }) =>
        [write_off_id, receipt_id, bill_id, amount, state].join(" ")
      }
      empty={empty}
      columns={[
        ...sides.map((side) => ({ key: side, ...columns[side] })),
        {
          key: "amount",
          title: t("payments.pairs.amount"),
          align: "right",
          show: (pair) => <span className="figure">{money(pair.amount)}</span>,
        },
        {
          key: "state",
          title: t("payments.state"),
          show: (pair) => <StateTag of="pair_state" state={pair.state} />,
          onPhone: "corner",
        },
      ]}
    />
  );
}
