/** What of each policy can be set; the rest says who set it, when and why. */
import type { Schemas } from "../../../api/client";

type Said = "version" | "reason" | "set_by_id" | "set_by_name" | "set_at";

export type FunnelContent = Omit<Schemas["SetPolicy"], "version" | "reason">;
export type MatchingContent = Omit<Schemas["SetMatchingPolicy"], "version" | "reason">;
export type NotificationContent = Omit<Schemas["SetNotificationPolicy"], "version" | "reason">;

export function contentOf<Policy extends Record<Said, unknown>>(policy: Policy): Omit<Policy, Said> {
  const { version: _version, reason: _reason, set_by_id: _id, set_by_name: _name, set_at: _at, ...content } = policy;
  return content;
}
