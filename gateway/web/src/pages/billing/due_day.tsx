import type { Schemas } from "../../api/client";
import { daysBetween, today } from "../../format/dates";
import { fenOf } from "../../format/figures";
import { useWords } from "../../words";

type Bill = Pick<Schemas["Bill"], "due_on" | "expected_due_on" | "outstanding">;

/** Whether it is past its due date and something of it is still owed. */
export function isOverdue({ due_on, outstanding }: Bill): boolean {
  return due_on !== null && due_on < today() && (fenOf(outstanding ?? "") ?? 0n) > 0n;
}

/** When a bill is due; before it is reconciled, when it would be. */
export function DueDay({ bill }: { bill: Bill }) {
  const { t } = useWords();
  if (bill.due_on === null) {
    return <span className="figure quiet">{t("billing.bill.expected", { day: bill.expected_due_on })}</span>;
  }
  return isOverdue(bill) ? (
    <span className="figure loss">
      {t("billing.bill.overdue", { day: bill.due_on, count: daysBetween(bill.due_on, today()) })}
    </span>
  ) : (
    <span className="figure">{bill.due_on}</span>
  );
}
