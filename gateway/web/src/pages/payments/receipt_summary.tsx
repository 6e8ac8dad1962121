import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";
import { useSaid } from "./said";

/** What a receipt is, in a few lines. */
export function ReceiptSummary({ receipt }: { receipt: Schemas["ReceiptDetail"] }) {
  const { t } = useWords();
  const said = useSaid();
  const rows: [string, React.ReactNode][] = [
    [t("payments.receipts.received_at"), minuteOf(receipt.received_at)],
    [t("payments.receipts.payer_account"), receipt.payer_account || "–"],
    [t("payments.remark"), receipt.remark || "–"],
    [t("payments.receipts.bank_account"), receipt.bank_account],
    [t("payments.receipts.reference"), receipt.reference],
  ];
  return (
    <section className="receipt-summary">
      <h2>
        <Link to={`/receipts/${receipt.id}`}>{receipt.payer_name}</Link>
      </h2>
      <p className="receipt-sum">
        <strong className="figure">{money(receipt.amount)}</strong>
        <StateTag of="receipt_state" state={receipt.state} />
        {receipt.balance !== receipt.amount && (
          <span className="quiet figure">
            {t("payments.receipts.balance")} {money(receipt.balance)}
          </span>
        )}
      </p>
      {receipt.reason !== null && <p className="receipt-reason">{said(receipt.reason)}</p>}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
