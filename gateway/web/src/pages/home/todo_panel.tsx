import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";
import { AllLink, Panel } from "./panel";

/** What waits for one's decision, by process; each leads to just those. */
export function TodoPanel({ todos }: { todos: Schemas["ProcessCounts"] }) {
  const { t, named } = useWords();
  const waiting = todos.items
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.overdue - a.overdue || b.count - a.count);
  const title = t("home.todo.title");
  return (
    <Panel title={title} extra={<AllLink to="/processes?box=todo" of={title} />}>
      <p className="panel-figure">
        <Link to="/processes?box=todo">
          <strong>{todos.total}</strong> {t("home.todo.unit", { count: todos.total })}
        </Link>
        {todos.total_overdue > 0 && (
          <span className="loss">{t("home.todo.overdue", { count: todos.total_overdue })}</span>
        )}
      </p>
      {waiting.length === 0 ? (
        <p className="quiet panel-calm">
          {t("home.todo.none")} <Link to="/processes?box=started">{t("home.todo.see_started")}</Link>
        </p>
      ) : (
        <ul className="lines">
          {waiting.map((kind) => (
            <li key={kind.code}>
              <Link className="line" to={`/processes?box=todo&code=${kind.code}`}>
                <span className="line-words">{named(kind)}</span>
                {kind.overdue > 0 && <span className="loss">{t("home.todo.overdue_of", { count: kind.overdue })}</span>}
                <span className="line-figure">{kind.count}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
