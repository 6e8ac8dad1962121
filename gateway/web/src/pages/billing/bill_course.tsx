import { Timeline } from "antd";
import type { ReactNode } from "react";
import { query, type Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { amount } from "../../format/figures";
import { useSession } from "../../shell/session";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { ProcessLink } from "./links";
import "./bill.css";
import { SmallTable } from "../../list/small_table";

type Bill = Schemas["BillDetail"];
type Process = Schemas["ProcessRow"];

/** The kinds of process that do something to a bill, or made its price. */
const ABOUT_BILLS =
  "price_adjustment,reconciliation,bill_invoice,write_off,reversal,billing_cycle_change,ecommerce_order";
const SHOWN_MAX = 100;

/** What happened to the bill, and the processes of its product that could touch it. */
export function BillCourse({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const { may } = useSession();
  return (
    <>
      <section className="bill-part">
        <h2>{t("billing.course.title")}</h2>
        <Course bill={bill} />
      </section>
      {may("processes.read") && bill.product_id !== null && (
        <section className="bill-part">
          <h2>{t("billing.course.processes")}</h2>
          <Processes bill={bill} productId={bill.product_id} />
        </section>
      )}
    </>
  );
}

function Course({ bill }: { bill: Bill }) {
  const { t, term } = useWords();
  const steps: { key: string; at?: string; color?: string; content: ReactNode }[] = [
    {
      key: "made",
      at: minuteOf(bill.created_at),
      content: t("billing.course.made", { amount: amount(bill.amount) }),
    },
    ...bill.reratings.map((rerating) => ({
      key: `rated ${rerating.number}`,
      at: minuteOf(rerating.rated_at),
      content: t("billing.course.rerated", {
        before: amount(rerating.amount_before),
        after: amount(rerating.amount_after),
      }),
    })),
    ...(bill.process_id === null
      ? []
      : [
          {
            key: "reconciliation",
            content: (
              <ProcessLink id={bill.process_id}>
                {t(bill.state === "reconciling" ? "billing.course.reconciling" : "billing.course.reconciled")}
              </ProcessLink>
            ),
          },
        ]),
    ...(bill.due_on === null
      ? []
      : [{ key: "due", at: bill.due_on, content: t("billing.course.due", { count: bill.billing_cycle_months }) }]),
    ...(bill.void_process_id === null
      ? []
      : [
          {
            key: "void",
            content: <ProcessLink id={bill.void_process_id}>{t("billing.course.voided")}</ProcessLink>,
          },
        ]),
    { key: "now", color: "gray", content: t("billing.course.now", { state: term("bill_state", bill.state) }) },
  ];
  return (
    <Timeline
      items={steps.map(({ at, content, ...step }) => ({
        ...step,
        content: (
          <>
            {at !== undefined && <span className="figure quiet">{at}</span>} {content}
          </>
        ),
      }))}
    />
  );
}

function Processes({ bill, productId }: { bill: Bill; productId: string }) {
  const { t, term, named } = useWords();
  const processes = query.useQuery("get", "/api/v1/processes", {
    params: {
      query: {
        box: "visible",
        code: ABOUT_BILLS,
        customer_id: bill.customer_id,
        product_id: productId,
        page_size: SHOWN_MAX,
      },
    },
  });
  const own = new Set([bill.process_id, bill.void_process_id, ...bill.lines.map(({ process_id }) => process_id)]);
  return (
    <Loaded query={processes} rows={4}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState words={t("billing.course.no_processes")} />
        ) : (
          <SmallTable<Process>
            keyOf={({ id }) => id}
            rows={items}
            columns={[
              {
                key: "title",
                title: t("billing.process"),
                show: (row) => <ProcessLink id={row.id}>{row.title}</ProcessLink>,
              },
              { key: "kind", title: t("billing.invoice.kind"), show: (row) => named(row) },
              {
                key: "state",
                title: t("billing.bill.state"),
                show: (row) => term("process_state", row.state),
                onPhone: "corner",
              },
              { key: "initiator", title: t("billing.course.initiator"), show: (row) => row.initiator.name },
              { key: "started", title: t("billing.course.started"), show: (row) => minuteOf(row.started_at) },
              {
                key: "own",
                title: t("billing.course.own"),
                show: (row) => (own.has(row.id) ? t("common.yes") : ""),
              },
            ]}
          />
        )
      }
    </Loaded>
  );
}
