/**
 * The list that every place has: filters in the address, named views, columns that one chooses, order by column, a table that
 * scrolls through thousands, selection with what can be done to many, and from each row the way to its record and on to the next.
 *
 *     <RecordList
 *       name="bills"
 *       path="/api/v1/bills"
 *       columns={columns}
 *       filters={filters}
 *       addressOf={(bill) => `/bills/${bill.id}`}
 *     />
 */
import { FilterOutlined, ReloadOutlined, SettingOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Badge, Button, Checkbox, Drawer, Grid, Popover, Table, type TableProps, Tooltip } from "antd";
import {
  type Key,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { api } from "../api/client";
import type { paths } from "../api/schema";
import { EmptyState, ProblemState } from "../shell/states";
import { useListAddress } from "./address";
import { Cards } from "./cards";
import { type Filter, FilterControl, namesOf, SearchBox } from "./filters";
import { keepTrail } from "./neighbours";
import "./record_list.css";
import { useWords } from "../words";
import { useListViews, ViewChooser } from "./views";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

/** The paths of the API that answer a page of items at a time. */
export type ListPath = {
  [Path in keyof paths]: [Answer<Path>] extends [never]
    ? never
    : Answer<Path> extends { items: unknown[]; next_cursor: string | null }
      ? Path
      : never;
}[keyof paths];

export type RowOf<Path extends ListPath> = Answer<Path> extends { items: (infer Row)[] } ? Row : never;

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
  /** Where it stands on a phone's card, a `text` as wide as the card; without it, it is left out there. */
  onPhone?: "title" | "corner" | "line" | "text";
}

export interface RecordListProps<Path extends ListPath> {
  /** Of the list, for its views: `bills`. */
  name: string;
  path: Path;
  pathParams?: Record<string, string>;
  /** What is asked besides the filters. */
  fixed?: Record<string, string>;
  columns: Column<RowOf<Path>>[];
  filters?: Filter[];
  /** Parameters of the address that are the page's and not the list's. */
  kept?: string[];
  /** The page that a row opens. */
  addressOf?: (row: RowOf<Path>) => string;
  /** Told of the row whose page is opened. */
  onFollow?: (row: RowOf<Path>) => void;
  /** What a row does instead of opening a page: a drawer, say. */
  onOpen?: (row: RowOf<Path>) => void;
  keyOf?: (row: RowOf<Path>) => string;
  /** What can be done to those that are selected; makes rows selectable. */
  bulk?: (rows: RowOf<Path>[], clear: () => void) => ReactNode;
  canSelect?: (row: RowOf<Path>) => boolean;
  /** Beside the filters: export, import, add. `search` is what the list is asked for now, to export just that. */
  actions?: (search: URLSearchParams) => ReactNode;
  /** What an empty list says, and what to do about it. */
  empty?: ReactNode;
  rowClass?: (row: RowOf<Path>) => string;
  /** What stands beside the rows, below the filters: one of them in full, say. It is told what the list shows. */
  beside?: (rows: RowOf<Path>[]) => ReactNode;
  pageSize?: number;
}

/** So many filters stand in the bar; the rest are behind its button. */
const IN_BAR_MAX = 4;
/** What stands in the bar besides the filters: views, the rest's button, refresh, columns; and the search, and the actions. */
const BAR_PX = { own: 330, search: 240, actions: 110 };
const ROW_PX = 45;
const HEAD_PX = 46;
const NONE: Filter[] = [];
const NO_NAMES: string[] = [];

export function RecordList<Path extends ListPath>(props: RecordListProps<Path>) {
  type Row = RowOf<Path>;
  const {
    name,
    path,
    pathParams,
    fixed,
    columns,
    filters = NONE,
    kept = NO_NAMES,
    addressOf,
    onOpen,
    bulk,
    actions,
    pageSize = 100,
  } = props;
  const keyOf = props.keyOf ?? ((row: Row) => (row as { id: string }).id);
  const { t } = useWords();
  const navigate = useNavigate();
  const { pathname, search: ownSearch } = useLocation();
  const isWide = Grid.useBreakpoint().md ?? true;
  const address = useListAddress(filters, kept);
  const views = useListViews(name);
  const [selected, setSelected] = useState<Map<string, Row>>(new Map());
  const [isFiltering, setFiltering] = useState(false);

  const asked = useMemo(
    () => ({ ...fixed, ...address.values, ...(address.sort ? { sort: address.sort } : {}) }),
    [fixed, address.values, address.sort],
  );
  const list = useInfiniteQuery({
    queryKey: ["list", path, pathParams, asked, pageSize],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const params = {
        path: pathParams,
        query: { ...asked, page_size: pageSize, ...(pageParam ? { cursor: pageParam } : {}) },
      };
      // The filters that a page declares are those that its path takes; what it does not know it refuses by name.
      const { data } = await api.GET(path as "/api/v1/bills", { params, signal } as never);
      return data as unknown as { items: Row[]; next_cursor: string | null };
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  function open(row: Row) {
    if (onOpen !== undefined) {
      onOpen(row);
    } else if (addressOf !== undefined) {
      follow(row);
      void navigate(addressOf(row));
    }
  }
  function follow(row: Row) {
    if (addressOf !== undefined) {
      keepTrail({ list: pathname + ownSearch, addresses: rows.map(addressOf) });
      props.onFollow?.(row);
    }
    return row;
  }

  const [hidden, setHidden] = useHiddenColumns(name, columns);
  const shown = columns.filter(({ key }) => !hidden.has(key));
  const clear = () => setSelected(new Map());
  const selectedRows = [...selected.values()];

  const searchFilter = filters.find((filter) => filter.kind === "text" && filter.name === "q");
  const others = filters.filter((filter) => filter !== searchFilter);
  const [bar, barWidth] = useWidth();
  const room = barWidth - BAR_PX.own - (searchFilter ? BAR_PX.search : 0) - (actions ? BAR_PX.actions : 0);
  const inBar = isWide ? others.slice(0, countThatFits(others, room)) : [];
  const behind = others.slice(inBar.length);
  const behindCount = behind.flatMap(namesOf).filter((name) => name in address.values).length;
  const controlsOf = (shown: Filter[]) =>
    shown.map((filter) => (
      <div key={namesOf(filter).join()} className="list-filter">
        <FilterControl filter={filter} values={address.values} set={address.set} />
      </div>
    ));

  return (
    <section className="list">
      <div className="list-bar" ref={bar}>
        <ViewChooser
          views={views}
          search={address.search}
          hidden={[...hidden]}
          onChoose={(view) => {
            address.go(view.search);
            setHidden(new Set(view.hidden));
          }}
        />
        {searchFilter?.kind === "text" && (
          <div className="list-search">
            <SearchBox
              value={address.values.q ?? ""}
              label={searchFilter.label}
              onChange={(q) => address.set({ q: q || undefined })}
            />
          </div>
        )}
        {controlsOf(inBar)}
        {behind.length > 0 && (
          <Badge count={behindCount} size="small">
            <Button icon={<FilterOutlined />} onClick={() => setFiltering(true)}>
              {t("common.list.filters")}
            </Button>
          </Badge>
        )}
        {address.isFiltered && (
          <Button type="link" onClick={address.clear}>
            {t("common.list.clear_filters")}
          </Button>
        )}
        <span className="list-gap" />
        {actions?.(new URLSearchParams(asked))}
        <Tooltip title={t("common.refresh")}>
          <Button
            type="text"
            icon={<ReloadOutlined spin={list.isFetching && !list.isPending} />}
            aria-label={t("common.refresh")}
            onClick={() => void list.refetch()}
          />
        </Tooltip>
        {isWide && (
          <Popover
            trigger="click"
            placement="bottomRight"
            title={t("common.list.columns")}
            content={
              <div className="list-columns">
                {columns.map(({ key, title }) => (
                  <Checkbox
                    key={key}
                    checked={!hidden.has(key)}
                    onChange={({ target }) => {
                      const next = new Set(hidden);
                      if (target.checked) {
                        next.delete(key);
                      } else {
                        next.add(key);
                      }
                      setHidden(next);
                    }}
                  >
                    {title}
                  </Checkbox>
                ))}
              </div>
            }
          >
            <Button type="text" icon={<SettingOutlined />} aria-label={t("common.list.columns")} />
          </Popover>
        )}
      </div>
      <Drawer title={t("common.list.filters")} open={isFiltering} onClose={() => setFiltering(false)} size={360}>
        <div className="list-filter-sheet">
          {controlsOf(behind)}
          <Button onClick={address.clear}>{t("common.list.clear_filters")}</Button>
        </div>
      </Drawer>
      {bulk !== undefined && selected.size > 0 && (
        <div className="list-bulk" role="toolbar">
          <span>{t("common.selected", { count: selected.size })}</span>
          {bulk(selectedRows, clear)}
          <Button type="link" onClick={clear}>
            {t("common.list.clear_selection")}
          </Button>
        </div>
      )}
      <div className="list-main">
        {list.error !== null && list.data === undefined ? (
          <ProblemState error={list.error} onRetry={() => void list.refetch()} />
        ) : isWide ? (
          <Rows
            columns={shown}
            rows={rows}
            keyOf={keyOf}
            sort={address.sort}
            onSort={(sort) => address.set({ sort: sort || undefined })}
            isLoading={list.isPending || list.isPlaceholderData}
            isLoadingMore={isFetchingNextPage}
            onEnd={more}
            onOpen={addressOf || onOpen ? open : undefined}
            linkOf={addressOf}
            onLink={follow}
            rowClass={props.rowClass}
            empty={
              <EmptyState
                words={address.isFiltered ? t("common.list.empty") : (props.empty ?? t("common.list.empty_all"))}
              />
            }
            selection={
              bulk && {
                selectedRowKeys: [...selected.keys()],
                preserveSelectedRowKeys: true,
                columnWidth: 44,
                getCheckboxProps: (row: Row) => ({ disabled: props.canSelect ? !props.canSelect(row) : false }),
                onChange: (_: Key[], chosen: Row[]) =>
                  setSelected(new Map(chosen.filter((row) => row !== undefined).map((row) => [keyOf(row), row]))),
              }
            }
          />
        ) : (
          <Cards
            columns={columns}
            rows={rows}
            keyOf={keyOf}
            isLoading={list.isPending}
            isLoadingMore={isFetchingNextPage}
            onEnd={hasNextPage ? more : undefined}
            linkOf={addressOf}
            onOpen={addressOf || onOpen ? open : undefined}
            empty={
              <EmptyState
                words={address.isFiltered ? t("common.list.empty") : (props.empty ?? t("common.list.empty_all"))}
              />
            }
            selection={
              bulk && {
                has: (row: Row) => selected.has(keyOf(row)),
                can: props.canSelect ?? (() => true),
                toggle: (row: Row) => {
                  const next = new Map(selected);
                  if (!next.delete(keyOf(row))) {
                    next.set(keyOf(row), row);
                  }
                  setSelected(next);
                },
              }
            }
          />
        )}
        {props.beside?.(rows)}
      </div>
      <p className="list-foot quiet" aria-live="polite">
        {!list.isPending && rows.length > 0 && (
          <>
            {t("common.rows", { count: rows.length })}
            {hasNextPage ? "+" : ""}
          </>
        )}
      </p>
    </section>
  );
}

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
  const shown: TableProps<Row>["columns"] = columns.map((column, index) => ({
    key: column.key,
    title: column.title,
    width: widthOf(column) + (index === 0 ? spare : 0),
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
        scroll={{ x: Math.max(wanted, size.width - 2), y: bodyHeight }}
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

const FILTER_PX = { one: 176, wide: 256 };

/** So many of the filters stand beside each other where there is so much room, none of them on a second row. */
function countThatFits(filters: Filter[], room: number): number {
  let taken = 0;
  const first = filters.findIndex(({ kind }) => {
    taken +=
      kind === "choice" || kind === "flag" || kind === "month" || kind === "own" ? FILTER_PX.one : FILTER_PX.wide;
    return taken > room;
  });
  return Math.min(first === -1 ? filters.length : first, IN_BAR_MAX);
}

/** An element's width, followed as it changes. */
function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) {
      return;
    }
    setWidth(element.current.clientWidth);
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

const TITLE_PX = { latin: 9, han: 14, padding: 26, sorter: 24 };

/** What a title needs to be read whole in either language, up to what a column can give it. */
function titleWidth(title: string, isSorted: boolean): number {
  const letters = [...title].reduce((sum, letter) => sum + (letter > "\u2e80" ? TITLE_PX.han : TITLE_PX.latin), 0);
  return Math.min(180, letters + TITLE_PX.padding + (isSorted ? TITLE_PX.sorter : 0));
}

/** Which columns are hidden; kept in this browser until a view says otherwise. */
function useHiddenColumns<Row>(name: string, columns: Column<Row>[]): [Set<string>, (hidden: Set<string>) => void] {
  const keptAs = `l2c.columns.${name}`;
  const [hidden, setHidden] = useState<Set<string>>(() => {
    const kept = localStorage.getItem(keptAs);
    return new Set(
      kept === null ? columns.filter(({ isHidden }) => isHidden).map(({ key }) => key) : (JSON.parse(kept) as string[]),
    );
  });
  const keep = useCallback(
    (next: Set<string>) => {
      localStorage.setItem(keptAs, JSON.stringify([...next]));
      setHidden(next);
    },
    [keptAs],
  );
  return [hidden, keep];
}
