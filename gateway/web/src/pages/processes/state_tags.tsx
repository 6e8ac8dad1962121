import { Tag } from "antd";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";

const STATE_COLORS = {
  running: "processing",
  returned: "warning",
  rejected: "error",
  withdrawn: "default",
  archived: "success",
} as const;
const EFFECT_COLORS = { none: "default", awaited: "processing", in_force: "success", failed: "error" } as const;

export function ProcessState({ state }: { state: Schemas["Process"]["state"] }) {
  const { term } = useWords();
  return <Tag color={STATE_COLORS[state]}>{term("process_state", state)}</Tag>;
}

/** Whether what was approved is so by now; nothing while there is nothing to say. */
export function EffectState({ effect }: { effect: Schemas["Process"]["effect"]["state"] }) {
  const { term } = useWords();
  return effect === "none" ? null : <Tag color={EFFECT_COLORS[effect]}>{term("effect_state", effect)}</Tag>;
}
