import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Descriptions, Space } from "antd";
import { useParams } from "react-router";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { amount, fenOf, money, ofFen } from "../../format/figures";
import { SmallTable } from "../../list/small_table";
import { Neighbours } from "../../record/neighbours";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { EmptyState, Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { BillLink, CustomerLink, InvoiceLink, ProcessLink } from "./links";
import { invoiceOf } from "./records";
import { useStartable } from "./use_startable";

type Invoice = Schemas["InvoiceDetail"];

export function InvoicePage() {
  const { t, term } = useWords();
  const { invoiceId = "" } = useParams();
  const invoice = useQuery(invoiceOf(invoiceId));
  // Asked for beside the invoice, not after it.
  const { mayStart } = useStartable();
  const found = invoice.data;
  const title = found && `${term("invoice_kind", found.kind)} ${found.number ?? found.customer_name}`;
  useTitle(title, { isTab: true });
  return (
    <Page
      title={title ?? t("billing.invoice.title")}
      note={
        <>
          {found && <StateTag of="invoice_state" state={found.state} />}
          <Neighbours />
        </>
      }
      actions={found && <InvoiceActions invoice={found} mayStart={mayStart} />}
    >
      <Loaded query={invoice}>{(shown) => <InvoiceParts invoice={shown} />}</Loaded>
    </Page>
  );
}

interface InvoiceActionsProps {
  invoice: Invoice;
  mayStart: (code: string) => boolean;
}

function InvoiceActions({ invoice, mayStart }: InvoiceActionsProps) {
  const { t } = useWords();
  const isReversible = invoice.state === "issued" && invoice.kind !== "red" && invoice.reversed_by_id === null;
  return (
    <>
      {mayStart("reversal") && isReversible && (
        <LinkButton
          danger
          to={startAddress("reversal", invoice.customer_id, { kind: "invoice", target_id: invoice.id })}
        >
          {t("billing.invoice.reverse")}
        </LinkButton>
      )}
      <LinkButton to={`/processes/${invoice.process_id}`}>{t("billing.invoice.open_process")}</LinkButton>
    </>
  );
}

function InvoiceParts({ invoice }: { invoice: Invoice }) {
  const { t } = useWords();
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <Reversal invoice={invoice} />
      <Card>
        <Facts invoice={invoice} />
      </Card>
      <Card title={t("billing.invoice.information")}>
        <Information invoice={invoice} />
      </Card>
      <Card title={t(invoice.kind === "advance" ? "billing.invoice.set_against" : "billing.invoice.bills")}>
        <Bills invoice={invoice} />
      </Card>
    </Space>
  );
}

function Reversal({ invoice }: { invoice: Invoice }) {
  const { t } = useWords();
  if (invoice.reversed_by_id !== null) {
    return (
      <Alert
        type="warning"
        showIcon
        title={t("billing.invoice.reversed_by")}
        action={
          <InvoiceLink id={invoice.reversed_by_id}>
            {invoice.reversed_by_number ?? t("billing.invoice.without_number")}
          </InvoiceLink>
        }
      />
    );
  }
  if (invoice.reverses_id !== null) {
    return (
      <Alert
        type="info"
        showIcon
        title={t("billing.invoice.reverses")}
        description={invoice.reason}
        action={<InvoiceLink id={invoice.reverses_id}>{t("billing.invoice.original")}</InvoiceLink>}
      />
    );
  }
  return null;
}

function Facts({ invoice }: { invoice: Invoice }) {
  const { t, term } = useWords();
  const left = ofFen((fenOf(invoice.amount) ?? 0n) - (fenOf(invoice.allocated) ?? 0n));
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, sm: 2, lg: 4 }}
      items={[
        {
          key: "customer",
          label: t("billing.customer"),
          children: <CustomerLink id={invoice.customer_id} name={invoice.customer_name} />,
        },
        { key: "type", label: t("billing.invoice.type"), children: term("invoice_type", invoice.type) },
        { key: "kind", label: t("billing.invoice.kind"), children: term("invoice_kind", invoice.kind) },
        { key: "amount", label: t("billing.invoice.amount"), children: <strong>{money(invoice.amount)}</strong> },
        ...(invoice.received === null
          ? []
          : [
              { key: "received", label: t("billing.invoice.received"), children: money(invoice.received) },
              { key: "allocated", label: t("billing.invoice.allocated"), children: money(invoice.allocated) },
              { key: "left", label: t("billing.invoice.left"), children: money(left) },
            ]),
        { key: "number", label: t("billing.invoice.number"), children: invoice.number ?? "–" },
        { key: "issued_on", label: t("billing.invoice.issued_on"), children: invoice.issued_on ?? "–" },
        { key: "requested", label: t("billing.invoice.requested_at"), children: minuteOf(invoice.requested_at) },
        {
          key: "process",
          label: t("billing.process"),
          children: <ProcessLink id={invoice.process_id}>{t("common.open")}</ProcessLink>,
        },
      ]}
    />
  );
}

/** What was printed on it: as it was when it was asked for, whatever the customer's information is now. */
function Information({ invoice }: { invoice: Invoice }) {
  const { t } = useWords();
  const { information } = invoice;
  const fields = ["company_name", "tax_number", "address", "telephone", "bank", "bank_account"] as const;
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, sm: 2 }}
      items={[
        ...fields.map((field) => ({
          key: field,
          label: t(`billing.invoice.${field}`),
          children: information[field] || "–",
        })),
        { key: "delivery", label: t("billing.invoice.delivery"), children: invoice.delivery || "–" },
        ...(invoice.reverses_id === null && invoice.reason !== ""
          ? [{ key: "reason", label: t("billing.invoice.reason"), children: invoice.reason }]
          : []),
      ]}
    />
  );
}

function Bills({ invoice }: { invoice: Invoice }) {
  const { t } = useWords();
  if (invoice.bills.length === 0) {
    return (
      <EmptyState
        words={t(invoice.kind === "advance" ? "billing.invoice.none_set_against" : "billing.invoice.no_bills")}
      />
    );
  }
  return (
    <SmallTable<Schemas["InvoiceItem"]>
      keyOf={({ bill_id }) => bill_id}
      rows={invoice.bills}
      columns={[
        {
          key: "bill",
          title: t("billing.bill.title"),
          show: (item) => <BillLink id={item.bill_id} number={item.bill_number} />,
        },
        { key: "amount", title: t("billing.invoice.amount"), align: "right", show: (item) => amount(item.amount) },
      ]}
    />
  );
}
