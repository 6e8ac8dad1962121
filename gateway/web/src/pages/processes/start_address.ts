/**
 * Where a process is started from whatever page one is on.
 *
 * @param code of the process: `reconciliation`.
 * @param subjectId of the customer, product or account that it is about; without it the page asks.
 * @param form what is already known of its form: lists parted by commas, grids as JSON.
 */
export function startAddress(code: string, subjectId?: string, form: Record<string, string> = {}): string {
  const asked = new URLSearchParams(subjectId ? { subject: subjectId } : {});
  for (const [field, value] of Object.entries(form)) {
    asked.set(`f.${field}`, value);
  }
  const search = asked.toString();
  return `/processes/start/${code}${search ? `?${search}` : ""}`;
}
