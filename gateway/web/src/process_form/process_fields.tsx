import { Skeleton } from "antd";
import { Suspense, useCallback, useMemo } from "react";
import { useWords } from "../words";
import type { FieldProps, FormField, FormSubject, FormValues } from "./field";
import { FieldFrame, idOf } from "./field_frame";
import { fieldsAt, isRequired, isSeenAt } from "./form_values";
import { isGroup, PlainControl } from "./plain_control";
import "./process_form.css";
import { isShown, specialField } from "./registry";
import type { ProcessForm } from "./use_process_form";

export interface ProcessFieldsProps {
  /** Of the process: `recharge`. */
  code: string;
  /** All fields of its definition: `definition.fields`, of a running process `process.fields`. */
  fields: readonly FormField[];
  /** Whose fields: `start` for the initiator, also of what came back; else the node of the handler's own task. */
  node: string;
  /** What the process is about; `useSubject` reads it. */
  subject: FormSubject;
  /** From `useProcessForm(initial)`. */
  form: ProcessForm;
  /** Of the process, once it runs. */
  processId?: string;
  isReadOnly?: boolean;
}

const WIDE = new Set<FormField["type"]>(["long_text", "grid", "object", "attachments", "list"]);

/**
 * The fields of a process as its definition has them, for whoever enters some: the initiator at the start or when it came back,
 * a handler at his or her node. A field that needs more than its type says has a component of its own (`registry.tsx`).
 *
 *     const form = useProcessForm(process.form);
 *     <ProcessFields code={process.code} fields={process.fields} node={task.node} subject={subject} form={form} processId={process.id} />
 *     …
 *     const shown = shownFields(process.code, process.fields, task.node, form.values, subject);
 *     const errors = definitionErrors(t, shown, process.fields, form.values, process.code);   // none: send entered(shown, form.values)
 *     form.setErrors(errorsOfProblem(refusal, process.fields).errors);           // beside the very cells
 */
export function ProcessFields({
  code,
  fields,
  node,
  subject,
  form,
  processId,
  isReadOnly = false,
}: ProcessFieldsProps) {
  const { values } = form;
  const enterable = new Set(shownFields(code, fields, node, values, subject));
  const shown = fields.filter((field) => enterable.has(field) || isShownComputed(code, field, node, values, subject));
  return (
    <div className="process-form">
      {shown.map((field) => (
        <ProcessField
          key={field.code}
          code={code}
          field={field}
          fields={fields}
          subject={subject}
          form={form}
          processId={processId}
          isReadOnly={isReadOnly}
        />
      ))}
    </div>
  );
}

/** The fields that somebody at a node enters as the form stands now: those whose condition is met, that he or she may see. */
export function shownFields(
  code: string,
  fields: readonly FormField[],
  node: string,
  values: FormValues,
  subject: FormSubject,
): FormField[] {
  return fieldsAt(fields, node).filter(
    (field) => isSeenAt(field, node) && isShown(code, field, fields, values, subject),
  );
}

/** What the owning service computes is shown before it is sent, where the console can say it already. */
function isShownComputed(
  code: string,
  field: FormField,
  node: string,
  values: FormValues,
  subject: FormSubject,
): boolean {
  const special = specialField(code, field.code);
  return (
    field.is_computed &&
    node === "start" &&
    special?.Component !== undefined &&
    (special.isShown?.(values, subject) ?? true)
  );
}

interface ProcessFieldProps {
  code: string;
  field: FormField;
  fields: readonly FormField[];
  subject: FormSubject;
  form: ProcessForm;
  processId: string | undefined;
  isReadOnly: boolean;
}

function ProcessField({ code, field, fields, subject, form, processId, isReadOnly }: ProcessFieldProps) {
  const { t, named } = useWords();
  const { values, errors, setValue, onBusy } = form;
  const special = specialField(code, field.code);
  const path = useMemo(() => [field.code], [field.code]);
  const onChange = useCallback((value: unknown) => setValue(field.code, value), [setValue, field.code]);
  const props: FieldProps = {
    code,
    field,
    path,
    value: values[field.code],
    onChange,
    errors,
    values,
    setValue,
    subject,
    processId,
    isReadOnly: isReadOnly || field.is_computed,
    id: idOf(path),
    onBusy,
  };
  const Special = special?.Component;
  const hint = special?.hint;
  return (
    <FieldFrame
      field={field}
      path={path}
      name={named(field)}
      errors={errors}
      isRequired={!field.is_computed && isRequired(field, fields, values)}
      isWide={special?.isWide ?? WIDE.has(field.type)}
      isGroup={special?.isGroup ?? isGroup(field.type, field.choices.length)}
      hint={hint === undefined ? undefined : t(hint)}
    >
      {Special === undefined ? (
        <PlainControl {...props} />
      ) : (
        <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 2 }} />}>
          <Special {...props} />
        </Suspense>
      )}
    </FieldFrame>
  );
}
