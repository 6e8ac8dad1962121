import { Link } from "react-router";
import { quantity } from "../../format/figures";
import { useCounters } from "../../shell/live";
import { useWords, type WordKey } from "../../words";
import { AllLink, Panel } from "./panel";

/** The menu's groups that messages wait at (`GET /places`), and what the menu calls them. */
const GROUPS: [place: string, words: WordKey][] = [
  ["customers", "shell.menu.customers"],
  ["processes.todo", "shell.menu.todo"],
  ["processes.overdue", "home.unread.overdue"],
  ["processes.failed", "home.unread.failed"],
  ["processes.started", "shell.menu.started"],
  ["processes.copied", "shell.menu.copied"],
  ["bills", "shell.menu.bills"],
  ["receipts", "shell.menu.payments"],
  ["invoices", "shell.menu.invoices"],
  ["commission", "shell.menu.commission"],
];

/** Unread messages, and where; as the stream tells them. */
export function UnreadPanel() {
  const { t } = useWords();
  const { total, places } = useCounters();
  const waiting = GROUPS.filter(([place]) => (places[place] ?? 0) > 0);
  const title = t("home.unread.title");
  return (
    <Panel
      title={title}
      note={total > 0 && t("shell.unread", { count: total })}
      extra={<AllLink to="/messages" of={title} />}
    >
      {waiting.length === 0 ? (
        <p className="quiet panel-calm">{t("home.unread.none")}</p>
      ) : (
        <ul className="chips">
          {waiting.map(([place, words]) => (
            <li key={place}>
              <Link className="chip" to={`/messages?place=${place}&read=false`}>
                {t(words)} <strong>{quantity(places[place])}</strong>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
