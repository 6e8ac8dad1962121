import { Input, type InputProps } from "antd";
import { useState } from "react";
import { tidied, typedFigure } from "./decimals";
import { textOf } from "./field";

interface FigureInputProps
  extends Pick<InputProps, "id" | "status" | "disabled" | "prefix" | "suffix" | "placeholder" | "onPressEnter"> {
  value: unknown;
  /** A whole number as a number, a decimal as its text; what is neither yet as it was typed. */
  onChange: (value: string | number | undefined) => void;
  isWhole?: boolean;
  label?: string;
  describedBy?: string;
}

const WHOLE = /^-?\d{1,15}$/;

/** Text as the API takes it: a whole number is one, everything else stays a text. */
export function figureOf(text: string, isWhole: boolean): string | number | undefined {
  const figure = tidied(typedFigure(text));
  if (figure === "") {
    return undefined;
  }
  return isWhole && WHOLE.test(figure) ? Number(figure) : figure;
}

function grouped(text: string): string {
  const [, sign = "", whole = "", rest = ""] = /^(-?)(\d+)(\.\d*)?$/.exec(text) ?? [];
  return whole === "" ? text : `${sign}${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}${rest}`;
}

/**
 * A figure: as it is typed while one types, grouped again afterwards. No binary number stands between.
 *
 * What is shown does not change when it gets the focus: what the browser has selected then is still selected.
 */
export function FigureInput({ value, onChange, isWhole = false, label, describedBy, ...rest }: FigureInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Input
      {...rest}
      className="figure-input"
      inputMode={isWhole ? "numeric" : "decimal"}
      autoComplete="off"
      aria-label={label}
      aria-invalid={rest.status === "error"}
      aria-describedby={describedBy}
      value={typed ?? grouped(textOf(value))}
      onBlur={() => setTyped(null)}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(figureOf(target.value, isWhole));
      }}
    />
  );
}
