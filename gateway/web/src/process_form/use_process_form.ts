import { useCallback, useMemo, useReducer } from "react";
import { asProblem, type Problem } from "../api/problem";
import { labelled, type Translate } from "../words";
import type { FieldErrors, FormField, FormValues } from "./field";
import { errorsAfter, type Fault, faultsOf } from "./form_values";
import { specialField } from "./registry";

export interface ProcessForm {
  values: FormValues;
  errors: FieldErrors;
  /** Whether something is under way, an upload say, that sending must wait for. */
  isBusy: boolean;
  /** These four stay the same as long as the form is there. */
  setValue: (field: string, value: unknown) => void;
  /** Fill the whole form anew. */
  replace: (values: FormValues) => void;
  setErrors: (errors: FieldErrors) => void;
  onBusy: (isBusy: boolean) => void;
}

interface State {
  values: FormValues;
  errors: FieldErrors;
  busy: number;
}

type Change =
  | { kind: "value"; field: string; value: unknown }
  | { kind: "replace"; values: FormValues }
  | { kind: "errors"; errors: FieldErrors }
  | { kind: "busy"; by: number };

const NONE: FieldErrors = {};

function changed(state: State, change: Change): State {
  switch (change.kind) {
    case "value": {
      const { field, value } = change;
      const errors = errorsAfter(state.errors, field, state.values[field], value);
      return { ...state, values: { ...state.values, [field]: value }, errors };
    }
    case "replace":
      return { ...state, values: change.values, errors: NONE };
    case "errors":
      return { ...state, errors: change.errors };
    case "busy":
      return { ...state, busy: state.busy + change.by };
  }
}

/**
 * What `ProcessFields` shows and changes: the values as the API takes them, and what is wrong by path.
 *
 * @param initial what it begins with: a draft, the form of a process that came back; read once.
 */
export function useProcessForm(initial: FormValues): ProcessForm {
  const [state, change] = useReducer(changed, { values: initial, errors: NONE, busy: 0 });
  const setValue = useCallback((field: string, value: unknown) => change({ kind: "value", field, value }), []);
  const replace = useCallback((values: FormValues) => change({ kind: "replace", values }), []);
  const setErrors = useCallback((errors: FieldErrors) => change({ kind: "errors", errors }), []);
  const onBusy = useCallback((isBusy: boolean) => change({ kind: "busy", by: isBusy ? 1 : -1 }), []);
  const { values, errors, busy } = state;
  return useMemo(
    () => ({ values, errors, isBusy: busy > 0, setValue, replace, setErrors, onBusy }),
    [values, errors, busy, setValue, replace, setErrors, onBusy],
  );
}

export function faultWords(t: Translate, { code, params }: Fault): string {
  return t(`processes.form.fault.${code}`, params);
}

/**
 * What is wrong as far as the definition, and a field's own component, can say, in words: nothing needs to be sent to learn it.
 *
 * @param code of the process.
 */
export function definitionErrors(
  t: Translate,
  shown: readonly FormField[],
  fields: readonly FormField[],
  values: FormValues,
  code = "",
): FieldErrors {
  const own = shown.flatMap((field) => specialField(code, field.code)?.faults?.(values[field.code]) ?? []);
  const found = new Map([...own, ...faultsOf(shown, fields, values)]);
  return Object.fromEntries([...found].map(([path, fault]) => [path, [faultWords(t, fault)]]));
}

/**
 * A refusal's errors by the form's paths, and what of it is about no field of the form.
 *
 * @param nameOf what such another place is called: a node whose people one chooses, say.
 */
export function errorsOfProblem(
  error: unknown,
  fields: readonly FormField[],
  nameOf: (place: string) => string | undefined = () => undefined,
): { problem: Problem; errors: FieldErrors; others: string[] } {
  const problem = asProblem(error);
  const known = new Set(fields.map(({ code }) => code));
  const errors: Record<string, string[]> = {};
  const others: string[] = [];
  for (const { field, message } of problem.errors) {
    const path = field.replace(/^form\./, "");
    if (known.has(path.split(".")[0] ?? "")) {
      errors[path] = [...(errors[path] ?? []), message];
    } else {
      others.push(labelled(nameOf(field), message));
    }
  }
  return { problem, errors, others };
}
