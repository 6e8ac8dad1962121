/** A part of the customer's page: its title, what can be added, and its first rows, which become the whole list on demand. */
import { Button, Grid, Table } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useNavigate } from "react-router";
import { Cards } from "../../../list/cards";
import { type ListPath, type RowOf, useItems } from "../../../list/items";
import type { Column } from "../../../list/rows";
import { EmptyState, MissingPart, ProblemState } from "../../../shell/states";
import { useWords } from "../../../words";
import { useShown } from "./overview";
import "../../../list/record_list.css";

export interface Section<Row> {
  items: Row[];
  total: number;
  is_more: boolean;
}

interface Whole<Row> {
  rows: Row[];
  /** Brings more; undefined where all are there. */
  more: (() => void) | undefined;
  isLoading: boolean;
  error: unknown;
}

const PAGE = 100;

/** The rows that the page brought, and from the first call of `more` on those of the list itself. */
export function useWhole<Path extends ListPath>(
  path: Path,
  asked: { path?: Record<string, string>; query?: Record<string, string> },
  section: Section<RowOf<Path>>,
): Whole<RowOf<Path>> {
  const [isAsked, setAsked] = useState(false);
  const list = useItems(path, asked, PAGE, { isEnabled: isAsked });
  const rows = list.data?.pages.flatMap(({ items }) => items);
  const hasMore = rows === undefined ? section.total > section.items.length : list.hasNextPage;
  return {
    rows: rows ?? section.items,
    more: hasMore
      ? () => {
          if (rows === undefined) {
            setAsked(true);
          } else {
            void list.fetchNextPage();
          }
        }
      : undefined,
    isLoading: list.isFetching && isAsked,
    error: rows === undefined ? list.error : null,
  };
}

export function PartHead({ title, actions }: { title: ReactNode; actions?: ReactNode }) {
  return (
    <div className="part-head">
      <h2>{title}</h2>
      {actions && <div className="page-actions">{actions}</div>}
    </div>
  );
}

interface PartRowsProps<Path extends ListPath> {
  /** Of the section in the overview, for what is missing of it. */
  name: string;
  path: Path;
  asked: { path?: Record<string, string>; query?: Record<string, string> };
  /** Null where another service could not bring it, or one may not see it. */
  section: Section<RowOf<Path>> | null;
  columns: Column<RowOf<Path>>[];
  keyOf?: (row: RowOf<Path>) => string;
  addressOf?: (row: RowOf<Path>) => string;
  onOpen?: (row: RowOf<Path>) => void;
  empty: ReactNode;
}

export function PartRows<Path extends ListPath>(props: PartRowsProps<Path>) {
  const { section, name } = props;
  const { overview } = useShown();
  const { t } = useWords();
  if (section === null) {
    const lost = overview.missing.find(({ part }) => part === name);
    return lost ? <MissingPart message={lost.message} /> : <EmptyState words={t("customers.part_not_seen")} />;
  }
  return <Rows {...props} section={section} />;
}

function Rows<Path extends ListPath>({
  path,
  asked,
  section,
  columns,
  keyOf = (row) => (row as { id: string }).id,
  addressOf,
  onOpen,
  empty,
}: PartRowsProps<Path> & { section: Section<RowOf<Path>> }) {
  type Row = RowOf<Path>;
  const isWide = Grid.useBreakpoint().md ?? true;
  const navigate = useNavigate();
  const { rows, more, isLoading, error } = useWhole(path, asked, section);
  const open = (row: Row) => (onOpen === undefined ? addressOf && void navigate(addressOf(row)) : onOpen(row));
  if (error !== null) {
    return <ProblemState error={error} onRetry={more} />;
  }
  if (!isWide) {
    return (
      <Cards
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        isLoading={false}
        isLoadingMore={isLoading}
        onEnd={more}
        linkOf={addressOf}
        onOpen={open}
        empty={<EmptyState words={empty} />}
      />
    );
  }
  const isOpened = addressOf !== undefined || onOpen !== undefined;
  return (
    <>
      <Table<Row>
        className="part-rows"
        size="small"
        rowKey={keyOf}
        pagination={false}
        dataSource={rows}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <EmptyState words={empty} /> }}
        rowClassName={isOpened ? "list-row" : ""}
        onRow={(row) => ({ onClick: isOpened ? () => window.getSelection()?.toString() || open(row) : undefined })}
        columns={columns.map(({ key, title, width, align, show }, index) => ({
          key,
          title,
          width,
          align,
          render: (_, row) =>
            index > 0 || !isOpened ? (
              show(row)
            ) : addressOf ? (
              <Link to={addressOf(row)} onClick={(event) => event.stopPropagation()}>
                {show(row)}
              </Link>
            ) : (
              <Button type="link" size="small" className="cell-button" onClick={() => open(row)}>
                {show(row)}
              </Button>
            ),
        }))}
      />
      <More section={section} more={more} isLoading={isLoading} />
    </>
  );
}

/** What is not shown yet, said with how many there are. */
export function More({
  section,
  more,
  isLoading,
}: {
  section: { total: number; is_more: boolean };
  more: (() => void) | undefined;
  isLoading: boolean;
}) {
  const { t } = useWords();
  return (
    more && (
      <Button type="link" loading={isLoading} onClick={more}>
        {t("customers.show_all", { count: section.total, plus: section.is_more ? "+" : "" })}
      </Button>
    )
  );
}
