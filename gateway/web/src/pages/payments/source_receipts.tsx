import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";
import { Signed } from "./commission_totals";

/** The money that something comes from. */
export function SourceReceipts({ receipts }: { receipts: Schemas["OriginReceipt"][] }) {
  const { t } = useWords();
  if (receipts.length === 0) {
    return null;
  }
  return (
    <section className="payers">
      <h2>{t("payments.commission.from_receipts")}</h2>
      <ul className="source-receipts">
        {receipts.map(({ receipt_id, payer_name, received_on, amount }) => (
          <li key={`${receipt_id} ${amount}`}>
            <Link to={`/receipts/${receipt_id}`}>{payer_name}</Link>
            <span className="quiet figure">{received_on}</span>
            <Signed value={amount} />
          </li>
        ))}
      </ul>
    </section>
  );
}
