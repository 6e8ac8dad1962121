import { fenOf, money, ofFen } from "../../format/figures";
import { useWords } from "../../words";
import { type FieldProps, textOf } from "../field";

/** What came in and what is invoiced stand side by side; this is what lies between them. */
export function DifferenceField({ values, id }: FieldProps) {
  const { t } = useWords();
  const received = fenOf(textOf(values.amount_received));
  const asked = fenOf(textOf(values.invoice_amount));
  const difference = received === null || asked === null ? null : received - asked;
  return (
    <output id={id} className="form-figure" aria-live="polite">
      <strong className="figure">{difference === null ? "–" : money(ofFen(difference))}</strong>
      {difference !== null && (
        <span className={difference === 0n ? "gain" : "loss"}>
          {difference === 0n
            ? t("processes.form.difference.none")
            : difference > 0n
              ? t("processes.form.difference.received_more")
              : t("processes.form.difference.invoiced_more")}
        </span>
      )}
    </output>
  );
}
