import { daysBetween, today } from "../../format/dates";
import { useWords } from "../../words";

/** When a bill is due; of one that is owed and overdue, by how many days. */
export function DueOn({ date, isOwed }: { date: string; isOwed: boolean }) {
  const { t } = useWords();
  const days = daysBetween(date, today());
  return (
    <span className="figure">
      {date}
      {isOwed && days > 0 && <span className="loss"> {t("payments.overdue_days", { count: days })}</span>}
    </span>
  );
}
