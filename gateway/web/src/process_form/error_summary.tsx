import { Alert, Button } from "antd";
import { fieldPath } from "../api/problem";
import { useWords } from "../words";
import type { FieldErrors, FormField } from "./field";
import { idOf } from "./field_frame";
import { placeName } from "./labels";

interface ErrorSummaryProps {
  fields: readonly FormField[];
  errors: FieldErrors;
  /** What is wrong with no field of the form. */
  others: string[];
}

const LINES_MAX = 12;

/** Everything that is wrong, above the form: each leads to its very cell. */
export function ErrorSummary({ fields, errors, others }: ErrorSummaryProps) {
  const words = useWords();
  const { t } = words;
  const places = Object.entries(errors);
  if (places.length === 0 && others.length === 0) {
    return null;
  }
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={places.length > 0 ? t("processes.form.wrong", { count: places.length }) : others[0]}
      description={
        <ul className="form-errors">
          {(places.length > 0 ? others : others.slice(1)).map((message) => (
            <li key={message}>{message}</li>
          ))}
          {places.slice(0, LINES_MAX).map(([key, messages]) => (
            <li key={key}>
              <Button type="link" size="small" onClick={() => focusPlace(key)}>
                {placeName(fields, fieldPath(key), words)}
              </Button>
              {messages.join(" ")}
            </li>
          ))}
          {places.length > LINES_MAX && <li>{t("processes.form.wrong_more", { count: places.length - LINES_MAX })}</li>}
        </ul>
      }
    />
  );
}

/** Go to a place's control, or to what it stands in if it has none of its own. */
export function focusPlace(key: string): void {
  const path = fieldPath(key);
  for (let depth = path.length; depth > 0; depth -= 1) {
    const id = idOf(path.slice(0, depth));
    const control = document.getElementById(id) ?? document.getElementById(`${id}-frame`);
    if (control !== null) {
      control.scrollIntoView({ block: "center" });
      control.focus({ preventScroll: true });
      return;
    }
  }
}
