/** What the form of the channels has, and what the API calls it. */
import dayjs, { type Dayjs } from "dayjs";
import type { Schemas } from "../../api/client";

type Preferences = Schemas["MessagePreferences"];
export type ChannelName = Schemas["Channel"]["channel"];
export type Category = Schemas["Message"]["category"];
export type Way = "at_once" | "digest" | "never";

export const CHANNELS: ChannelName[] = ["email", "wecom", "dingtalk", "feishu"];
export const SIGNED: ChannelName[] = ["dingtalk", "feishu"];
export const CATEGORIES: Category[] = ["task", "funnel", "contract", "billing", "payment", "customer", "system"];
export const WAYS: Way[] = ["at_once", "digest", "never"];

const CLOCK = "HH:mm";

export interface ChannelEntered {
  is_on: boolean;
  ways: Record<Category, Way>;
  least_severity: Schemas["Channel"]["least_severity"];
  webhook_url?: string;
  secret?: string;
}

export interface Entered {
  language: Preferences["language"];
  digest_at: Dayjs;
  is_quiet: boolean;
  quiet_hours?: [Dayjs, Dayjs];
  /** Undefined where there is no channel to set. */
  channels?: Partial<Record<ChannelName, ChannelEntered>>;
}

const clock = (time: string) => dayjs(`2000-01-01T${time}`);

/** Those that one can set: that the system has, or that one has set already. */
export function settable({ available, channels }: Preferences): ChannelName[] {
  return CHANNELS.filter((name) => available.includes(name) || channels.some(({ channel }) => channel === name));
}

export function entered(preferences: Preferences): Entered {
  const { language, digest_at, quiet_hours } = preferences;
  return {
    language,
    digest_at: clock(digest_at),
    is_quiet: quiet_hours !== null,
    quiet_hours: [clock(quiet_hours?.from ?? "20:00"), clock(quiet_hours?.until ?? "08:00")],
    channels: Object.fromEntries(
      settable(preferences).map((name) => [
        name,
        channelEntered(preferences.channels.find((one) => one.channel === name)),
      ]),
    ),
  };
}

function channelEntered(channel: Schemas["Channel"] | undefined): ChannelEntered {
  const wayOf = (category: Category): Way => {
    if (channel === undefined) {
      // To begin with, what waits for a decision is told at once.
      return category === "task" ? "at_once" : "never";
    }
    return channel.at_once.includes(category) ? "at_once" : channel.digest.includes(category) ? "digest" : "never";
  };
  return {
    is_on: channel?.is_on ?? false,
    ways: Object.fromEntries(CATEGORIES.map((category) => [category, wayOf(category)])) as Record<Category, Way>,
    least_severity: channel?.least_severity ?? "info",
  };
}

/** What is sent: channels that were never set and are not on are left out. */
export function asked(values: Entered, preferences: Preferences): Schemas["SetMessagePreferences"] {
  const known = new Set(preferences.channels.map(({ channel }) => channel));
  const names = namesSent(values, known);
  return {
    version: preferences.version,
    language: values.language,
    digest_at: values.digest_at.format(CLOCK),
    quiet_hours:
      values.is_quiet && values.quiet_hours
        ? { from: values.quiet_hours[0].format(CLOCK), until: values.quiet_hours[1].format(CLOCK) }
        : null,
    channels: names.flatMap((channel) => {
      const one = values.channels?.[channel];
      return one === undefined ? [] : [channelAsked(channel, one)];
    }),
  };
}

function channelAsked(channel: ChannelName, one: ChannelEntered): Schemas["SetChannel"] {
  const those = (way: Way) => CATEGORIES.filter((category) => one.ways[category] === way);
  return {
    channel,
    is_on: one.is_on,
    at_once: those("at_once"),
    digest: those("digest"),
    least_severity: one.least_severity,
    // Left empty, what is known of the robot stays as it is.
    webhook_url: one.webhook_url || null,
    secret: one.secret || null,
  };
}

function namesSent(values: Entered, known: Set<ChannelName>): ChannelName[] {
  return CHANNELS.filter((name) => values.channels?.[name]?.is_on || (known.has(name) && values.channels?.[name]));
}

/** `channels.0.webhook_url` of what was sent as the form's field. */
export function fieldOf(field: string, values: Entered, preferences: Preferences): (string | number)[] {
  const [first = "", index = "", ...rest] = field.split(".");
  if (first !== "channels") {
    return field.startsWith("quiet_hours") ? ["quiet_hours"] : [first];
  }
  const names = namesSent(values, new Set(preferences.channels.map(({ channel }) => channel)));
  return ["channels", names[Number(index)] ?? index, ...rest];
}
