import { Descriptions } from "antd";
import { Link } from "react-router";
import { query, type Schemas } from "../../api/client";
import { amount, fenOf, money } from "../../format/figures";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { PairsTable } from "../payments/pairs_table";
import { InvoiceLink } from "./links";
import "./bill.css";
import { SmallTable } from "../../list/small_table";

type Bill = Schemas["BillDetail"];

/** What was invoiced of the bill, and what came in for it: the two that end its cycle. */
export function BillPayment({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const { may } = useSession();
  const isReceivable = bill.due_on !== null && bill.state !== "void";
  return (
    <>
      <section className="bill-part">
        <h2>{t("billing.payment.invoices")}</h2>
        <Invoices bill={bill} />
      </section>
      <section className="bill-part">
        <h2>{t("billing.payment.receivable")}</h2>
        {isReceivable && may("receivables.read") ? (
          <Receivable billId={bill.id} />
        ) : (
          <EmptyState words={t("billing.payment.not_yet")} />
        )}
      </section>
    </>
  );
}

function Invoices({ bill }: { bill: Bill }) {
  const { t, term } = useWords();
  if (bill.invoices.length === 0) {
    return (
      <EmptyState words={t(bill.needs_invoice ? "billing.payment.no_invoices" : "billing.bill.no_invoice_needed")} />
    );
  }
  return (
    <SmallTable<Schemas["BillInvoice"]>
      keyOf={({ invoice_id }) => invoice_id}
      rows={bill.invoices}
      columns={[
        {
          key: "number",
          title: t("billing.invoice.number"),
          show: (invoice) => (
            <InvoiceLink id={invoice.invoice_id}>{invoice.number ?? t("billing.invoice.without_number")}</InvoiceLink>
          ),
        },
        { key: "kind", title: t("billing.invoice.kind"), show: (invoice) => term("invoice_kind", invoice.kind) },
        {
          key: "state",
          title: t("billing.bill.state"),
          show: (invoice) => <StateTag of="invoice_state" state={invoice.state} />,
          onPhone: "corner",
        },
        { key: "amount", title: t("billing.amount"), align: "right", show: (invoice) => amount(invoice.amount) },
      ]}
    />
  );
}

function Receivable({ billId }: { billId: string }) {
  const { t, term } = useWords();
  const receivable = query.useQuery("get", "/api/v1/receivables/{bill_id}", { params: { path: { bill_id: billId } } });
  return (
    <Loaded query={receivable} rows={3}>
      {(found) => (
        <>
          <Descriptions
            style={{ marginBottom: 12 }}
            size="small"
            column={{ xs: 1, sm: 2, lg: 5 }}
            items={[
              {
                key: "state",
                label: t("billing.bill.state"),
                children: <Link to={`/receivables/${billId}`}>{term("receivable_state", found.state)}</Link>,
              },
              { key: "amount", label: t("billing.payment.receivable"), children: money(found.amount) },
              { key: "written_off", label: t("billing.payment.written_off"), children: money(found.written_off) },
              { key: "outstanding", label: t("billing.bill.outstanding"), children: money(found.outstanding) },
              ...(fenOf(found.accrued_penalty) === 0n
                ? []
                : [
                    {
                      key: "penalty",
                      label: t("billing.payment.penalty"),
                      children: <span className="loss">{money(found.accrued_penalty)}</span>,
                    },
                  ]),
            ]}
          />
          {found.pairs.length > 0 && (
            <PairsTable
              pairs={found.pairs}
              sides={["receipt", "write_off"]}
              empty={t("payments.receivables.no_pairs")}
            />
          )}
        </>
      )}
    </Loaded>
  );
}
