import { Button, Checkbox, Skeleton } from "antd";
import { type ReactNode, useId } from "react";
import { Link } from "react-router";
import { useWords } from "../words";
import type { Column } from "./rows";

export type CardColumn<Row> = Pick<Column<Row>, "key" | "title" | "show" | "onPhone">;

interface CardsProps<Row> {
  columns: CardColumn<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  isLoading: boolean;
  isLoadingMore: boolean;
  /** Undefined at the end. */
  onEnd: (() => void) | undefined;
  linkOf?: (row: Row) => string;
  /** Undefined where a row opens nothing. */
  onOpen: ((row: Row) => void) | undefined;
  empty: ReactNode;
  selection?: { has: (row: Row) => boolean; can: (row: Row) => boolean; toggle: (row: Row) => void };
}

/** A list on a phone: a card a row, with what its columns say belongs there. */
export function Cards<Row>({
  columns,
  rows,
  keyOf,
  isLoading,
  isLoadingMore,
  onEnd,
  linkOf,
  onOpen,
  empty,
  selection,
}: CardsProps<Row>) {
  const { t } = useWords();
  const id = useId();
  if (isLoading) {
    return <Skeleton active paragraph={{ rows: 8 }} />;
  }
  if (rows.length === 0) {
    return empty;
  }
  const at = (place: Column<Row>["onPhone"]) => columns.filter(({ onPhone }) => onPhone === place);
  return (
    <div className="cards">
      {rows.map((row) => {
        const titleId = `${id} ${keyOf(row)}`.replaceAll(" ", "-");
        const title = at("title").map(({ key, show }) => <span key={key}>{show(row)}</span>);
        return (
          <article key={keyOf(row)} className="card">
            <div className="card-head">
              {selection && (
                <Checkbox
                  aria-labelledby={titleId}
                  checked={selection.has(row)}
                  disabled={!selection.can(row)}
                  onChange={() => selection.toggle(row)}
                />
              )}
              {onOpen === undefined ? (
                <div id={titleId} className="card-title card-words">
                  {title}
                </div>
              ) : linkOf === undefined ? (
                <button type="button" id={titleId} className="card-title" onClick={() => onOpen(row)}>
                  {title}
                </button>
              ) : (
                <Link
                  id={titleId}
                  className="card-title"
                  to={linkOf(row)}
                  onClick={(event) => {
                    event.preventDefault();
                    onOpen(row);
                  }}
                >
                  {title}
                </Link>
              )}
              <span className="card-corner">
                {at("corner").map(({ key, show }) => (
                  <span key={key}>{show(row)}</span>
                ))}
              </span>
            </div>
            <dl>
              {[...at("line"), ...at("text")].map(({ key, title: label, show, onPhone }) => (
                <div key={key} className={onPhone === "text" ? "card-text" : undefined}>
                  <dt className="quiet">{label}</dt>
                  <dd>{show(row)}</dd>
                </div>
              ))}
            </dl>
            {at("foot").map(({ key, show }) => (
              <div key={key} className="card-foot">
                {show(row)}
              </div>
            ))}
          </article>
        );
      })}
      {onEnd && (
        <Button block loading={isLoadingMore} onClick={onEnd}>
          {t("common.list.load_more")}
        </Button>
      )}
    </div>
  );
}
