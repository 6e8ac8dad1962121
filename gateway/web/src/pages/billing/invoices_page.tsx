import { Space } from "antd";
import { useMemo } from "react";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { INVOICE_KINDS, INVOICE_STATES, optionsOf } from "./filters";
import { CustomerLink, ProcessLink } from "./links";
import { useStartable } from "./use_startable";

type Invoice = RowOf<"/api/v1/invoices">;

export function InvoicesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.invoices"));
  const { mayStart } = useStartable();
  return (
    <Page
      title={t("shell.menu.invoices")}
      isFilled
      actions={
        <Space wrap>
          {mayStart("no_bill_invoice") && (
            <LinkButton to={startAddress("no_bill_invoice")}>{t("billing.invoice.ask_advance")}</LinkButton>
          )}
          {mayStart("bill_invoice") && (
            <LinkButton type="primary" to={startAddress("bill_invoice")}>
              {t("billing.invoice.ask")}
            </LinkButton>
          )}
        </Space>
      }
    >
      <RecordList
        name="invoices"
        path="/api/v1/invoices"
        columns={useInvoiceColumns()}
        filters={useInvoiceFilters()}
        addressOf={(invoice) => `/invoices/${invoice.id}`}
        empty={t("billing.invoice.empty")}
      />
    </Page>
  );
}

function useInvoiceColumns(): Column<Invoice>[] {
  const { t, term } = useWords();
  return useMemo<Column<Invoice>[]>(
    () => [
      {
        key: "number",
        title: t("billing.invoice.number"),
        width: 200,
        show: (invoice) => invoice.number ?? t("billing.invoice.without_number"),
        onPhone: "title",
      },
      {
        key: "state",
        title: t("billing.bill.state"),
        width: 116,
        show: (invoice) => <StateTag of="invoice_state" state={invoice.state} />,
        onPhone: "corner",
      },
      {
        key: "customer",
        title: t("billing.customer"),
        width: 240,
        sort: "customer",
        show: (invoice) => <CustomerLink id={invoice.customer_id} name={invoice.customer_name} />,
        onPhone: "line",
      },
      { key: "kind", title: t("billing.invoice.kind"), width: 110, show: ({ kind }) => term("invoice_kind", kind) },
      { key: "type", title: t("billing.invoice.type"), width: 140, show: ({ type }) => term("invoice_type", type) },
      {
        key: "amount",
        title: t("billing.invoice.amount"),
        width: 130,
        align: "right",
        sort: "amount",
        show: (invoice) => money(invoice.amount),
        onPhone: "line",
      },
      {
        key: "received",
        title: t("billing.invoice.received"),
        width: 130,
        align: "right",
        isHidden: true,
        show: (invoice) => money(invoice.received),
      },
      {
        key: "allocated",
        title: t("billing.invoice.allocated"),
        width: 130,
        align: "right",
        isHidden: true,
        show: (invoice) => money(invoice.allocated),
      },
      {
        key: "issued_on",
        title: t("billing.invoice.issued_on"),
        width: 120,
        show: (invoice) => invoice.issued_on ?? "–",
        onPhone: "line",
      },
      {
        key: "requested_at",
        title: t("billing.invoice.requested_at"),
        width: 145,
        sort: "requested_at",
        show: (invoice) => minuteOf(invoice.requested_at),
      },
      {
        key: "process",
        title: t("billing.process"),
        width: 90,
        isHidden: true,
        show: (invoice) => <ProcessLink id={invoice.process_id}>{t("common.open")}</ProcessLink>,
      },
    ],
    [t, term],
  );
}

function useInvoiceFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(
    () => [
      { kind: "text", name: "number", label: t("billing.invoice.number") },
      customerFilter(t("billing.customer")),
      {
        kind: "choice",
        name: "kind",
        label: t("billing.invoice.kind"),
        options: optionsOf("invoice_kind", INVOICE_KINDS, term),
      },
      {
        kind: "choice",
        name: "state",
        label: t("billing.bill.state"),
        options: optionsOf("invoice_state", INVOICE_STATES, term),
      },
      { kind: "dates", from: "issued_from", to: "issued_to", label: t("billing.invoice.issued_on") },
    ],
    [t, term],
  );
}
