/** Where the draft of a definition is edited. */
export function draftAddress(code: string): string {
  return `/office/definitions/${code}/draft`;
}
