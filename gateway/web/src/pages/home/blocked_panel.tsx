import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import { nextStepLink } from "./next_step";
import { AllLink, Panel } from "./panel";

type Blocked = Schemas["MissingCommission"];

/** What still keeps commission back, bill by bill: why, how much it would bring, and the next step. */
export function BlockedPanel({ blocked }: { blocked: Schemas["BlockedCommission"] }) {
  const { t } = useWords();
  const title = t("home.blocked.title");
  return (
    <Panel
      title={title}
      note={blocked.count > 0 && t("home.blocked.sum", { count: blocked.count, amount: money(blocked.amount) })}
      extra={<AllLink to={`/commission?month=${blocked.month}&tab=missing`} of={title} />}
    >
      {blocked.count === 0 ? (
        <p className="quiet panel-calm">{t("home.blocked.none")}</p>
      ) : (
        <>
          <ul className="reasons">
            {blocked.reasons.map(({ code, count, amount }) => (
              <li key={code}>
                {t(`home.reasons.${code as ReasonCode}`)} <strong>{count}</strong>
                <span className="quiet figure">{money(amount)}</span>
              </li>
            ))}
          </ul>
          <ul className="rows">
            {blocked.items.map((bill) => (
              <BlockedRow key={bill.bill_id} bill={bill} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

type ReasonCode = keyof typeof import("../../words/zh/home.json")["reasons"];

function BlockedRow({ bill }: { bill: Blocked }) {
  const { t, language } = useWords();
  const session = useSession();
  const step = nextStepLink(bill.next_step, session);
  return (
    <li className="row">
      <div className="row-words">
        <Link to={`/bills/${bill.bill_id}`}>{bill.customer_name}</Link>
        <span className="row-note">
          {bill.product_name} · {bill.month}
          {bill.owner_id !== session.user.id && bill.owner_name !== null && ` · ${bill.owner_name}`}
        </span>
        <p className="quiet">
          {bill.reason[language]} {bill.next_step[language]}
        </p>
      </div>
      <span className="row-end">
        <span className="figure">{money(bill.not_written_off)}</span>
        {bill.expected_commission !== null && (
          <small className="gain figure">
            {t("home.blocked.would_bring", { amount: money(bill.expected_commission) })}
          </small>
        )}
      </span>
      <div className="row-actions">
        {step !== undefined && (
          <LinkButton size="small" color={step.isOwn ? "primary" : "default"} variant="outlined" to={step.address}>
            {t(step.words)}
          </LinkButton>
        )}
      </div>
    </li>
  );
}
