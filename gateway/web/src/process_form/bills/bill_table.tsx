import { Checkbox } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useWords } from "../../words";
import "../grid.css";

export interface BillColumn<Bill> {
  key: string;
  title: string;
  show: (bill: Bill) => ReactNode;
  isFigure?: boolean;
}

interface BillTableProps<Bill> {
  label: string;
  bills: Bill[];
  columns: BillColumn<Bill>[];
  chosen: ReadonlySet<string>;
  /** Why a bill cannot be taken. */
  whyNot?: (bill: Bill) => string | null;
  onChoose: (ids: string[], isChosen: boolean) => void;
  isReadOnly: boolean;
}

/** A customer's bills to choose from: a table, on a phone a card each. */
export function BillTable<Bill extends { id: string; number: string; product_name: string; month: string }>(
  props: BillTableProps<Bill>,
) {
  const { label, bills, columns, chosen, whyNot = () => null, onChoose, isReadOnly } = props;
  const { t } = useWords();
  const free = bills.filter((bill) => whyNot(bill) === null).map(({ id }) => id);
  const taken = free.filter((id) => chosen.has(id)).length;
  return (
    <div className="form-grid form-bills">
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className="cell-check">
              <Checkbox
                aria-label={t("processes.form.bills.all")}
                disabled={isReadOnly || free.length === 0}
                checked={free.length > 0 && taken === free.length}
                indeterminate={taken > 0 && taken < free.length}
                onChange={({ target }) => onChoose(free, target.checked)}
              />
            </th>
            <th scope="col">{t("processes.form.bills.bill")}</th>
            {columns.map(({ key, title, isFigure = false }) => (
              <th key={key} scope="col" className={isFigure ? "cell-derived" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bills.map((bill) => {
            const why = whyNot(bill);
            return (
              <tr key={bill.id} className={chosen.has(bill.id) ? "is-chosen" : undefined}>
                <td className="cell-check">
                  <Checkbox
                    aria-label={bill.number}
                    disabled={isReadOnly || why !== null}
                    checked={chosen.has(bill.id)}
                    onChange={({ target }) => onChoose([bill.id], target.checked)}
                  />
                </td>
                <td className="cell-title">
                  {bill.product_name && <strong>{`${bill.month} ${bill.product_name}`}</strong>}
                  <div>
                    <Link to={`/bills/${bill.id}`}>{bill.number}</Link>
                  </div>
                  {why !== null && <div className="quiet">{why}</div>}
                </td>
                {columns.map(({ key, title, show, isFigure = false }) => (
                  <td key={key} data-label={title} className={isFigure ? "cell-derived figure" : undefined}>
                    {show(bill)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
