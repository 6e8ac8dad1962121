import { query } from "../../api/client";

export const receiptOf = (receiptId: string) =>
  query.queryOptions("get", "/api/v1/receipts/{receipt_id}", { params: { path: { receipt_id: receiptId } } });

export const receivableOf = (billId: string) =>
  query.queryOptions("get", "/api/v1/receivables/{bill_id}", { params: { path: { bill_id: billId } } });

export const writeOffOf = (writeOffId: string) =>
  query.queryOptions("get", "/api/v1/write-offs/{write_off_id}", { params: { path: { write_off_id: writeOffId } } });
