/** What has a unit cost; an e-commerce order brings its purchase price. */
export const COSTED_TYPES = ["industry_sms", "marketing_sms", "international_sms", "mms", "voice", "software"] as const;
