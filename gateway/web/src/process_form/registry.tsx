/** What a field needs beyond its type, by process and field: a component of its own, when it is shown, what it begins with. */
import { type ComponentType, lazy } from "react";
import type { WordKey } from "../words";
import { holds } from "./conditions";
import { type FieldProps, type FormField, type FormSubject, type FormValues, rowsOf } from "./field";
import type { Fault } from "./form_values";

export interface SpecialField {
  Component?: ComponentType<FieldProps>;
  /** Instead of: whenever the condition under which it is required is met. */
  isShown?: (values: FormValues, subject: FormSubject) => boolean;
  isWide?: boolean;
  /** Has more than one control. */
  isGroup?: boolean;
  hint?: WordKey;
  /** What is wrong that its type does not say, by path. */
  faults?: (value: unknown) => [string, Fault][];
}

const PricesField = lazy(async () => ({ default: (await import("./prices/prices_field")).PricesField }));
const ReconciledBillsField = lazy(async () => ({
  default: (await import("./bills/reconciled_bills_field")).ReconciledBillsField,
}));
const InvoicedBillsField = lazy(async () => ({
  default: (await import("./bills/invoiced_bills_field")).InvoicedBillsField,
}));
const InvoiceInformationField = lazy(async () => ({
  default: (await import("./bills/invoice_information_field")).InvoiceInformationField,
}));
const ReversedField = lazy(async () => ({ default: (await import("./picks/reversed_field")).ReversedField }));
const PairsField = lazy(async () => ({ default: (await import("./pairs_field")).PairsField }));
const ProductsField = lazy(async () => ({ default: (await import("./picks/products_field")).ProductsField }));
const ContractField = lazy(async () => ({ default: (await import("./picks/contract_field")).ContractField }));
const AccountField = lazy(async () => ({ default: (await import("./picks/account_field")).AccountField }));
const BalanceField = lazy(async () => ({ default: (await import("./figures/balance_field")).BalanceField }));
const RechargeAmountField = lazy(async () => ({
  default: (await import("./figures/recharge_amount_field")).RechargeAmountField,
}));
const RechargeMessagesField = lazy(async () => ({
  default: (await import("./figures/recharge_messages_field")).RechargeMessagesField,
}));
const DifferenceField = lazy(async () => ({ default: (await import("./figures/difference_field")).DifferenceField }));
const OrderItemsField = lazy(async () => ({ default: (await import("./figures/order_items_field")).OrderItemsField }));

const never = () => false;
const invoiceInformation: SpecialField = { Component: InvoiceInformationField, isWide: true, isGroup: true };

const SPECIAL: Readonly<Record<string, SpecialField>> = {
  "price_adjustment.prices": {
    Component: PricesField,
    isWide: true,
    isGroup: true,
    // A row of a table is some country's; without one it would be a price for all together.
    faults: (rows) =>
      rowsOf(rows).flatMap(({ segment }, index): [string, Fault][] =>
        segment === "" ? [[`prices.${index}.segment`, { code: "required" }]] : [],
      ),
  },
  "price_adjustment.kind": { hint: "processes.form.prices.kind_hint", isWide: true, isGroup: true },
  "price_adjustment.quantity": { isShown: (_, { product }) => product === undefined || product.type === "software" },
  "reconciliation.bill_ids": { Component: ReconciledBillsField, isWide: true, isGroup: true },
  "reconciliation.agreed_difference": { hint: "processes.form.bills.difference_hint" },
  "bill_invoice.bills": { Component: InvoicedBillsField, isWide: true, isGroup: true },
  "bill_invoice.invoice_information": invoiceInformation,
  "no_bill_invoice.invoice_information": invoiceInformation,
  "no_bill_invoice.difference": { Component: DifferenceField },
  "recharge.present_balance": { Component: BalanceField },
  "recharge.amount": { Component: RechargeAmountField },
  "recharge.messages": { Component: RechargeMessagesField },
  "deferred_payment.present_balance": { Component: BalanceField },
  "deferred_payment.present_limit": { Component: BalanceField },
  "contract_review.product_ids": { Component: ProductsField, isWide: true, isGroup: true },
  "contract_review.renews_contract_id": { Component: ContractField, isWide: true },
  "billing_cycle_change.product_ids": { Component: ProductsField, isWide: true, isGroup: true },
  // What it is for is chosen as the subject; a customer's product that is not there yet is described by its type.
  "test_account.product_id": { isShown: never },
  "test_account.product_type": { isShown: (_, { type }) => type === "customer" },
  "test_account.payment_mode": { isShown: (_, { type }) => type === "customer" },
  "special_request.account_id": { Component: AccountField, isShown: ({ kind }) => kind !== "green_customer" },
  "ecommerce_order.items": { Component: OrderItemsField, isWide: true, isGroup: true },
  "write_off.pairs": { Component: PairsField, isWide: true, isGroup: true },
  "reversal.target_id": { Component: ReversedField, isWide: true, isShown: ({ kind }) => Boolean(kind) },
  "reversal.kind": { isWide: true },
};

export function specialField(code: string, field: string): SpecialField | undefined {
  return SPECIAL[`${code}.${field}`];
}

/** Whether a field belongs to the form as it stands: one that is required under a condition does when that is met. */
export function isShown(
  code: string,
  field: FormField,
  fields: readonly FormField[],
  values: FormValues,
  subject: FormSubject,
): boolean {
  const own = specialField(code, field.code)?.isShown;
  if (own !== undefined) {
    return own(values, subject);
  }
  return field.required_when === null || holds(field.required_when, fields, values);
}

/** What a form that nobody has begun holds. */
const FIRST: Readonly<Record<string, FormValues>> = {
  price_adjustment: { kind: "unified", prices: [{ segment: null, tiers: [{ up_to: null }] }] },
  recharge: { type: "prepay" },
  ecommerce_order: { items: [{}] },
};

export function firstValues(code: string): FormValues {
  return FIRST[code] ?? {};
}
