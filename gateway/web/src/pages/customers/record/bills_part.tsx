import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { money, quantity } from "../../../format/figures";
import type { Column } from "../../../list/record_list";
import { LinkButton } from "../../../shell/link_button";
import { useSession } from "../../../shell/session";
import { StateTag } from "../../../shell/state_tag";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { useShown } from "./overview";
import { PartHead, PartRows } from "./part";

/** What the customer is billed, and the invoices for it. */
export function BillsPart() {
  const { t } = useWords();
  const { is } = useSession();
  const { overview } = useShown();
  const customer_id = overview.customer.id;
  return (
    <div className="parts">
      <section className="part">
        <PartHead
          title={t("shell.menu.bill_list")}
          actions={
            is("sales", "sales_lead") && (
              <>
                <LinkButton to={startAddress("bill_invoice", customer_id)}>{t("customers.money.invoice")}</LinkButton>
                <LinkButton to={startAddress("reconciliation", customer_id)}>
                  {t("customers.money.reconcile")}
                </LinkButton>
              </>
            )
          }
        />
        <PartRows
          name="bills"
          path="/api/v1/bills"
          asked={{ query: { customer_id } }}
          section={overview.bills}
          columns={useBillColumns()}
          addressOf={({ id }) => `/bills/${id}`}
          empty={t("customers.money.no_bills")}
        />
      </section>
      <section className="part">
        <PartHead title={t("shell.menu.invoices")} />
        <PartRows
          name="invoices"
          path="/api/v1/invoices"
          asked={{ query: { customer_id } }}
          section={overview.invoices}
          columns={useInvoiceColumns()}
          addressOf={({ id }) => `/invoices/${id}`}
          empty={t("customers.money.no_invoices")}
        />
      </section>
    </div>
  );
}

function useBillColumns(): Column<Schemas["Bill"]>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      { key: "month", title: t("customers.money.month"), width: 80, show: ({ month }) => month, onPhone: "title" },
      { key: "product", title: t("customers.product"), width: 105, show: (bill) => bill.product_name, onPhone: "line" },
      {
        key: "quantity",
        title: t("customers.money.quantity"),
        width: 100,
        align: "right",
        show: (bill) => quantity(bill.quantity),
        onPhone: "line",
      },
      {
        key: "amount",
        title: t("customers.money.amount"),
        width: 110,
        align: "right",
        show: (bill) => money(bill.agreed_amount),
        onPhone: "line",
      },
      {
        key: "outstanding",
        title: t("customers.money.outstanding"),
        width: 110,
        align: "right",
        show: (bill) => money(bill.outstanding),
        onPhone: "line",
      },
      {
        key: "due",
        title: t("customers.money.due"),
        width: 105,
        show: ({ due_on, expected_due_on }) => due_on ?? expected_due_on,
      },
      {
        key: "state",
        title: t("customers.state"),
        width: 95,
        show: ({ state }) => <StateTag of="bill_state" state={state} />,
        onPhone: "corner",
      },
    ],
    [t],
  );
}

function useInvoiceColumns(): Column<Schemas["Invoice"]>[] {
  const { t, term } = useWords();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("customers.money.invoice_number"),
        width: 200,
        show: ({ number }) => number ?? t("customers.money.not_issued"),
        onPhone: "title",
      },
      {
        key: "type",
        title: t("customers.money.invoice_type"),
        width: 150,
        show: ({ type }) => term("invoice_type", type),
      },
      {
        key: "amount",
        title: t("customers.money.amount"),
        width: 130,
        align: "right",
        show: (invoice) => money(invoice.amount),
        onPhone: "line",
      },
      {
        key: "issued",
        title: t("customers.money.issued_on"),
        width: 120,
        show: ({ issued_on }) => issued_on ?? "–",
        onPhone: "line",
      },
      {
        key: "state",
        title: t("customers.state"),
        width: 110,
        show: ({ state }) => <StateTag of="invoice_state" state={state} />,
        onPhone: "corner",
      },
    ],
    [t, term],
  );
}
