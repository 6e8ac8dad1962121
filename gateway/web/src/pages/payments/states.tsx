/** The states of receipts, receivables, write-offs and imports: a word each, with a dot of its colour. */
import { Badge } from "antd";
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
  return <Badge status={RECEIPT[state]} text={term("receipt_state", state)} />;
}

export function ReceivableState({ state }: { state: Schemas["Receivable"]["state"] }) {
  const { term } = useWords();
  return <Badge status={RECEIVABLE[state]} text={term("receivable_state", state)} />;
}

export function WriteOffState({ state }: { state: Schemas["WriteOff"]["state"] }) {
  const { term } = useWords();
  return <Badge status={WRITE_OFF[state]} text={term("write_off_state", state)} />;
}

export function PairState({ state }: { state: Schemas["PairSide"]["state"] }) {
  const { term } = useWords();
  return <Badge status={PAIR[state]} text={term("pair_state", state)} />;
}

export function ImportState({ state }: { state: Schemas["ReceiptImportSummary"]["state"] }) {
  const { term } = useWords();
  return <Badge status={IMPORT[state]} text={term("job_state", state)} />;
}

export function RowOutcome({ outcome }: { outcome: Schemas["ImportedRow"]["outcome"] }) {
  const { term } = useWords();
  return <Badge status={OUTCOME[outcome]} text={term("row_outcome", outcome)} />;
}
