import type { ControlProps, FormField } from "../../../process_form/field";
import { FieldFrame, idOf } from "../../../process_form/field_frame";
import { isGroup, PlainControl } from "../../../process_form/plain_control";
import "../../../process_form/process_form.css";
import { useWords } from "../../../words";

interface SampleFieldProps extends Pick<ControlProps, "errors" | "onBusy"> {
  part: "form" | "facts";
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** A field of a sample, entered as in the form itself; none is required: one tries what one wants to know. */
export function SampleField({ part, field, ...given }: SampleFieldProps) {
  const { named } = useWords();
  const path = [part, field.code];
  return (
    <FieldFrame
      field={field}
      path={path}
      errors={given.errors}
      isRequired={false}
      isWide={field.columns.length > 0}
      isGroup={isGroup(field.type, field.choices.length)}
      name={named(field)}
    >
      <PlainControl {...given} field={field} path={path} id={idOf(path)} isReadOnly={false} />
    </FieldFrame>
  );
}
