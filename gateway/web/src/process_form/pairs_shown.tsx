import { Link } from "react-router";
import { money, totalOf } from "../format/figures";
import { useWords } from "../words";
import type { NamedPair } from "./allocation";

/** The lines of a write-off, to read. */
export function PairsShown({ pairs }: { pairs: NamedPair[] }) {
  const { t } = useWords();
  return (
    <div className="pairs-shown">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("payments.pairs.receipt")}</th>
            <th scope="col">{t("payments.pairs.bill")}</th>
            <th scope="col" className="pairs-amount">
              {t("payments.pairs.amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ receipt_id, bill_id, amount, payer_name, bill_number }) => (
            <tr key={`${receipt_id} ${bill_id}`}>
              <td>
                <Link to={`/receipts/${receipt_id}`}>{payer_name || t("payments.pairs.receipt")}</Link>
              </td>
              <td>
                <Link to={`/receivables/${bill_id}`}>{bill_number || t("payments.pairs.bill")}</Link>
              </td>
              <td className="pairs-amount figure">{money(amount)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {t("payments.pairs.total")}
            </th>
            <td className="pairs-amount figure">
              <strong>{money(totalOf(pairs.map(({ amount }) => amount)))}</strong>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
