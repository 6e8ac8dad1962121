import type { ReactNode } from "react";
import type { FieldPath } from "../api/problem";
import { errorsAt, type FieldErrors, type FormField } from "./field";

/** The id of a place's control, by which its label, its error and the summary find it. */
export function idOf(path: FieldPath): string {
  return `field-${path.join("-")}`;
}

interface FieldFrameProps {
  field: FormField;
  path: FieldPath;
  name: string;
  errors: FieldErrors;
  isRequired: boolean;
  /** Takes the form's whole width. */
  isWide?: boolean;
  /** Has several controls, so that no label can be the label of one. */
  isGroup?: boolean;
  hint?: ReactNode;
  children: ReactNode;
}

/** A field with its name above it, and under it what is wrong. */
export function FieldFrame(props: FieldFrameProps) {
  const { path, name, errors, isRequired, isWide = false, isGroup = false, hint, children } = props;
  const id = idOf(path);
  const nameClass = isRequired ? "form-name form-required" : "form-name";
  const body = (
    <>
      {isGroup ? (
        <legend className={nameClass}>{name}</legend>
      ) : (
        <label className={nameClass} htmlFor={id}>
          {name}
        </label>
      )}
      {hint !== undefined && <p className="form-hint quiet">{hint}</p>}
      {children}
      <FieldError path={path} errors={errors} />
    </>
  );
  const classes = isWide ? "form-field form-wide" : "form-field";
  return isGroup ? (
    <fieldset id={`${id}-frame`} className={classes} tabIndex={-1}>
      {body}
    </fieldset>
  ) : (
    <div id={`${id}-frame`} className={classes}>
      {body}
    </div>
  );
}

/** What is wrong at one place. */
export function FieldError({ path, errors }: { path: FieldPath; errors: FieldErrors }) {
  const messages = errorsAt(errors, path);
  return messages.length === 0 ? null : (
    <p className="form-error" id={`${idOf(path)}-error`}>
      {messages.join(" ")}
    </p>
  );
}
