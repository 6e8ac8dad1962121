/** What something is at, as a word on a colour of the theme's: never by the colour alone, and with its contrast. */
import { Tag } from "antd";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";

const BILL_COLORS: Record<Schemas["Bill"]["state"], string | undefined> = {
  open: "processing",
  reconciling: "warning",
  reconciled: "success",
  closed: undefined,
  void: "error",
};

export function BillState({ state }: { state: Schemas["Bill"]["state"] }) {
  const { term } = useWords();
  return <Tag color={BILL_COLORS[state]}>{term("bill_state", state)}</Tag>;
}

const INVOICE_COLORS: Record<Schemas["Invoice"]["state"], string | undefined> = {
  requested: "warning",
  issued: "success",
  released: undefined,
  reversed: "error",
};

export function InvoiceState({ state }: { state: Schemas["Invoice"]["state"] }) {
  const { term } = useWords();
  return <Tag color={INVOICE_COLORS[state]}>{term("invoice_state", state)}</Tag>;
}

const JOB_COLORS: Record<string, string> = {
  queued: "processing",
  running: "processing",
  done: "success",
  counted: "success",
  refused: "error",
  failed: "error",
};

/** Of a run, a statement, an import. */
export function JobState({ state }: { state: string }) {
  const { term } = useWords();
  return <Tag color={JOB_COLORS[state]}>{term("job_state", state)}</Tag>;
}
