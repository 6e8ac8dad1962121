/** Ways from a bill, an invoice or usage to what it is about. In a list a click on them is not one on the row. */
import type { ReactNode } from "react";
import { Link } from "react-router";

function RecordLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} onClick={(event) => event.stopPropagation()}>
      {children}
    </Link>
  );
}

export function CustomerLink({ id, name, tab }: { id: string; name: ReactNode; tab?: string }) {
  return <RecordLink to={`/customers/${id}${tab === undefined ? "" : `?tab=${tab}`}`}>{name}</RecordLink>;
}

export function BillLink({ id, number }: { id: string; number: ReactNode }) {
  return <RecordLink to={`/bills/${id}`}>{number}</RecordLink>;
}

export function InvoiceLink({ id, children }: { id: string; children: ReactNode }) {
  return <RecordLink to={`/invoices/${id}`}>{children}</RecordLink>;
}

export function ProcessLink({ id, children }: { id: string; children: ReactNode }) {
  return <RecordLink to={`/processes/${id}`}>{children}</RecordLink>;
}
