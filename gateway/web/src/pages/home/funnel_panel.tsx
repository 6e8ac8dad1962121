import type { CSSProperties } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { quantity } from "../../format/figures";
import { useWords } from "../../words";
import { AllLink, Panel } from "./panel";
import "./funnel_panel.css";

/** How many customers stand in each tier, from contract down to the pool. */
export function FunnelPanel({ funnel }: { funnel: Schemas["Funnel"] }) {
  const { t, term } = useWords();
  const most = Math.max(1, ...funnel.items.map(({ count }) => count));
  const title = t("home.funnel.title");
  return (
    <Panel title={title} extra={<AllLink to="/customers" of={title} />}>
      <ul className="funnel">
        {funnel.items.map(({ tier, count }) => (
          <li key={tier}>
            <Link
              className="funnel-tier"
              data-tier={tier}
              style={{ "--share": count / most } as CSSProperties}
              to={tier === "pool" ? "/pool" : `/customers?tier=${tier}`}
            >
              <span className="funnel-name">{term("tier", tier)}</span>
              <span className="funnel-track" aria-hidden="true">
                <span className="funnel-bar" />
              </span>
              <span className="line-figure">{quantity(count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
