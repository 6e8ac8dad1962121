/**
 * What something is at: a word on a colour of the theme's, and the same colour for the same everywhere. Green is what is as it shall
 * be, blue what goes on, amber what waits for somebody, red what went wrong or was taken back, grey what is over.
 *
 *     <StateTag of="bill_state" state={bill.state} />
 */
import { Tag } from "antd";
import type { Schemas } from "../api/client";
import { useWords } from "../words";

type Colour = "success" | "processing" | "warning" | "error" | "default";

interface States {
  account_status: Schemas["Account"]["status"];
  bill_state: Schemas["Bill"]["state"];
  contract_state: Schemas["Contract"]["state"];
  dry_state: Schemas["DryNode"]["state"];
  effect_state: Schemas["Process"]["effect"]["state"];
  invoice_state: Schemas["Invoice"]["state"];
  /** Of whatever takes a while: jobs, billing runs, statements, imports; and of a file of usage that came by itself. */
  job_state: Schemas["ReceiptImportSummary"]["state"] | Schemas["UsageImport"]["state"];
  pair_state: Schemas["PairSide"]["state"];
  process_state: Schemas["Process"]["state"];
  receipt_state: Schemas["Receipt"]["state"];
  receivable_state: Schemas["Receivable"]["state"];
  row_outcome: Schemas["ImportedRow"]["outcome"];
  signature_state: Schemas["AccountSignature"]["state"];
  write_off_state: Schemas["WriteOff"]["state"];
}
type Group = keyof States;

const COLOURS: { [Of in Group]: Record<States[Of], Colour> } = {
  account_status: { trial: "processing", active: "success", blocked: "error", closed: "default" },
  bill_state: { open: "warning", reconciling: "processing", reconciled: "success", closed: "default", void: "error" },
  contract_state: { coming: "processing", in_force: "success", over: "default" },
  dry_state: { starts: "processing", asks: "processing", passes: "success", stuck: "error" },
  effect_state: { none: "default", awaited: "processing", in_force: "success", failed: "error" },
  invoice_state: { requested: "warning", issued: "success", released: "default", reversed: "error" },
  job_state: {
    queued: "processing",
    running: "processing",
    done: "success",
    counted: "success",
    refused: "error",
    failed: "error",
  },
  pair_state: { held: "processing", released: "default", final: "success" },
  process_state: {
    running: "processing",
    returned: "warning",
    rejected: "error",
    withdrawn: "default",
    archived: "success",
  },
  receipt_state: { unmatched: "error", ambiguous: "warning", matched: "processing", used: "success" },
  receivable_state: { open: "warning", held: "processing", settled: "success", cancelled: "default" },
  row_outcome: { new: "success", known: "default", skipped: "default", wrong: "error" },
  signature_state: { pending: "warning", registered: "success", refused: "error", replaced: "default" },
  write_off_state: {
    started: "processing",
    rejected: "error",
    withdrawn: "default",
    archived: "success",
    cancelled: "default",
  },
};

/** @param props.state one that is newer than the console stands for itself, without a colour. */
export function StateTag({ of, state }: { of: Group; state: string }) {
  const { term } = useWords();
  const colours: Partial<Record<string, Colour>> = COLOURS[of];
  return <Tag color={colours[state] ?? "default"}>{term(of, state)}</Tag>;
}
