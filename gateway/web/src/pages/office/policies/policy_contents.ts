/** What of each policy can be set; the rest says who set it, when and why. */
import type { Schemas } from "../../../api/client";

export type FunnelContent = Omit<Schemas["SetPolicy"], "version" | "reason">;
export type MatchingContent = Omit<Schemas["SetMatchingPolicy"], "version" | "reason">;
export type NotificationContent = Omit<Schemas["SetNotificationPolicy"], "version" | "reason">;
