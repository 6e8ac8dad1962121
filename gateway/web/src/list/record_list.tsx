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
import { Badge, Button, Checkbox, Drawer, Grid, Popover, Tooltip } from "antd";
import {
  type Key,
  type ReactNode,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useLocation, useNavigate } from "react-router";
import { EmptyState, ProblemState } from "../shell/states";
import { useListAddress } from "./address";
import { Cards } from "./cards";
import { ExportButton } from "./export_button";
import { type Filter, FilterControl, namesOf, SearchBox } from "./filters";
import { type ExportedPath, pathOf, type RowOf, useItems } from "./items";
import { keepTrail } from "./neighbours";
import { type Column, Rows } from "./rows";
import "./record_list.css";
import { useWords } from "../words";
import { SelectAll } from "./select_all";
import { useListViews, ViewChooser } from "./views";

export type { ExportedPath, RowOf } from "./items";
export type { Column } from "./rows";

export interface RecordListProps<Path extends ExportedPath> {
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
  /** Beside the filters. `search` is what the list is asked for now, `rows` what it shows. */
  actions?: (search: URLSearchParams, rows: RowOf<Path>[]) => ReactNode;
  /** In place of the button that exports the list, told what the list is asked for now. */
  exports?: (search: URLSearchParams) => ReactNode;
  /** What an empty list says, and what to do about it. */
  empty?: ReactNode;
  rowClass?: (row: RowOf<Path>) => string;
  /** What stands beside the rows, below the filters: one of them in full, say. It is told what the list shows. */
  beside?: (rows: RowOf<Path>[]) => ReactNode;
  pageSize?: number;
}

/** So many filters stand in the bar; the rest are behind its button. */
const IN_BAR_MAX = 4;
/** What stands in the bar besides the filters: views, the rest's button, export, refresh, columns; and the search, and the actions. */
const BAR_PX = { own: 440, search: 240, actions: 110 };
const NONE: Filter[] = [];
const NO_NAMES: string[] = [];

export function RecordList<Path extends ExportedPath>(props: RecordListProps<Path>) {
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
    exports,
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
  const search = useMemo(() => new URLSearchParams(asked), [asked]);
  const list = useItems(path, { path: pathParams, query: asked }, pageSize, { keepsPrevious: true });
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
          usual={usuallyHidden(columns)}
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
        {actions?.(search, rows)}
        {exports === undefined ? (
          <ExportButton address={`${pathOf(path, pathParams)}.xlsx?${search}`} isDisabled={rows.length === 0} />
        ) : (
          exports(search)
        )}
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
                columnTitle: (box: ReactNode) => <SelectAll box={box} />,
                getCheckboxProps: (row: Row) => ({
                  disabled: props.canSelect ? !props.canSelect(row) : false,
                  "aria-label": t("common.list.select_row", { row: rows.indexOf(row) + 1 }),
                }),
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

const usuallyHidden = <Row,>(columns: Column<Row>[]): string[] =>
  columns.filter(({ isHidden }) => isHidden).map(({ key }) => key);

/** Which columns are hidden; kept in this browser until a view says otherwise. */
function useHiddenColumns<Row>(name: string, columns: Column<Row>[]): [Set<string>, (hidden: Set<string>) => void] {
  const keptAs = `l2c.columns.${name}`;
  const [hidden, setHidden] = useState<Set<string>>(() => {
    const kept = localStorage.getItem(keptAs);
    return new Set(kept === null ? usuallyHidden(columns) : (JSON.parse(kept) as string[]));
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
