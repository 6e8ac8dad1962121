/**
 * What a form's references are called and where they lead. A form keeps ids; their names stand beside them where the owning
 * service has completed the form, and else are read for the customer that the process is about, once for all of them.
 */
import { query, type Schemas } from "../../api/client";
import { useSession } from "../../shell/session";
import { isRow, type Row } from "./shown_values";

export interface Reference {
  name: string;
  address?: string;
}

/** @param id the reference's. @param besides the row, or the form, that it stands in. */
export type FindReference = (code: string, id: string, besides: Row) => Reference;

const PAGE_MAX = 200;

type Kind = "product" | "account" | "contract" | "bill" | "receipt" | "invoice" | "write_off" | "customer";

/** What a field refers to, by its code. */
const KINDS: Record<string, Kind> = {
  product_id: "product",
  product_ids: "product",
  account_id: "account",
  contract_id: "contract",
  renews_contract_id: "contract",
  bill_id: "bill",
  bill_ids: "bill",
  receipt_id: "receipt",
  invoice_id: "invoice",
  customer_id: "customer",
};
/** What a reversal reverses, by its kind. */
const TARGETS: Record<string, Kind> = {
  write_off: "write_off",
  invoice: "invoice",
  bill: "bill",
  prepay_refund: "account",
};
const PERMISSIONS: Record<Kind, string> = {
  product: "customers.read",
  account: "customers.read",
  contract: "customers.read",
  customer: "customers.read",
  bill: "bills.read",
  receipt: "receipts.read",
  invoice: "invoices.read",
  write_off: "receivables.read",
};

/** The roles that see customers at all: some review what is about customers that they do not see. */
const SEE_CUSTOMERS = [
  "admin",
  "sales",
  "sales_lead",
  "sales_director",
  "sales_admin",
  "finance",
  "billing_expert",
  "audit_expert",
  "risk_expert",
  "customer_care",
  "operations_vp",
  "routing_manager",
] as const;

/** Whether a customer's page, and what stands on it, can be linked to for the reader. */
export function useSeesCustomers(): boolean {
  const { may, is } = useSession();
  return may("customers.read") && is(...SEE_CUSTOMERS);
}

export function useReferences(process: Schemas["Process"]): FindReference {
  const session = useSession();
  const seesCustomers = useSeesCustomers();
  const may = (kind: Kind) => (PERMISSIONS[kind] === "customers.read" ? seesCustomers : session.may(PERMISSIONS[kind]));
  const customerId = process.customer_id ?? "";
  const asks = (kind: Kind) => ({
    enabled: customerId !== "" && may(kind) && refersTo(process, kind),
    staleTime: 60_000,
  });
  const ofCustomer = { params: { query: { customer_id: customerId, page_size: PAGE_MAX } } };
  const products = query.useQuery("get", "/api/v1/products", ofCustomer, asks("product"));
  const accounts = query.useQuery("get", "/api/v1/accounts", ofCustomer, asks("account"));
  const contracts = query.useQuery("get", "/api/v1/contracts", ofCustomer, asks("contract"));
  const names = new Map([
    ...(products.data?.items ?? []).map(({ id, name }) => [id, name] as const),
    ...(accounts.data?.items ?? []).map(({ id, identifier }) => [id, identifier] as const),
    ...(contracts.data?.items ?? []).map(({ id, number }) => [id, number] as const),
  ]);

  function addressOf(kind: Kind, id: string): string | undefined {
    if (!may(kind)) {
      return undefined;
    }
    switch (kind) {
      case "product":
        return customerId && `/customers/${customerId}?tab=products&product=${id}`;
      case "account":
        return customerId && `/customers/${customerId}?tab=products`;
      case "contract":
        return customerId && `/customers/${customerId}?tab=contracts`;
      case "customer":
        return `/customers/${id}`;
      default:
        return `/${kind.replace("_", "-")}s/${id}`;
    }
  }
  return (code, id, besides) => {
    const kind = code === "target_id" ? TARGETS[String(process.form.kind)] : KINDS[code];
    const isComing = [products, accounts, contracts].some(({ isLoading }) => isLoading);
    const name = nameBeside(code, id, besides, process) ?? names.get(id) ?? (isComing ? "…" : id);
    return { name, address: kind && addressOf(kind, id) };
  };
}

/** The name as the form itself has it. */
function nameBeside(code: string, id: string, besides: Row, process: Schemas["Process"]): string | undefined {
  if (process.subject.id === id) {
    return process.subject.name;
  }
  const named = (row: Row, ...keys: string[]) =>
    keys.map((key) => row[key]).find((value): value is string => typeof value === "string" && value !== "");
  switch (code) {
    case "bill_id":
      return named(besides, "number", "bill_number");
    case "receipt_id":
      return named(besides, "payer_name");
    case "account_id":
      return named(besides, "account_identifier");
    case "target_id":
      // The title says what is reversed: 冲销申请：……
      return named(besides, "bill_number", "invoice_number") ?? process.title.split("：").at(-1);
    case "bill_ids":
      return completed(process, "bills", "bill_id", id, "number");
    case "product_ids":
      return completed(process, "products", "product_id", id, "name");
    default:
      return undefined;
  }
}

/** A name out of the rows that the owner has completed a list of ids with. */
function completed(
  process: Schemas["Process"],
  rows: string,
  key: string,
  id: string,
  name: string,
): string | undefined {
  const found = process.form[rows];
  const row = Array.isArray(found) ? found.filter(isRow).find((each) => each[key] === id) : undefined;
  return typeof row?.[name] === "string" ? row[name] : undefined;
}

function refersTo(process: Schemas["Process"], kind: Kind): boolean {
  return (
    process.fields.some(({ code }) => KINDS[code] === kind) ||
    Object.keys(process.form).some((code) => KINDS[code] === kind)
  );
}
