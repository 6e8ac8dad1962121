import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Grid } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { percentOf } from "../../format/decimal_point";
import { money } from "../../format/figures";
import { Cards } from "../../list/cards";
import { type Column, Rows } from "../../list/rows";
import { EmptyState } from "../../shell/states";
import { useWords } from "../../words";
import { CommissionEntryDrawer } from "./commission_entry";
import { Signed } from "./commission_totals";
import type { Statement } from "./use_commission_statement";

type Entry = Schemas["CommissionEntry"];

interface CommissionEntriesProps {
  statement: UseInfiniteQueryResult<{ pages: Statement[] }>;
  showsOwner: boolean;
}

/** The entries of a month, each with where it comes from. */
export function CommissionEntries({ statement, showsOwner }: CommissionEntriesProps) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const columns = useEntryColumns(showsOwner);
  const [opened, setOpened] = useState<Entry>();
  const entries = useMemo(() => statement.data?.pages.flatMap((page) => page.entries) ?? [], [statement.data]);
  if (statement.error !== null && statement.data === undefined) {
    return null; // the page says so above
  }
  const more = () => {
    if (statement.hasNextPage && !statement.isFetchingNextPage) {
      void statement.fetchNextPage();
    }
  };
  const shared = {
    columns,
    rows: entries,
    keyOf: (entry: Entry) => entry.id,
    isLoading: statement.isPending,
    isLoadingMore: statement.isFetchingNextPage,
    onOpen: setOpened,
    empty: <EmptyState words={t("payments.commission.entries_none")} />,
  };
  return (
    <section className="list">
      {isWide ? (
        <div className="list-main">
          <Rows {...shared} sort="" onSort={() => undefined} onEnd={more} onLink={(entry) => entry} />
        </div>
      ) : (
        <Cards {...shared} onEnd={statement.hasNextPage ? more : undefined} />
      )}
      <CommissionEntryDrawer entry={opened} onClose={() => setOpened(undefined)} />
    </section>
  );
}

function useEntryColumns(showsOwner: boolean): Column<Entry>[] {
  const { t, term } = useWords();
  return useMemo<Column<Entry>[]>(
    () => [
      {
        key: "customer",
        title: t("payments.customer"),
        width: 190,
        show: (entry) => entry.customer_name,
        onPhone: "title",
      },
      {
        key: "amount",
        title: t("payments.commission.commission"),
        width: 104,
        align: "right",
        show: (entry) => <Signed value={entry.amount} />,
        onPhone: "corner",
      },
      {
        key: "kind",
        title: t("payments.commission.kind"),
        width: 88,
        show: (entry) => term("commission_kind", entry.kind),
        onPhone: "line",
      },
      {
        key: "earned_on",
        title: t("payments.commission.earned_on"),
        width: 104,
        show: (entry) => <span className="figure">{entry.earned_on}</span>,
        onPhone: "line",
      },
      ...(showsOwner
        ? [
            {
              key: "owner",
              title: t("payments.owner"),
              width: 80,
              show: (entry: Entry) => entry.owner_name,
              onPhone: "line" as const,
            },
          ]
        : []),
      {
        key: "written_off",
        title: t("payments.commission.written_off"),
        width: 108,
        align: "right",
        show: (entry) => <span className="figure">{money(entry.written_off ?? entry.source.base)}</span>,
        onPhone: "line",
      },
      {
        key: "cost",
        title: t("payments.commission.cost"),
        width: 108,
        align: "right",
        show: (entry) => <span className="figure">{money(entry.cost)}</span>,
        onPhone: "line",
      },
      {
        key: "rate",
        title: t("payments.commission.rate"),
        width: 64,
        align: "right",
        show: (entry) => <span className="figure">{percentOf(entry.rate)}</span>,
        onPhone: "line",
      },
      {
        key: "origin",
        title: t("payments.commission.origin"),
        width: 96,
        show: (entry) =>
          entry.write_off_id === null ? (
            (entry.source.month ?? "–")
          ) : (
            <Link to={`/write-offs/${entry.write_off_id}`} onClick={(event) => event.stopPropagation()}>
              {t(entry.source.automatic ? "payments.commission.automatic" : "payments.commission.by_hand")}
            </Link>
          ),
        onPhone: "line",
      },
      {
        key: "bill",
        title: t("payments.commission.bill"),
        width: 240,
        show: (entry) =>
          entry.bill_id === null ? (
            "–"
          ) : (
            <Link
              to={`/bills/${entry.bill_id}`}
              onClick={(event) => event.stopPropagation()}
              title={entry.bill_number ?? ""}
            >
              {entry.bill_number}
            </Link>
          ),
        onPhone: "text",
      },
    ],
    [t, term, showsOwner],
  );
}
