/** The API's codes in the order that one chooses among them; what they are called stands in `terms`. */

export const OWNED_TIERS = ["contract", "trial", "intent", "silent"] as const;

export const PRODUCT_TYPES = [
  "industry_sms",
  "marketing_sms",
  "international_sms",
  "mms",
  "voice",
  "software",
] as const;
export const PAYMENT_MODES = ["postpaid", "prepaid"] as const;
export const INTERFACES = ["http", "cmpp", "smpp", "sgip", "web"] as const;
export const CHANNELS = ["call", "wechat", "visit", "email", "other"] as const;
export const ACCOUNT_STATES = ["trial", "active", "blocked", "closed"] as const;

/** Sections of GB/T 4754. */
export const INDUSTRIES = [..."ABCDEFGHIJKLMNOPQRST"];
