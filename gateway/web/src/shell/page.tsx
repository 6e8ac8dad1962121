import type { ReactNode } from "react";
import "./page.css";

interface PageProps {
  title: ReactNode;
  /** Beside the title: a state, a count. */
  note?: ReactNode;
  /** What can be done here; the one that most do last. */
  actions?: ReactNode;
  /** Under the title, above the content: tabs, a summary. */
  extra?: ReactNode;
  /** For lists that fill what is left of the window and scroll in themselves. */
  isFilled?: boolean;
  children: ReactNode;
}

/** A page: its title and what can be done with it stay where they are, its content scrolls. */
export function Page({ title, note, actions, extra, isFilled = false, children }: PageProps) {
  return (
    <div className={isFilled ? "page page-filled" : "page"}>
      <header className="page-head">
        <div className="page-title">
          <h1>{title}</h1>
          {note}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {extra}
      <div className="page-body">{children}</div>
    </div>
  );
}
