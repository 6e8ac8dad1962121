import { Link } from "react-router";
import { query } from "../../api/client";
import { ago } from "../../format/dates";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { Panel } from "./panel";

const SHOWN = 6;
export const WAITING_ASKED = { params: { query: { box: "todo", page_size: SHOWN } } } as const;

/** The very tasks, for those whose day is made of them. */
export function WaitingPanel() {
  const { t, named } = useWords();
  const waiting = query.useQuery("get", "/api/v1/processes", WAITING_ASKED);
  return (
    <Panel title={t("home.waiting.title")}>
      <Loaded query={waiting}>
        {({ items }) => (
          <ul className="lines">
            {items.map((process) => (
              <li key={process.task_id ?? process.id}>
                <Link className="line" to={process.link}>
                  <span className="line-words">
                    {process.title}
                    <small className="quiet">
                      {[process.node && named(process.node), t("home.waiting.from", { name: process.initiator.name })]
                        .filter(Boolean)
                        .join(" · ")}
                    </small>
                  </span>
                  <span className="line-end">
                    {process.is_overdue && <strong className="loss">{t("home.waiting.overdue")}</strong>}
                    {process.waiting_since !== null && (
                      <small className="quiet">{t("home.waiting.since", { ago: ago(process.waiting_since) })}</small>
                    )}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
