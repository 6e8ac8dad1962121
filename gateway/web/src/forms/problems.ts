import type { FormInstance } from "antd";
import type { NotificationInstance } from "antd/es/notification/interface";
import { asProblem, fieldPath, type Problem } from "../api/problem";
import { labelled, translate } from "../words";

interface Where {
  /** Its fields are marked with what is wrong about them. */
  form?: FormInstance;
  notification: NotificationInstance;
  /** What to do where somebody was faster: read again what is shown. */
  readAgain?: () => unknown;
  /** From the API's name of a field to the form's; without it they are the same. */
  fieldOf?: (field: string) => (string | number)[];
}

/**
 * Say what went wrong where it is seen: beside the field, or in a notification, and not twice. A lost race says what happened, and
 * what is shown is read again.
 */
export function showProblem(error: unknown, { form, notification, readAgain, fieldOf = fieldPath }: Where): Problem {
  const problem = asProblem(error);
  if (problem.status === 401) {
    // The sign-in that now stands over everything says so itself.
    return problem;
  }
  const unplaced = form === undefined ? problem.errors : markFields(form, problem, fieldOf);
  if (problem.isLostRace) {
    readAgain?.();
  }
  if (problem.errors.length > 0 && unplaced.length === 0) {
    return problem;
  }
  if (problem.isLostRace) {
    notification.warning({
      title: translate("problems.lost_race_title"),
      description: `${problem.message}${readAgain ? `\n${translate("problems.lost_race_text")}` : ""}`,
      style: { whiteSpace: "pre-line" },
      duration: 8,
    });
  } else {
    notification.error({
      title: problem.message,
      description: [
        ...unplaced.map(({ field, message }) => labelled(field, message)),
        ...(problem.status >= 500 && problem.traceId ? [translate("problems.trace", { id: problem.traceId })] : []),
      ].join("\n"),
      style: { whiteSpace: "pre-line" },
      duration: 8,
    });
  }
  return problem;
}

/** @returns what belongs to no field that the form has. */
function markFields(form: FormInstance, problem: Problem, fieldOf: NonNullable<Where["fieldOf"]>): Problem["errors"] {
  const byField = new Map<string, { name: (string | number)[]; errors: string[] }>();
  const unplaced: Problem["errors"] = [];
  const names = new Set(Object.keys(form.getFieldsValue(true) as object));
  for (const { field, message } of problem.errors) {
    const name = fieldOf(field);
    if (form.getFieldInstance(name) === undefined && !names.has(String(name[0]))) {
      unplaced.push({ field, message });
      continue;
    }
    const entry = byField.get(field) ?? { name, errors: [] };
    entry.errors.push(message);
    byField.set(field, entry);
  }
  const marked = [...byField.values()];
  form.setFields(marked);
  const first = marked[0];
  if (first !== undefined) {
    form.scrollToField(first.name, { block: "center" });
  }
  return unplaced;
}
