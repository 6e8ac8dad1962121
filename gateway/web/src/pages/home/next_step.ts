import type { Schemas } from "../../api/client";
import type { Session } from "../../shell/session";
import type { WordKey } from "../../words";
import { startAddress } from "../processes/start_address";

export interface StepLink {
  address: string;
  words: WordKey;
  /** What the reader does alone, and at once. */
  isOwn: boolean;
}

/** Fields that say to a process which bill it is about. */
const FORMS: Record<string, (billId: string) => Record<string, string>> = {
  reconciliation: (billId) => ({ bill_ids: billId }),
  write_off: (billId) => ({ pairs: JSON.stringify([{ bill_id: billId }]) }),
};

/** Where a bill's next step is taken; undefined where there is nothing to do, or nothing that this reader may. */
export function nextStepLink(
  { code, process_code, process_id, customer_id, bill_id }: Schemas["NextStep"],
  { is, may }: Pick<Session, "is" | "may">,
): StepLink | undefined {
  if (process_id !== null) {
    const isOwn = code === "confirm_write_off" && is("sales", "sales_lead");
    return { address: `/processes/${process_id}`, words: isOwn ? "home.blocked.confirm" : "home.blocked.open", isOwn };
  }
  if (code === "find_receipt") {
    return may("receipts.read")
      ? { address: "/receipts?state=unmatched", words: "home.blocked.find_receipt", isOwn: false }
      : undefined;
  }
  if (code === "settle_older_first") {
    return { address: `/receivables?customer_id=${customer_id}`, words: "home.blocked.see_receivables", isOwn: false };
  }
  if (code === "find_owner") {
    return { address: `/customers/${customer_id}`, words: "home.blocked.open_customer", isOwn: false };
  }
  if (process_code !== null && is("sales", "sales_lead")) {
    return {
      address: startAddress(process_code, customer_id, FORMS[process_code]?.(bill_id)),
      words: process_code === "reconciliation" ? "home.blocked.reconcile" : "home.blocked.write_off",
      isOwn: true,
    };
  }
  return undefined;
}
