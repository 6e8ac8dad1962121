import type { RouteObject } from "react-router";
import { ahead } from "../../api/ahead";
import { receiptOf, receivableOf, writeOffOf } from "./records";

export const routes: RouteObject[] = [
  { path: "receipts", lazy: async () => ({ Component: (await import("./receipts_page")).ReceiptsPage }) },
  {
    path: "receipts/:receiptId",
    ...ahead(({ params: { receiptId = "" } }) => [receiptOf(receiptId)]),
    lazy: async () => ({ Component: (await import("./receipt_page")).ReceiptPage }),
  },
  { path: "payer-aliases", lazy: async () => ({ Component: (await import("./payer_aliases_page")).PayerAliasesPage }) },
  {
    path: "receipt-imports",
    lazy: async () => ({ Component: (await import("./receipt_imports_page")).ReceiptImportsPage }),
  },
  { path: "receipt-imports/new", lazy: async () => ({ Component: (await import("./new_import_page")).NewImportPage }) },
  {
    path: "receipt-imports/:importId",
    lazy: async () => ({ Component: (await import("./receipt_import_page")).ReceiptImportPage }),
  },
  { path: "bank-mappings", lazy: async () => ({ Component: (await import("./bank_mappings_page")).BankMappingsPage }) },
  { path: "receivables", lazy: async () => ({ Component: (await import("./receivables_page")).ReceivablesPage }) },
  {
    path: "receivables/:billId",
    ...ahead(({ params: { billId = "" } }) => [receivableOf(billId)]),
    lazy: async () => ({ Component: (await import("./receivable_page")).ReceivablePage }),
  },
  { path: "write-offs", lazy: async () => ({ Component: (await import("./write_offs_page")).WriteOffsPage }) },
  {
    path: "write-offs/:writeOffId",
    ...ahead(({ params: { writeOffId = "" } }) => [writeOffOf(writeOffId)]),
    lazy: async () => ({ Component: (await import("./write_off_page")).WriteOffPage }),
  },
  { path: "commission", lazy: async () => ({ Component: (await import("./commission_page")).CommissionPage }) },
  { path: "interest", lazy: async () => ({ Component: (await import("./interest_page")).InterestPage }) },
];
