import { useMemo } from "react";
import { fenOf, money, ofFen, totalOf } from "../../format/figures";
import { useWords } from "../../words";
import { lineAmount } from "../decimals";
import { type FieldProps, rowsOf } from "../field";
import { type DerivedColumn, GridField } from "../grid_field";

/** What is bought and sold again: each line's amounts, and what the order earns. */
export function OrderItemsField(props: FieldProps) {
  const { t } = useWords();
  const rows = rowsOf(props.value);
  const sold = totalOf(rows.map((row) => lineAmount(row.quantity, row.sale_price)));
  const bought = totalOf(rows.map((row) => lineAmount(row.quantity, row.purchase_price)));
  const margin = (fenOf(sold) ?? 0n) - (fenOf(bought) ?? 0n);
  const share = Number(sold) > 0 ? (Number(margin) / Number(fenOf(sold) ?? 1n)) * 100 : null;
  const derived = useMemo<DerivedColumn[]>(
    () => [
      {
        key: "cost",
        title: t("processes.form.order.bought"),
        show: (row) => money(lineAmount(row.quantity, row.purchase_price)),
      },
      {
        key: "amount",
        title: t("processes.form.order.sold"),
        show: (row) => money(lineAmount(row.quantity, row.sale_price)),
      },
    ],
    [t],
  );
  return (
    <GridField
      {...props}
      derived={derived}
      foot={
        <dl className="form-totals" aria-live="polite">
          <dt>{t("processes.form.order.bought")}</dt>
          <dd className="figure">{money(bought)}</dd>
          <dt>{t("processes.form.order.sold")}</dt>
          <dd className="figure">{money(sold)}</dd>
          <dt>{t("processes.form.order.margin")}</dt>
          <dd className={margin < 0n ? "figure loss" : "figure gain"}>
            {money(ofFen(margin))}
            {share !== null && ` (${share.toFixed(1)}%)`}
          </dd>
        </dl>
      }
    />
  );
}
