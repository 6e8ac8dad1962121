import { Table, type TableProps } from "antd";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Link } from "react-router";
import "./record_list.css";

export interface Column<Row> {
  /** Unique in the list; what views remember it by. */
  key: string;
  title: string;
  show: (row: Row) => ReactNode;
  /** In pixels; the first column takes what is left. */
  width: number;
  /** The name that the API sorts it by. */
  sort?: string;
  align?: "right" | "center";
  /** Not shown until one asks for it. */
  isHidden?: boolean;
  /** Where it stands on a phone's card, a `text` as wide as the card, a `foot` of buttons below all; without it, it is left out there. */
  onPhone?: "title" | "corner" | "line" | "text" | "foot";
}

const ROW_PX = 45;
const HEAD_PX = 46;

interface RowsProps<Row> {
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  sort: string;
  onSort: (sort: string) => void;
  isLoading: boolean;
  isLoadingMore: boolean;
  onEnd: () => void;
  onOpen?: (row: Row) => void;
  linkOf?: (row: Row) => string;
  onLink: (row: Row) => Row;
  rowClass?: (row: Row) => string;
  empty: ReactNode;
  selection?: TableProps<Row>["rowSelection"];
}

/** The rows of a list, as many as there are: what is seen is drawn, and more is asked for near the end. */
export function Rows<Row>({
  columns,
  rows,
  keyOf,
  sort,
  onSort,
  isLoading,
  isLoadingMore,
  onEnd,
  onOpen,
  linkOf,
  onLink,
  rowClass,
  empty,
  selection,
}: RowsProps<Row>) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 800, height: 400 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) {
        setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const widthOf = ({ title, width, sort }: Column<Row>) => Math.max(width, titleWidth(title, sort !== undefined));
  const wanted = columns.reduce((sum, column) => sum + widthOf(column), 0) + (selection ? 44 : 0);
  const spare = Math.max(0, size.width - wanted - 2);
  // Where there is nothing to read there is nothing to scroll to, and nothing that could be scrolled by keys.
  const isEmpty = rows.length === 0 && !isLoading;
  const shown: TableProps<Row>["columns"] = columns.map((column, index) => ({
    key: column.key,
    title: column.title,
    width: isEmpty ? undefined : widthOf(column) + (index === 0 ? spare : 0),
    align: column.align,
    ellipsis: true,
    sorter: column.sort !== undefined,
    sortOrder:
      column.sort === undefined
        ? null
        : sort === column.sort
          ? "ascend"
          : sort === `-${column.sort}`
            ? "descend"
            : null,
    onHeaderCell: () => ({ title: column.title }),
    render: (_, row) =>
      index === 0 && linkOf !== undefined ? (
        <Link
          to={linkOf(row)}
          onClick={(event) => {
            event.stopPropagation();
            onLink(row);
          }}
        >
          {column.show(row)}
        </Link>
      ) : index === 0 && onOpen !== undefined ? (
        <button
          type="button"
          className="list-open"
          onClick={(event) => {
            event.stopPropagation();
            onOpen(row);
          }}
        >
          {column.show(row)}
        </button>
      ) : (
        column.show(row)
      ),
  }));

  const bodyHeight = Math.max(120, size.height - HEAD_PX);
  // A list that does not fill its frame cannot be scrolled to its end.
  useEffect(() => {
    if (rows.length * ROW_PX < bodyHeight) {
      onEnd();
    }
  }, [rows.length, bodyHeight, onEnd]);

  return (
    <div ref={frame} className="list-frame">
      <Table<Row>
        virtual
        size="medium"
        bordered={false}
        columns={shown}
        dataSource={rows}
        rowKey={keyOf}
        pagination={false}
        loading={isLoading || isLoadingMore}
        showSorterTooltip={false}
        scroll={{ x: isEmpty ? size.width - 2 : Math.max(wanted, size.width - 2), y: bodyHeight }}
        locale={{ emptyText: isLoading ? " " : empty }}
        rowSelection={selection}
        rowClassName={(row) => `${onOpen ? "list-row" : ""} ${rowClass?.(row) ?? ""}`}
        onRow={(row) => ({ onClick: onOpen && (() => window.getSelection()?.toString() || onOpen(row)) })}
        onScroll={({ currentTarget }) => {
          const { scrollHeight, scrollTop, clientHeight } = currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 10 * ROW_PX) {
            onEnd();
          }
        }}
        onChange={(_, __, sorter) => {
          const { columnKey, order } = Array.isArray(sorter) ? (sorter[0] ?? {}) : sorter;
          const column = columns.find(({ key }) => key === columnKey);
          onSort(column?.sort === undefined || !order ? "" : `${order === "descend" ? "-" : ""}${column.sort}`);
        }}
      />
    </div>
  );
}

const TITLE_PX = { latin: 9, han: 14, padding: 26, sorter: 24 };

/** What a title needs to be read whole in either language, up to what a column can give it. */
function titleWidth(title: string, isSorted: boolean): number {
  const letters = [...title].reduce((sum, letter) => sum + (letter > "\u2e80" ? TITLE_PX.han : TITLE_PX.latin), 0);
  return Math.min(180, letters + TITLE_PX.padding + (isSorted ? TITLE_PX.sorter : 0));
}
