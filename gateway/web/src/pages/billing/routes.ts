import type { RouteObject } from "react-router";
import { ahead } from "../../api/ahead";
import { billOf, invoiceOf } from "./records";

export const routes: RouteObject[] = [
  { path: "bills", lazy: async () => ({ Component: (await import("./bills_page")).BillsPage }) },
  { path: "bills/reconcile", lazy: async () => ({ Component: (await import("./reconcile_page")).ReconcilePage }) },
  {
    path: "bills/:billId",
    ...ahead(({ params: { billId = "" } }) => [billOf(billId)]),
    lazy: async () => ({ Component: (await import("./bill_page")).BillPage }),
  },
  { path: "bill-refusals", lazy: async () => ({ Component: (await import("./refusals_page")).RefusalsPage }) },
  { path: "statements", lazy: async () => ({ Component: (await import("./statements_page")).StatementsPage }) },
  { path: "usage", lazy: async () => ({ Component: (await import("./usage_page")).UsagePage }) },
  { path: "billing-runs", lazy: async () => ({ Component: (await import("./billing_runs_page")).BillingRunsPage }) },
  { path: "balances", lazy: async () => ({ Component: (await import("./balances_page")).BalancesPage }) },
  { path: "invoices", lazy: async () => ({ Component: (await import("./invoices_page")).InvoicesPage }) },
  {
    path: "invoices/:invoiceId",
    ...ahead(({ params: { invoiceId = "" } }) => [invoiceOf(invoiceId)]),
    lazy: async () => ({ Component: (await import("./invoice_page")).InvoicePage }),
  },
];
