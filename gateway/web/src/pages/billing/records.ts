import { query } from "../../api/client";

export const billOf = (billId: string) =>
  query.queryOptions("get", "/api/v1/bills/{bill_id}", { params: { path: { bill_id: billId } } });

export const invoiceOf = (invoiceId: string) =>
  query.queryOptions("get", "/api/v1/invoices/{invoice_id}", { params: { path: { invoice_id: invoiceId } } });
