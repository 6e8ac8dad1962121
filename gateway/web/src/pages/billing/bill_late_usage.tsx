import { Table, Tag } from "antd";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { amount, quantity } from "../../format/figures";
import { useWords } from "../../words";
import { useLineColumns } from "./bill_charges";
import "./bill.css";
import { SmallTable } from "../../list/small_table";

type Bill = Schemas["BillDetail"];

/** What usage that came after the bill changed of it: an open bill was rated anew, of a reconciled one the difference goes to the next. */
export function BillLateUsage({ bill }: { bill: Bill }) {
  const { t } = useWords();
  return (
    <>
      <section className="bill-part">
        <h2>{t("billing.late.reratings")}</h2>
        <Reratings reratings={bill.reratings} />
      </section>
      {bill.late_usage.length > 0 && (
        <section className="bill-part">
          <h2>{t("billing.late.differences")}</h2>
          <Differences late={bill.late_usage} />
        </section>
      )}
    </>
  );
}

function Reratings({ reratings }: { reratings: Schemas["BillRerating"][] }) {
  const { t } = useWords();
  const lineColumns = useLineColumns();
  return (
    <Table<Schemas["BillRerating"]>
      size="small"
      rowKey="number"
      dataSource={reratings}
      pagination={false}
      scroll={{ x: "max-content" }}
      expandable={{
        expandedRowRender: ({ content }) => (
          <>
            <p className="quiet">{t("billing.late.content_before")}</p>
            <Table<Schemas["RatedLine"]>
              size="small"
              rowKey={({ price_id, segment, tier, first_day }) => `${price_id} ${segment} ${tier} ${first_day}`}
              dataSource={content.lines}
              columns={lineColumns}
              pagination={false}
            />
          </>
        ),
      }}
      columns={[
        { key: "at", title: t("billing.late.rated_at"), render: (_, row) => minuteOf(row.rated_at) },
        {
          key: "outcome",
          title: t("billing.late.outcome"),
          render: (_, row) => (
            <Tag>{t(row.outcome === "replaced" ? "billing.late.replaced" : "billing.late.adjusted")}</Tag>
          ),
        },
        {
          key: "quantity",
          title: t("billing.quantity"),
          align: "right",
          render: (_, row) => `${quantity(row.quantity_before)} → ${quantity(row.quantity_after)}`,
        },
        {
          key: "amount",
          title: t("billing.amount"),
          align: "right",
          render: (_, row) => `${amount(row.amount_before)} → ${amount(row.amount_after)}`,
        },
      ]}
    />
  );
}

function Differences({ late }: { late: Schemas["BillAdjustment"][] }) {
  const { t } = useWords();
  return (
    <SmallTable<Schemas["BillAdjustment"]>
      keyOf={({ rerating, account_id }) => `${rerating} ${account_id}`}
      rows={late}
      columns={[
        { key: "account", title: t("billing.account"), show: ({ identifier }) => identifier },
        { key: "quantity", title: t("billing.quantity"), align: "right", show: (row) => quantity(row.quantity) },
        { key: "amount", title: t("billing.amount"), align: "right", show: (row) => amount(row.amount) },
        {
          key: "carried",
          title: t("billing.late.carried"),
          align: "right",
          show: (row) => amount(row.carried),
        },
        {
          key: "by",
          title: t("billing.late.carried_by"),
          show: (row) => row.carried_by ?? t("billing.late.waits"),
        },
      ]}
    />
  );
}
