/** Policies in words, a line for each thing that can be set: to be read, and to say what a version changed. */

import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { percent } from "../../../format/figures";
import { type Translate, useWords } from "../../../words";
import type { FunnelContent } from "./policy_contents";

export interface PolicyLine {
  key: string;
  group: "rises" | "falls" | "pool";
  label: string;
  value: string;
}

type Window = Schemas["Window"];

export const RISES = [
  "silent_to_intent",
  "silent_to_trial",
  "silent_to_contract",
  "intent_to_trial",
  "intent_to_contract",
  "trial_to_contract",
] as const;

/** The rules that time brings about, and the window of each in the policy. */
export const FALLS = [
  { rule: "contract_quiet", window: ["quiet", "contract"] },
  { rule: "contract_expiring", window: ["renewal_notice"] },
  { rule: "contract_ended", window: ["renewal_grace"] },
  { rule: "trial_quiet", window: ["quiet", "trial"] },
  { rule: "intent_quiet", window: ["quiet", "intent"] },
  { rule: "silent_quiet", window: ["quiet", "silent"] },
] as const;

export const HELD_TIERS = ["contract", "trial", "intent", "silent"] as const;

function windowOf(policy: FunnelContent, [first, tier]: (typeof FALLS)[number]["window"]): Window {
  return first === "quiet" ? policy.quiet[tier] : policy[first];
}

export function windowWords({ months = 0, days = 0 }: Window, t: Translate): string {
  const parts = [
    months > 0 ? t("office.policies.months", { count: months }) : "",
    days > 0 || months === 0 ? t("office.policies.days", { count: days }) : "",
  ];
  return parts.filter(Boolean).join(" ");
}

/** The funnel's policy, line by line. */
export function useFunnelLines(): (policy: FunnelContent) => PolicyLine[] {
  const { t, term } = useWords();
  return useMemo(
    () => (policy) => {
      const onOff = (isOn: boolean) => t(isOn ? "office.policies.on" : "office.policies.off");
      const limit = (count: number | null | undefined) =>
        count === null || count === undefined ? t("office.policies.any_number") : String(count);
      return [
        ...RISES.map<PolicyLine>((rule) => ({
          key: `rules.${rule}`,
          group: "rises",
          label: t(`office.policies.rule.${rule}`),
          value: onOff(policy.rules[rule]),
        })),
        ...FALLS.map<PolicyLine>(({ rule, window }) => ({
          key: `rules.${rule}`,
          group: "falls",
          label: t(`office.policies.rule.${rule}`),
          value: policy.rules[rule]
            ? windowWords(windowOf(policy, window), t)
            : `${onOff(false)} (${windowWords(windowOf(policy, window), t)})`,
        })),
        {
          key: "completeness",
          group: "rises",
          label: t("office.policies.completeness"),
          value: percent(policy.completeness),
        },
        {
          key: "warning_days",
          group: "falls",
          label: t("office.policies.warning_days"),
          value:
            policy.warning_days === 0
              ? t("office.policies.never")
              : t("office.policies.days", { count: policy.warning_days }),
        },
        {
          key: "claimed_tier",
          group: "pool",
          label: t("office.policies.claimed_tier"),
          value: term("tier", policy.claimed_tier),
        },
        {
          key: "claims_per_day",
          group: "pool",
          label: t("office.policies.claims_per_day"),
          value: limit(policy.claims_per_day),
        },
        {
          key: "reclaim_wait_days",
          group: "pool",
          label: t("office.policies.reclaim_wait_days"),
          value: t("office.policies.days", { count: policy.reclaim_wait_days }),
        },
        ...HELD_TIERS.map<PolicyLine>((tier) => ({
          key: `holding_limits.${tier}`,
          group: "pool",
          label: t("office.policies.holding_limit", { tier: term("tier", tier) }),
          value: limit(policy.holding_limits[tier]),
        })),
      ];
    },
    [t, term],
  );
}
