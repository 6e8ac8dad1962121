/** What one writes at one's task and has not sent: kept as a draft, as of any form. */
import type { Schemas } from "../../api/client";
import type { FormValues } from "../../process_form/field";
import type { DraftContent } from "../../process_form/use_draft";
import type { NamedFile } from "./attachment_list";
import { filesOf, isRow } from "./shown_values";

type Task = Schemas["OwnTask"];

export interface Written {
  opinion: string;
  files: NamedFile[];
  /** The task's fields, as far as they are entered. */
  entered: FormValues;
}

const NOTHING: Written = { opinion: "", files: [], entered: {} };

/** @returns whether a draft is of this task: an earlier one of the same process may have left its own. */
export function isOf(task: Task, draft: DraftContent): boolean {
  return draft.form.task === task.id;
}

/** What a draft of the task holds: of the form only what is entered there, as all else may have changed since. */
export function writtenIn(task: Task, draft: DraftContent | null): Written {
  if (draft === null || !isOf(task, draft)) {
    return NOTHING;
  }
  const { entered, files } = draft.form;
  return { opinion: draft.opinion, files: filesOf(files), entered: isRow(entered) ? fieldsOf(task, entered) : {} };
}

export function draftOf(task: Task, values: FormValues, files: NamedFile[], opinion: string): DraftContent {
  return { form: { task: task.id, entered: fieldsOf(task, values), files }, handlers: {}, opinion };
}

function fieldsOf(task: Task, values: FormValues): FormValues {
  return Object.fromEntries(task.enters.filter(({ code }) => code in values).map(({ code }) => [code, values[code]]));
}
