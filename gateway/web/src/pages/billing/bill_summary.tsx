import { Alert, Card, Descriptions } from "antd";
import type { Schemas } from "../../api/client";
import { fenOf, money, ofFen, quantity } from "../../format/figures";
import { useWords } from "../../words";
import { DueDay } from "./due_day";
import { CustomerLink, ProcessLink } from "./links";
import "./bill.css";

type Bill = Schemas["BillDetail"];

/** What the bill is of, and how what is still to be paid follows from what was charged. */
export function BillSummary({ bill }: { bill: Bill }) {
  const { t, term } = useWords();
  return (
    <Card>
      {bill.void_process_id !== null && <VoidNotice bill={bill} processId={bill.void_process_id} />}
      <Reckoning bill={bill} />
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 4 }}
        items={[
          {
            key: "customer",
            label: t("billing.customer"),
            children: <CustomerLink id={bill.customer_id} name={bill.customer_name} />,
          },
          {
            key: "product",
            label: t("billing.product"),
            children:
              bill.order_process_id === null ? (
                <CustomerLink id={bill.customer_id} name={bill.product_name} tab="products" />
              ) : (
                <ProcessLink id={bill.order_process_id}>{bill.product_name}</ProcessLink>
              ),
          },
          {
            key: "type",
            label: t("billing.bill.product_type"),
            children: `${term("product_type", bill.product_type)} · ${term("payment_mode", bill.payment_mode)}`,
          },
          { key: "month", label: t("billing.month"), children: bill.month },
          { key: "quantity", label: t("billing.quantity"), children: quantity(bill.quantity) },
          { key: "due", label: t("billing.bill.due"), children: <DueDay bill={bill} /> },
          {
            key: "cycle",
            label: t("billing.bill.cycle"),
            children: t("billing.bill.months", { count: bill.billing_cycle_months }),
          },
          {
            key: "invoiced",
            label: t("billing.bill.invoiced"),
            children: bill.needs_invoice ? (
              <span>
                {money(bill.invoiced)}
                {fenOf(bill.invoice_reserved) !== 0n && (
                  <span className="quiet"> {t("billing.bill.reserved", { amount: money(bill.invoice_reserved) })}</span>
                )}
              </span>
            ) : (
              t("billing.bill.no_invoice_needed")
            ),
          },
          ...(bill.cost === null ? [] : [{ key: "cost", label: t("billing.bill.cost"), children: money(bill.cost) }]),
        ]}
      />
    </Card>
  );
}

function VoidNotice({ bill, processId }: { bill: Bill; processId: string }) {
  const { t } = useWords();
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 16 }}
      title={t(bill.state === "void" ? "billing.bill.is_void" : "billing.bill.being_voided")}
      description={bill.void_reason}
      action={<ProcessLink id={processId}>{t("billing.process")}</ProcessLink>}
    />
  );
}

/** Amount, difference and what balances paid, as a sum that reads from left to right. */
function Reckoning({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const owed = ofFen((fenOf(bill.agreed_amount) ?? 0n) - (fenOf(bill.covered) ?? 0n));
  const terms: { sign: string; words: string; value: string; isResult?: boolean }[] = [
    { sign: "", words: t("billing.bill.amount"), value: bill.amount },
    { sign: "+", words: t("billing.bill.agreed_difference"), value: bill.agreed_difference },
    { sign: "−", words: t("billing.bill.covered"), value: bill.covered },
  ].filter(({ sign, value }) => sign === "" || fenOf(value) !== 0n);
  if (terms.length > 1) {
    terms.push({ sign: "=", words: t("billing.bill.owed"), value: owed, isResult: true });
  }
  return (
    <dl className="reckoning">
      {terms.map(({ sign, words, value, isResult }) => (
        <div key={words} className={isResult || terms.length === 1 ? "reckoning-result" : undefined}>
          <dt className="quiet">{words}</dt>
          <dd className="figure">
            {sign !== "" && <span className="reckoning-sign">{sign}</span>}
            {money(value)}
          </dd>
        </div>
      ))}
      {bill.outstanding !== null && (
        <div className="reckoning-aside">
          <dt className="quiet">{t("billing.bill.outstanding")}</dt>
          <dd className={fenOf(bill.outstanding) === 0n ? "figure gain" : "figure"}>{money(bill.outstanding)}</dd>
        </div>
      )}
    </dl>
  );
}
