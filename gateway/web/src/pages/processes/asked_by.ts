/** What the address of a start form asks for. */

import { likelyType, type SubjectType, subjectOf } from "../../process_form/subject";
import { askDraftAhead, draftKey } from "../../process_form/use_draft";
import { definitionOf } from "./records";

export interface AskedBy {
  subjectId: string | undefined;
  /** Of the subject, where it is not the definition's own. */
  type: SubjectType | undefined;
  customerId: string | undefined;
}

/** A draft's key says what it is about. */
export function askedBy(code: string, search: URLSearchParams): AskedBy {
  const key = search.get("draft");
  const ofDraft = key?.startsWith(`${code}:`) ? key.slice(code.length + 1) : undefined;
  const type = search.get("subject_type");
  return {
    subjectId: search.get("subject") ?? ofDraft,
    type: type === "customer" || type === "product" || type === "account" ? type : undefined,
    customerId: search.get("customer") ?? undefined,
  };
}

/** What the process is about: one that is about a customer needs to be told no more than that. */
export function subjectIdOf({ subjectId, customerId }: AskedBy, type: SubjectType): string | undefined {
  return subjectId ?? (type === "customer" ? customerId : undefined);
}

/** All that a start form waits for before it can be filled in. */
export function aheadOfStart(code: string, search: URLSearchParams) {
  const asked = askedBy(code, search);
  const type = asked.type ?? likelyType(code);
  const subjectId = subjectIdOf(asked, type);
  if (subjectId === undefined) {
    return [definitionOf(code)];
  }
  askDraftAhead(draftKey(code, subjectId));
  return [definitionOf(code), subjectOf(code, type, subjectId)];
}
