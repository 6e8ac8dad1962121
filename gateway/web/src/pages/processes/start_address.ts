import type { Schemas } from "../../api/client";

/**
 * Where a process is started from whatever page one is on.
 *
 * @param code of the process: `reconciliation`.
 * @param subjectId of the customer, product or account that it is about; without it the page asks.
 * @param form what is already known of its form: lists parted by commas, grids as JSON.
 * @param subjectType where it is not what the definition says: a test account for a customer that has not the product yet.
 */
export function startAddress(
  code: string,
  subjectId?: string,
  form: Record<string, string> = {},
  subjectType?: Schemas["StartSubject"]["type"],
): string {
  const asked = new URLSearchParams({
    ...(subjectId ? { subject: subjectId } : {}),
    ...(subjectType ? { subject_type: subjectType } : {}),
  });
  for (const [field, value] of Object.entries(form)) {
    asked.set(`f.${field}`, value);
  }
  const search = asked.toString();
  return `/processes/start/${code}${search ? `?${search}` : ""}`;
}
