import { Table } from "antd";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { query, type Schemas } from "../../api/client";
import { money, totalOf } from "../../format/figures";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { LinkButton } from "./link_button";
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
  const navigate = useNavigate();
  const customers = useMemo(() => byCustomer(bills), [bills]);
  if (customers.length === 0) {
    return <EmptyState words={t("billing.desk.nothing_waits")} />;
  }
  const addressOf = ({ id }: OpenCustomer) => `/bills/reconcile?customer=${id}`;
  return (
    <section className="panel">
      <h2>{words}</h2>
      <Table<OpenCustomer>
        size="medium"
        rowKey="id"
        dataSource={customers}
        pagination={false}
        scroll={{ x: "max-content" }}
        rowClassName="list-row"
        onRow={(row) => ({ onClick: () => void navigate(addressOf(row)) })}
        columns={[
          { key: "name", title: t("billing.customer"), dataIndex: "name" },
          { key: "months", title: t("billing.month"), dataIndex: "months" },
          { key: "count", title: t("billing.desk.bill_count"), dataIndex: "count", align: "right" },
          { key: "total", title: t("billing.amount"), align: "right", render: (_, row) => money(row.total) },
          {
            key: "go",
            align: "right",
            render: (_, row) => (
              <LinkButton size="small" to={addressOf(row)}>
                {t("billing.desk.go")}
              </LinkButton>
            ),
          },
        ]}
      />
      {isCut && <p className="quiet">{t("billing.desk.cut", { count: READ_MAX })}</p>}
    </section>
  );
}

function byCustomer(bills: Schemas["Bill"][]): OpenCustomer[] {
  const groups = new Map<string, Schemas["Bill"][]>();
  for (const bill of bills) {
    groups.set(bill.customer_id, [...(groups.get(bill.customer_id) ?? []), bill]);
  }
  return [...groups].map(([id, own]) => ({
    id,
    name: own[0]?.customer_name ?? id,
    months: [...new Set(own.map(({ month }) => month))].sort().join("、"),
    count: own.length,
    total: totalOf(own.map(({ amount }) => amount)),
  }));
}
