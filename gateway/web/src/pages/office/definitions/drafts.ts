import { queryClient } from "../../../api/queries";

/** Where the draft of a definition is edited. */
export function draftAddress(code: string): string {
  return `/office/definitions/${code}/draft`;
}

/** Have the list of drafts read again, and no draft: one that is gone would be asked for by the page that still shows it. */
export async function readDraftsAgain(): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[1] === "/api/v1/process-definition-drafts",
  });
}
