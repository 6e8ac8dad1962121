import { Grid, Table } from "antd";
import { type ReactNode, useState } from "react";
import { EmptyState } from "../shell/states";
import { type CardColumn, Cards } from "./cards";
import "./record_list.css";

/** A column whose width follows from what it shows. Where it says nothing of phones, the first is a card's title and the rest its lines. */
export interface SmallColumn<Row> extends CardColumn<Row> {
  align?: "right";
}

interface SmallTableProps<Row> {
  columns: SmallColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** What it says where there are none. */
  empty?: ReactNode;
  isBusy?: boolean;
  /** It stands on the page itself, not in a card. */
  isFramed?: boolean;
  /** So many rows are drawn at once; all, where it is not said. */
  pageSize?: number;
}

/** So many columns fit a phone side by side. */
export const NARROW_MAX = 2;

/** A table whose rows are all there: what a record has of something, in the order it has it. On a phone a row is a card, as in lists. */
export function SmallTable<Row extends object>(props: SmallTableProps<Row>) {
  const { columns, rows, keyOf, empty, isBusy = false, isFramed = false, pageSize } = props;
  const isWide = Grid.useBreakpoint().md ?? true;
  const isNarrow = columns.length <= NARROW_MAX && columns.every(({ onPhone }) => onPhone !== "text");
  if (!isWide && !isNarrow) {
    return <SmallCards {...props} />;
  }
  return (
    <Table<Row>
      className={isFramed ? "small-rows small-rows-framed" : "small-rows"}
      size="small"
      rowKey={keyOf}
      dataSource={rows}
      loading={isBusy}
      pagination={pageSize !== undefined && { pageSize, size: "small", hideOnSinglePage: true, showSizeChanger: false }}
      scroll={isNarrow ? undefined : { x: "max-content" }}
      locale={{ emptyText: empty === undefined ? undefined : <EmptyState words={empty} /> }}
      columns={columns.map(({ key, title, align, show }) => ({ key, title, align, render: (_, row) => show(row) }))}
    />
  );
}

function SmallCards<Row extends object>(props: SmallTableProps<Row>) {
  const { columns, rows, keyOf, empty, isBusy = false, pageSize = rows.length } = props;
  const [pages, setPages] = useState(1);
  const shownMax = pages * pageSize;
  return (
    <Cards
      columns={columns.map((column, index) => ({ onPhone: index === 0 ? "title" : "line", ...column }))}
      rows={rows.slice(0, shownMax)}
      keyOf={keyOf}
      isLoading={false}
      isLoadingMore={isBusy}
      onEnd={rows.length > shownMax ? () => setPages(pages + 1) : undefined}
      onOpen={undefined}
      empty={empty === undefined ? null : <EmptyState words={empty} />}
    />
  );
}
