import { createContext, useContext } from "react";
import { query, type Schemas } from "../../../api/client";

export type Overview = Schemas["CustomerOverview"];

/** How many rows of each part come with the page; the whole list comes when it is asked for. */
export const FIRST = 20;

export const overviewOf = (customerId: string) =>
  query.queryOptions("get", "/api/v1/customers/{customer_id}/overview", {
    params: { path: { customer_id: customerId }, query: { first: FIRST } },
  });

export interface Shown {
  overview: Overview;
  /** Whether the signed-in user may change the customer and what hangs on it. */
  mayWrite: boolean;
  /** Have everything read again that a change to the customer may have changed. */
  changed: string[];
}

export const ShownContext = createContext<Shown | null>(null);

/** The customer whose page this is, with what is known of it. */
export function useShown(): Shown {
  const shown = useContext(ShownContext);
  if (shown === null) {
    throw new Error("no customer is shown here");
  }
  return shown;
}
