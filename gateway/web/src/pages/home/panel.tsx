import { Alert, Button } from "antd";
import { type ReactNode, useId } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";
import "./panel.css";

export type Dashboard = Schemas["Dashboard"];
export type DashboardPart = Exclude<keyof Dashboard, "links" | "missing">;

interface PanelProps {
  title: string;
  /** Beside the title: how many, how much. */
  note?: ReactNode;
  /** At the end of the title's line: a switch, the way to the whole list. */
  extra?: ReactNode;
  children: ReactNode;
}

/** One of the home page's parts, a region of its own for whoever moves by regions. */
export function Panel({ title, note, extra, children }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="quiet">{note}</span>}
        {extra !== undefined && <div className="panel-extra">{extra}</div>}
      </header>
      {children}
    </section>
  );
}

/** The way from a part to all of it. */
export function AllLink({ to, of }: { to: string; of: string }) {
  const { t } = useWords();
  return (
    <Link to={to} aria-label={t("home.all_of", { of })}>
      {t("common.all")}
    </Link>
  );
}

/** In the place of a part that could not be had this time. */
export function AwayPanel({ title, message, onRetry }: { title: string; message: string; onRetry: () => void }) {
  const { t } = useWords();
  return (
    <Panel title={title}>
      <Alert
        type="warning"
        showIcon
        title={t("problems.part_missing", { message })}
        action={
          <Button size="small" onClick={onRetry} aria-label={t("home.retry_of", { of: title })}>
            {t("common.retry")}
          </Button>
        }
      />
    </Panel>
  );
}
