/** The funnel above the list of customers: how many stand in each tier, each step a filter, and what falls soon. */
import { Button, Skeleton } from "antd";
import { Link, useSearchParams } from "react-router";
import { query, type Schemas } from "../../api/client";
import { nearDay } from "../../format/dates";
import { MissingPart, ProblemState } from "../../shell/states";
import { useWords } from "../../words";
import { TierMark } from "./marks";

const AHEAD_DAYS = 7;
const SHOWN = 2;

export function Funnel() {
  const dashboard = query.useQuery("get", "/api/v1/dashboard", {
    params: { query: { within_days: AHEAD_DAYS, first: SHOWN } },
  });
  if (dashboard.data === undefined) {
    return dashboard.error === null ? (
      <Skeleton active title={false} paragraph={{ rows: 2 }} />
    ) : (
      <ProblemState error={dashboard.error} onRetry={() => void dashboard.refetch()} />
    );
  }
  const { funnel, falls, missing } = dashboard.data;
  const lost = missing.find(({ part }) => part === "funnel" || part === "falls");
  return (
    <div className="funnel">
      {funnel !== null && <Steps counts={funnel.items} />}
      {falls !== null && <Falls falls={falls} />}
      {lost && <MissingPart message={lost.message} />}
    </div>
  );
}

function Steps({ counts }: { counts: Schemas["TierCount"][] }) {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const chosen = params.get("tier");
  const most = Math.max(1, ...counts.map(({ count }) => count));

  function choose(tier: string) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (before.get("tier") === tier) {
          after.delete("tier");
        } else {
          after.set("tier", tier);
        }
        return after;
      },
      { replace: true },
    );
  }

  return (
    <ol className="funnel-steps" aria-label={t("customers.funnel.label")}>
      {counts.map(({ tier, count }) => {
        const inside = (
          <>
            <TierMark tier={tier} /> <span className="funnel-count">{count}</span>
            <span className="funnel-share" data-tier={tier}>
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
          </>
        );
        return (
          <li key={tier} className="funnel-place">
            {tier === "pool" ? (
              <Link className="funnel-step" to="/pool">
                {inside}
              </Link>
            ) : (
              <button type="button" className="funnel-step" aria-pressed={chosen === tier} onClick={() => choose(tier)}>
                {inside}
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Falls({ falls }: { falls: Schemas["Falls"] }) {
  const { t, term } = useWords();
  const [params, setParams] = useSearchParams();
  const isChosen = params.get("falls_within_days") === String(falls.within_days);

  function toggle() {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (isChosen) {
          after.delete("falls_within_days");
        } else {
          after.set("falls_within_days", String(falls.within_days));
        }
        return after;
      },
      { replace: true },
    );
  }

  return (
    <section className="falls">
      <div className="falls-head">
        <h2>
          {t("customers.funnel.falls", { days: falls.within_days })}{" "}
          <span className={falls.total > 0 ? "loss" : "quiet"}>
            {falls.total}
            {falls.is_more ? "+" : ""}
          </span>
        </h2>
        {falls.total > 0 && (
          <Button type="link" size="small" aria-pressed={isChosen} onClick={toggle}>
            {t(isChosen ? "customers.funnel.show_all" : "customers.funnel.show_falls")}
          </Button>
        )}
      </div>
      {falls.total === 0 ? (
        <span className="quiet">{t("customers.funnel.no_falls")}</span>
      ) : (
        <ul>
          {falls.items.map(({ customer_id, customer_name, fall, owner_name }) => (
            <li key={customer_id}>
              <Link to={`/customers/${customer_id}?tab=logs`} title={owner_name ?? undefined}>
                {customer_name}
              </Link>
              <span className="quiet">
                {t("customers.funnel.falls_to", {
                  when: fall.on ? nearDay(fall.on) : "",
                  tier: term("tier", fall.to_tier),
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
