import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { daysBetween, nearDay, today } from "../../format/dates";
import { fenOf, money, ofFen } from "../../format/figures";
import { useWords } from "../../words";
import { AllLink, Panel } from "./panel";

/** Bills whose payment is late, and those that are due within days. */
export function DuesPanel({ dues }: { dues: Schemas["DueBills"] }) {
  const { t } = useWords();
  const title = t("home.dues.title");
  const sums = [
    { name: t("home.dues.overdue"), sum: dues.overdue, isLate: dues.overdue.count > 0 },
    { name: t("home.dues.due", { date: dues.due_to.slice(5) }), sum: dues.due, isLate: false },
  ];
  return (
    <Panel title={title} extra={<AllLink to={`/receivables?due_to=${dues.due_to}`} of={title} />}>
      <dl className="sums">
        {sums.map(({ name, sum, isLate }) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd className={isLate ? "figure loss" : "figure"}>{money(sum.amount)}</dd>
            <dd className="quiet">{t("home.dues.bills", { count: sum.count })}</dd>
          </div>
        ))}
      </dl>
      {dues.items.length === 0 ? (
        <p className="quiet panel-calm">{t("home.dues.none")}</p>
      ) : (
        <ul className="lines">
          {dues.items.map((bill) => (
            <li key={bill.bill_id}>
              <Link className="line" to={`/receivables/${bill.bill_id}`}>
                <span className="line-words">
                  {bill.customer_name}
                  <small className="quiet">
                    {bill.product_name} · {bill.month}
                  </small>
                </span>
                <span className="line-end">
                  <span className="figure">{money(notWrittenOff(bill))}</span>
                  <DueWords bill={bill} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What the sums above count: also what a write-off on its way has taken hold of. */
function notWrittenOff({ amount, written_off }: Schemas["Receivable"]): string {
  return ofFen((fenOf(amount) ?? 0n) - (fenOf(written_off) ?? 0n));
}

function DueWords({ bill: { due_on, state } }: { bill: Schemas["Receivable"] }) {
  const { t } = useWords();
  const late = daysBetween(due_on, today());
  return (
    <small className={late > 0 ? "loss" : "quiet"}>
      {late > 0 ? t("home.dues.late", { count: late }) : t("home.dues.on", { day: nearDay(due_on) })}
      {state === "held" && <span className="quiet"> · {t("home.dues.held")}</span>}
    </small>
  );
}
