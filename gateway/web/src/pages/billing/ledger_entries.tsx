import { Button, Grid, Table, type TableProps } from "antd";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { amount, quantity } from "../../format/figures";
import { useSession } from "../../shell/session";
import { EmptyState } from "../../shell/states";
import { useWords } from "../../words";
import { BillLink, ProcessLink } from "./links";
import { RechargeDates } from "./recharge_dates";

type Entry = Schemas["LedgerEntry"];
/** Undefined for those who may not enter a recharge's dates. */
type EnterDates = ((processId: string) => void) | undefined;

/** What moved a balance, the latest first. */
export function LedgerEntries({ entries, isLoading }: { entries: Entry[]; isLoading: boolean }) {
  const { t } = useWords();
  const { may } = useSession();
  const [changed, setChanged] = useState<string>();
  const columns = useEntryColumns(may("recharges.write") ? setChanged : undefined);
  return (
    <>
      <Table<Entry>
        size="small"
        rowKey="position"
        dataSource={entries}
        loading={isLoading}
        pagination={false}
        locale={{ emptyText: isLoading ? " " : <EmptyState words={t("billing.balance.no_entries")} /> }}
        columns={columns}
      />
      <RechargeDates processId={changed} onClose={() => setChanged(undefined)} />
    </>
  );
}

function useEntryColumns(enterDates: EnterDates): NonNullable<TableProps<Entry>["columns"]> {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  if (!isWide) {
    return [
      {
        key: "entry",
        title: t("billing.balance.from"),
        render: (_, entry) => (
          <>
            <div>
              <span className="figure">{entry.day}</span> <Kind entry={entry} />
            </div>
            <Source entry={entry} />
            <Dates entry={entry} onEnter={enterDates} />
          </>
        ),
      },
      {
        key: "amount",
        title: t("billing.amount"),
        align: "right",
        width: 104,
        render: (_, entry) => (
          <>
            <Moved entry={entry} />
            <div className="quiet">{amount(entry.balance_after)}</div>
          </>
        ),
      },
    ];
  }
  return [
    { key: "day", title: t("billing.balance.day"), dataIndex: "day", className: "figure" },
    {
      key: "kind",
      title: t("billing.invoice.kind"),
      className: "figure",
      render: (_, entry) => <Kind entry={entry} />,
    },
    { key: "amount", title: t("billing.amount"), align: "right", render: (_, entry) => <Moved entry={entry} /> },
    {
      key: "after",
      title: t("billing.balance.after"),
      align: "right",
      className: "figure",
      render: (_, entry) => amount(entry.balance_after),
    },
    { key: "from", title: t("billing.balance.from"), render: (_, entry) => <Source entry={entry} /> },
    {
      key: "dates",
      title: t("billing.balance.dates"),
      render: (_, entry) => <Dates entry={entry} onEnter={enterDates} />,
    },
  ];
}

function Kind({ entry }: { entry: Entry }) {
  const { term } = useWords();
  return (
    <>
      {term("ledger_kind", entry.kind)} <span className="quiet">{term("recharge_type", entry.type)}</span>
    </>
  );
}

function Moved({ entry }: { entry: Entry }) {
  const isOut = entry.amount.startsWith("-");
  return <span className={isOut ? "figure" : "figure gain"}>{`${isOut ? "" : "+"}${amount(entry.amount)}`}</span>;
}

/** What moved the balance: a bill, or a process with what it agreed. */
function Source({ entry }: { entry: Entry }) {
  const { t } = useWords();
  return (
    <>
      {entry.bill_id !== null && <BillLink id={entry.bill_id} number={entry.bill_number} />}
      {entry.process_id !== null && <ProcessLink id={entry.process_id}>{t("billing.process")}</ProcessLink>}
      {entry.messages !== null && (
        <div className="quiet">
          {t("billing.balance.agreed", { messages: quantity(entry.messages), price: amount(entry.unit_price) })}
        </div>
      )}
      {entry.reason !== "" && entry.reason !== entry.bill_number && <div className="quiet">{entry.reason}</div>}
    </>
  );
}

/** Of a recharge: until when it was to be invoiced and paid, and when it was. */
function Dates({ entry, onEnter }: { entry: Entry; onEnter: EnterDates }) {
  const { t } = useWords();
  if (entry.kind !== "recharge" || entry.process_id === null) {
    return null;
  }
  const processId = entry.process_id;
  return (
    <>
      <div className="figure">
        {t("billing.balance.invoiced", { day: entry.invoiced_on ?? "–", by: entry.invoice_deadline ?? "–" })}
      </div>
      <div className="figure">
        {t("billing.balance.paid", { day: entry.paid_on ?? "–", by: entry.payment_deadline ?? "–" })}
      </div>
      {onEnter && (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => onEnter(processId)}>
          {t("billing.balance.enter_dates")}
        </Button>
      )}
    </>
  );
}
