/** The states of receipts, receivables, write-offs and imports: a word each on its colour. */
import { Tag } from "antd";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";

type Colour = "success" | "processing" | "error" | "warning" | "default";
type ColourOf<State extends string> = Record<State, Colour>;

const RECEIPT: ColourOf<Schemas["Receipt"]["state"]> = {
  unmatched: "error",
  ambiguous: "warning",
  matched: "processing",
  used: "success",
};
const RECEIVABLE: ColourOf<Schemas["Receivable"]["state"]> = {
  open: "warning",
  held: "processing",
  settled: "success",
  cancelled: "default",
};
const WRITE_OFF: ColourOf<Schemas["WriteOff"]["state"]> = {
  started: "processing",
  rejected: "error",
  withdrawn: "default",
  archived: "success",
  cancelled: "default",
};
const PAIR: ColourOf<Schemas["PairSide"]["state"]> = { held: "processing", released: "default", final: "success" };
const IMPORT: ColourOf<Schemas["ReceiptImportSummary"]["state"]> = {
  queued: "default",
  running: "processing",
  done: "success",
  refused: "error",
  failed: "error",
};
const OUTCOME: ColourOf<Schemas["ImportedRow"]["outcome"]> = {
  new: "success",
  known: "default",
  skipped: "default",
  wrong: "error",
};

export function ReceiptState({ state }: { state: Schemas["Receipt"]["state"] }) {
  const { term } = useWords();
  return <Tag color={RECEIPT[state]}>{term("receipt_state", state)}</Tag>;
}

export function ReceivableState({ state }: { state: Schemas["Receivable"]["state"] }) {
  const { term } = useWords();
  return <Tag color={RECEIVABLE[state]}>{term("receivable_state", state)}</Tag>;
}

export function WriteOffState({ state }: { state: Schemas["WriteOff"]["state"] }) {
  const { term } = useWords();
  return <Tag color={WRITE_OFF[state]}>{term("write_off_state", state)}</Tag>;
}

export function PairState({ state }: { state: Schemas["PairSide"]["state"] }) {
  const { term } = useWords();
  return <Tag color={PAIR[state]}>{term("pair_state", state)}</Tag>;
}

export function ImportState({ state }: { state: Schemas["ReceiptImportSummary"]["state"] }) {
  const { term } = useWords();
  return <Tag color={IMPORT[state]}>{term("job_state", state)}</Tag>;
}

export function RowOutcome({ outcome }: { outcome: Schemas["ImportedRow"]["outcome"] }) {
  const { term } = useWords();
  return <Tag color={OUTCOME[outcome]}>{term("row_outcome", outcome)}</Tag>;
}
