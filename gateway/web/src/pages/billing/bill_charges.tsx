import { Grid, Table, type TableProps } from "antd";
import type { Schemas } from "../../api/client";
import { amount, money, quantity, totalOf } from "../../format/figures";
import { segmentName } from "../../format/segments";
import { SmallTable } from "../../list/small_table";
import { EmptyState } from "../../shell/states";
import { useWords, type WordsInUse } from "../../words";
import { BillLink, ProcessLink } from "./links";
import "./bill.css";

type Bill = Schemas["BillDetail"];
type Line = Schemas["RatedLine"];

/** How the amount came about: every line with its quantity, price and tier, and the process that agreed the price. */
export function BillCharges({ bill }: { bill: Bill }) {
  const { t } = useWords();
  if (bill.lines.length === 0 && bill.items.length === 0 && bill.adjustments.length === 0) {
    return <EmptyState words={t("billing.charges.empty")} />;
  }
  return (
    <>
      {bill.lines.length > 0 && <Lines bill={bill} />}
      {bill.items.length > 0 && <OrderItems bill={bill} />}
      {bill.adjustments.length > 0 && <Adjustments bill={bill} />}
    </>
  );
}

function Lines({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const columns = useLineColumns<Bill["lines"][number]>();
  const isWide = Grid.useBreakpoint().md ?? true;
  const accountNames = new Map(bill.accounts.map(({ account_id, identifier }) => [account_id, identifier]));
  return (
    <section className="bill-part">
      <Table<Bill["lines"][number]>
        className="bill-table"
        size="small"
        rowKey="number"
        columns={columns}
        dataSource={bill.lines}
        pagination={false}
        scroll={isWide ? { x: "max-content" } : undefined}
        expandable={{
          expandedRowRender: ({ shares }) => <Shares shares={shares} accountNames={accountNames} />,
          rowExpandable: ({ shares }) => shares.length > 0,
        }}
        summary={(lines) => <LineTotal lines={[...lines]} isWide={isWide} />}
      />
      {bill.rounding === "line_half_up" && <p className="quiet">{t("billing.charges.rounding")}</p>}
    </section>
  );
}

/** Under the columns that `useLineColumns` gives, and the one that opens a line. */
function LineTotal({ lines, isWide }: { lines: Line[]; isWide: boolean }) {
  const { t } = useWords();
  const sum = money(totalOf(lines.map((line) => line.amount)));
  if (!isWide) {
    return (
      <Table.Summary.Row>
        <Table.Summary.Cell index={0} colSpan={2}>
          {t("billing.total")}
        </Table.Summary.Cell>
        <Table.Summary.Cell index={2} align="right">
          {sum}
        </Table.Summary.Cell>
      </Table.Summary.Row>
    );
  }
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0} colSpan={4}>
        {t("billing.total")}
      </Table.Summary.Cell>
      <Table.Summary.Cell index={4} align="right">
        {quantity(lines.reduce((total, line) => total + line.quantity, 0))}
      </Table.Summary.Cell>
      <Table.Summary.Cell index={5} />
      <Table.Summary.Cell index={6} align="right">
        {sum}
      </Table.Summary.Cell>
      <Table.Summary.Cell index={7} />
    </Table.Summary.Row>
  );
}

/** Columns of charge lines, also of those that a rerating replaced; on a phone what one counts with stands in one. */
export function useLineColumns<Row extends Line>(): NonNullable<TableProps<Row>["columns"]> {
  const words = useWords();
  const { t } = words;
  const isWide = Grid.useBreakpoint().md ?? true;
  const segment = (line: Line) =>
    line.segment === null ? t("billing.charges.all_segments") : segmentName(line.segment, words);
  const total = {
    title: t("billing.amount"),
    align: "right" as const,
    render: (_: unknown, line: Row) => amount(line.amount),
  };
  if (!isWide) {
    return [
      {
        key: "line",
        title: t("billing.charges.price"),
        render: (_, line) => (
          <>
            <PriceKind line={line} />
            <div className="quiet">{[daysOf(line), line.segment && segment(line)].filter(Boolean).join(" · ")}</div>
            <div className="figure">{`${quantity(line.quantity)} × ${amount(line.unit_price)}`}</div>
          </>
        ),
      },
      { key: "amount", ...total },
    ];
  }
  return [
    { key: "days", title: t("billing.charges.days"), render: (_, line) => daysOf(line) },
    { key: "segment", title: t("billing.charges.segment"), render: (_, line) => segment(line) },
    { key: "price", title: t("billing.charges.price"), render: (_, line) => <PriceKind line={line} /> },
    { key: "quantity", title: t("billing.quantity"), align: "right", render: (_, line) => quantity(line.quantity) },
    {
      key: "unit_price",
      title: t("billing.charges.unit_price"),
      align: "right",
      render: (_, line) => amount(line.unit_price),
    },
    { key: "amount", ...total },
    {
      key: "process",
      title: t("billing.charges.source"),
      render: (_, line) => <ProcessLink id={line.process_id}>{t("billing.charges.price_process")}</ProcessLink>,
    },
  ];
}

const daysOf = ({ first_day, last_day }: Line) =>
  first_day === last_day ? first_day : `${first_day} – ${last_day.slice(5)}`;

function PriceKind({ line }: { line: Line }) {
  const { t, term } = useWords();
  return (
    <>
      {term("price_kind", line.kind)}
      {line.kind !== "unified" && <span className="quiet"> · {tierOf(line, t)}</span>}
    </>
  );
}

function tierOf({ tier, above, up_to }: Line, t: WordsInUse["t"]): string {
  return up_to === null
    ? t("billing.charges.last_tier", { tier, from: quantity(above + 1) })
    : t("billing.charges.tier", { tier, from: quantity(above + 1), up_to: quantity(up_to) });
}

/** Of a line, by what each account sent in all: a tier prices a part of the volume, and no account's own messages. */
function Shares({ shares, accountNames }: { shares: Schemas["LineShare"][]; accountNames: Map<string, string> }) {
  const { t } = useWords();
  return (
    <Table<Schemas["LineShare"]>
      size="small"
      rowKey="account_id"
      dataSource={shares}
      pagination={false}
      columns={[
        {
          key: "account",
          title: t("billing.account"),
          render: (_, share) => accountNames.get(share.account_id) ?? share.account_id,
        },
        {
          key: "quantity",
          title: t("billing.charges.account_quantity"),
          align: "right",
          render: (_, share) => quantity(share.quantity),
        },
        { key: "amount", title: t("billing.amount"), align: "right", render: (_, share) => amount(share.amount) },
      ]}
    />
  );
}

/** What an e-commerce order sold. */
function OrderItems({ bill }: { bill: Bill }) {
  const { t } = useWords();
  return (
    <section className="bill-part">
      <h2>{t("billing.charges.items")}</h2>
      <SmallTable<Schemas["BillItem"]>
        keyOf={({ number }) => String(number)}
        rows={bill.items}
        columns={[
          { key: "name", title: t("billing.charges.item"), show: ({ name }) => name },
          { key: "quantity", title: t("billing.quantity"), align: "right", show: (item) => quantity(item.quantity) },
          {
            key: "purchase",
            title: t("billing.charges.purchase_price"),
            align: "right",
            show: ({ purchase_price }) => amount(purchase_price),
          },
          {
            key: "sale",
            title: t("billing.charges.unit_price"),
            align: "right",
            show: ({ sale_price }) => amount(sale_price),
          },
          { key: "amount", title: t("billing.amount"), align: "right", show: (item) => amount(item.amount) },
        ]}
      />
    </section>
  );
}

/** What late usage of earlier, reconciled bills put on this one. */
function Adjustments({ bill }: { bill: Bill }) {
  const { t } = useWords();
  return (
    <section className="bill-part">
      <h2>{t("billing.charges.adjustments")}</h2>
      <SmallTable<Schemas["AdjustmentLine"]>
        keyOf={({ of_bill_id }) => of_bill_id}
        rows={bill.adjustments}
        columns={[
          {
            key: "bill",
            title: t("billing.charges.of_bill"),
            show: (line) => <BillLink id={line.of_bill_id} number={line.of_number} />,
          },
          { key: "month", title: t("billing.month"), show: ({ of_month }) => of_month },
          { key: "quantity", title: t("billing.quantity"), align: "right", show: (line) => quantity(line.quantity) },
          { key: "amount", title: t("billing.amount"), align: "right", show: (line) => amount(line.amount) },
        ]}
      />
    </section>
  );
}
