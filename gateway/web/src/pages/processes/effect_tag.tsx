import type { Schemas } from "../../api/client";
import { StateTag } from "../../shell/state_tag";

/** Whether what was approved is so by now; nothing while there is nothing to say. */
export function EffectTag({ effect }: { effect: Schemas["Process"]["effect"]["state"] }) {
  return effect === "none" ? null : <StateTag of="effect_state" state={effect} />;
}
