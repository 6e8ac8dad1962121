/** What a process is about: a customer, a product or an account, with the customer that it is of. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../api/client";
import { asProblem } from "../api/problem";
import type { FormSubject } from "./field";

export type SubjectType = FormSubject["type"];

const NO_CUSTOMERS: Readonly<Record<string, SubjectType>> = {
  price_adjustment: "product",
  test_account: "product",
  channel_registration: "account",
  deferred_payment: "account",
  recharge: "account",
};

/** What a process is about as far as one knows before its definition has come, so that both are asked for at once. */
export function likelyType(code: string): SubjectType {
  return NO_CUSTOMERS[code] ?? "customer";
}

async function customerSubject(id: string, signal: AbortSignal): Promise<FormSubject | undefined> {
  const { data } = await api.GET("/api/v1/customers/{customer_id}", { params: { path: { customer_id: id } }, signal });
  return data && { type: "customer", id, name: data.name, customerId: id, customerName: data.name };
}

async function productSubject(id: string, signal: AbortSignal): Promise<FormSubject | undefined> {
  const { data } = await api.GET("/api/v1/products/{product_id}", { params: { path: { product_id: id } }, signal });
  return (
    data && {
      type: "product",
      id,
      name: data.name,
      customerId: data.customer_id,
      customerName: data.customer_name,
      product: data,
    }
  );
}

async function accountSubject(id: string, signal: AbortSignal): Promise<FormSubject | undefined> {
  const { data } = await api.GET("/api/v1/accounts/{account_id}", { params: { path: { account_id: id } }, signal });
  return (
    data && {
      type: "account",
      id,
      name: data.identifier,
      customerId: data.customer_id,
      customerName: data.customer_name,
      account: data,
    }
  );
}

const READERS = { customer: customerSubject, product: productSubject, account: accountSubject };

async function read(type: SubjectType, id: string, code: string, signal: AbortSignal): Promise<FormSubject> {
  try {
    const found = await READERS[type](id, signal);
    if (found !== undefined) {
      return found;
    }
  } catch (error) {
    // A test account can be for a customer that has not the product yet.
    if (code !== "test_account" || type === "customer" || asProblem(error).status !== 404) {
      throw error;
    }
  }
  return read("customer", id, code, signal);
}

/** Asks for what a process is about. */
export const subjectOf = (code: string, type: SubjectType | undefined, id: string | undefined) =>
  queryOptions({
    queryKey: ["process subject", code, type, id],
    queryFn: ({ signal }) => read(type ?? "customer", id ?? "", code, signal),
    enabled: type !== undefined && id !== undefined,
    staleTime: 60_000,
  });

/**
 * What a process that is being started is about.
 *
 * @param type as its definition says, or what one knows better.
 */
export function useSubject(code: string, type: SubjectType | undefined, id: string | undefined) {
  return useQuery(subjectOf(code, type, id));
}

/**
 * What a running process is about; its bills, for one about bills, are a customer's.
 *
 * @param process undefined while it is not yet known.
 */
export function useProcessSubject(process: Schemas["Process"] | undefined) {
  const { type, id } = process?.subject ?? {};
  const known = type === "product" || type === "account" || type === "customer" ? type : "customer";
  return useSubject(process?.code ?? "", process && known, known === type ? id : (process?.customer_id ?? id));
}
