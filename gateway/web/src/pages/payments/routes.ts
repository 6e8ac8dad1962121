import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "receipts", lazy: async () => ({ Component: (await import("./receipts_page")).ReceiptsPage }) },
  { path: "receipts/:receiptId", lazy: async () => ({ Component: (await import("./receipt_page")).ReceiptPage }) },
  { path: "payer-aliases", lazy: async () => ({ Component: (await import("./payer_aliases_page")).PayerAliasesPage }) },
  { path: "receivables", lazy: async () => ({ Component: (await import("./receivables_page")).ReceivablesPage }) },
  {
    path: "receivables/:billId",
    lazy: async () => ({ Component: (await import("./receivable_page")).ReceivablePage }),
  },
  { path: "write-offs", lazy: async () => ({ Component: (await import("./write_offs_page")).WriteOffsPage }) },
  {
    path: "write-offs/:writeOffId",
    lazy: async () => ({ Component: (await import("./write_off_page")).WriteOffPage }),
  },
  { path: "commission", lazy: async () => ({ Component: (await import("./commission_page")).CommissionPage }) },
  { path: "interest", lazy: async () => ({ Component: (await import("./interest_page")).InterestPage }) },
];
