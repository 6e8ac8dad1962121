import { Timeline } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../../api/client";
import { minuteOf } from "../../../format/dates";
import { percent } from "../../../format/figures";
import { EmptyState } from "../../../shell/states";
import { labelled, type Translate, useWords } from "../../../words";
import { TierMark } from "../marks";
import { useShown } from "./overview";
import { More, PartHead, useWhole } from "./part";

type TierMove = Schemas["TierMove"];

/** Every move in the funnel: from where to where, by which rule or process, on what facts. */
export function HistoryPart() {
  const { t } = useWords();
  const { overview } = useShown();
  const { rows, more, isLoading } = useWhole(
    "/api/v1/customers/{customer_id}/history",
    { path: { customer_id: overview.customer.id } },
    overview.history,
  );
  return (
    <section className="part">
      <PartHead title={t("customers.history.title")} />
      {rows.length === 0 && <EmptyState words={t("customers.history.empty")} />}
      <Timeline items={rows.map((move) => ({ key: move.id, content: <Move move={move} /> }))} />
      <More section={overview.history} more={more} isLoading={isLoading} />
    </section>
  );
}

function Move({ move }: { move: TierMove }) {
  const { t, term } = useWords();
  const { from_tier, to_tier, rule, process_id, by_name, owner_name, former_owner_name, reason, facts } = move;
  const words = term("tier_move", rule);
  const said = Object.entries(facts)
    .map(([name, value]) => factOf(name, value, t))
    .filter((fact) => fact !== null);
  return (
    <article className="log">
      <div className="log-head">
        <span className="figure">{minuteOf(move.moved_at)}</span>
        {from_tier !== null && from_tier !== to_tier && (
          <>
            <TierMark tier={from_tier} />
            <span aria-hidden>→</span>
          </>
        )}
        <TierMark tier={to_tier} />
        {process_id === null ? <span>{words}</span> : <Link to={`/processes/${process_id}`}>{words}</Link>}
        <span className="quiet">{by_name}</span>
      </div>
      {from_tier !== null && owner_name !== former_owner_name && (
        <p>
          {labelled(
            t("customers.owner"),
            `${former_owner_name ?? t("customers.nobody")} → ${owner_name ?? t("customers.nobody")}`,
          )}
        </p>
      )}
      {reason && <p className="as-written">{t("customers.history.reason", { reason })}</p>}
      {said.length > 0 && (
        <p className="quiet">
          {t("customers.history.facts")} {said.join(" · ")}
        </p>
      )}
    </article>
  );
}

const FACTS = {
  tier_since: "customers.tier_since",
  last_log_on: "customers.last_contact",
  completeness: "customers.completeness",
  contract_ends_on: "customers.contract_ends",
  last_usage_on: "customers.last_usage",
  has_account: "customers.history.has_account",
  contract_in_force: "customers.history.contract_in_force",
  test_account_archived: "customers.history.test_account_archived",
  is_protected: "customers.protected",
} as const;

/** A fact as a salesperson reads it; what was not so is not said. */
function factOf(name: string, value: unknown, t: Translate): string | null {
  const key = FACTS[name as keyof typeof FACTS];
  if (key === undefined || value === null || value === false) {
    return null;
  }
  if (value === true) {
    return t(key);
  }
  return `${t(key)} ${name === "completeness" ? percent(String(value)) : String(value)}`;
}
