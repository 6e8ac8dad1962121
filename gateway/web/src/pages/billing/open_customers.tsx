import { Grid, Table, type TableProps } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../api/client";
import { money, totalOf } from "../../format/figures";
import { LinkButton } from "../../shell/link_button";
import { EmptyState, Loaded } from "../../shell/states";
import { listed, useWords } from "../../words";
import "./panel.css";

const READ_MAX = 200;

interface OpenCustomer {
  id: string;
  name: string;
  months: string;
  count: number;
  total: string;
}

/** Where no customer is chosen yet: those with bills that wait for it. */
export function OpenCustomers() {
  const { t } = useWords();
  const bills = query.useQuery("get", "/api/v1/bills", {
    params: { query: { state: "open", page_size: READ_MAX, sort: "customer" } },
  });
  return (
    <Loaded query={bills}>
      {({ items, next_cursor }) => (
        <CustomerTable bills={items} isCut={next_cursor !== null} words={t("billing.desk.waiting")} />
      )}
    </Loaded>
  );
}

function CustomerTable({ bills, isCut, words }: { bills: Schemas["Bill"][]; isCut: boolean; words: string }) {
  const { t } = useWords();
  const columns = useOpenColumns();
  const customers = useMemo(() => byCustomer(bills), [bills]);
  if (customers.length === 0) {
    return <EmptyState words={t("billing.desk.nothing_waits")} />;
  }
  return (
    <section className="panel">
      <h2>{words}</h2>
      <Table<OpenCustomer> size="medium" rowKey="id" dataSource={customers} pagination={false} columns={columns} />
      {isCut && <p className="quiet">{t("billing.desk.cut", { count: READ_MAX })}</p>}
    </section>
  );
}

const addressOf = ({ id }: OpenCustomer) => `/bills/reconcile?customer=${id}`;

function useOpenColumns(): NonNullable<TableProps<OpenCustomer>["columns"]> {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const total = {
    key: "total",
    title: t("billing.amount"),
    align: "right" as const,
    render: (_: unknown, row: OpenCustomer) => money(row.total),
  };
  if (!isWide) {
    return [
      {
        key: "name",
        title: t("billing.customer"),
        render: (_, row) => (
          <>
            <Link to={addressOf(row)}>{row.name}</Link>
            <div className="quiet">{`${row.months} · ${t("billing.desk.bills_of", { count: row.count })}`}</div>
          </>
        ),
      },
      total,
    ];
  }
  return [
    {
      key: "name",
      title: t("billing.customer"),
      render: (_, row) => <Link to={addressOf(row)}>{row.name}</Link>,
    },
    { key: "months", title: t("billing.month"), dataIndex: "months" },
    { key: "count", title: t("billing.desk.bill_count"), dataIndex: "count", align: "right" },
    total,
    {
      key: "go",
      align: "right",
      render: (_, row) => (
        <LinkButton size="small" to={addressOf(row)}>
          {t("billing.desk.go")}
        </LinkButton>
      ),
    },
  ];
}

function byCustomer(bills: Schemas["Bill"][]): OpenCustomer[] {
  const groups = new Map<string, Schemas["Bill"][]>();
  for (const bill of bills) {
    groups.set(bill.customer_id, [...(groups.get(bill.customer_id) ?? []), bill]);
  }
  return [...groups].map(([id, own]) => ({
    id,
    name: own[0]?.customer_name ?? id,
    months: listed([...new Set(own.map(({ month }) => month))].sort()),
    count: own.length,
    total: totalOf(own.map(({ amount }) => amount)),
  }));
}
