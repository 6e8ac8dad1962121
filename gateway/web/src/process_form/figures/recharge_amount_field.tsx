import { Button } from "antd";
import { useEffect, useRef } from "react";
import { amount, fenOf, quantity } from "../../format/figures";
import { useWords } from "../../words";
import { lineAmount } from "../decimals";
import { type FieldProps, textOf } from "../field";
import { PlainControl } from "../plain_control";

/** The amount of a recharge: it must be its messages times their price to the fen, and follows them until one types it oneself. */
export function RechargeAmountField(props: FieldProps) {
  const { value, values, onChange } = props;
  const { t } = useWords();
  const { messages, unit_price } = values;
  const right = lineAmount(messages, unit_price);
  const followed = useRef<string>(undefined);
  useEffect(() => {
    if (right === undefined) {
      return;
    }
    const isFollowing = value === undefined || value === followed.current;
    if (isFollowing && value !== right) {
      onChange(right);
    }
    if (isFollowing || value === right) {
      followed.current = right;
    }
  }, [right, value, onChange]);
  const isRight = right !== undefined && fenOf(textOf(value)) === fenOf(right);
  return (
    <>
      <PlainControl {...props} />
      {right !== undefined && (
        <p className={isRight ? "form-hint quiet" : "form-hint loss"} aria-live="polite">
          {t("processes.form.recharge.product", {
            messages: quantity(typeof messages === "number" ? messages : null),
            price: amount(textOf(unit_price), 0),
            amount: amount(right),
          })}
          {!isRight && (
            <Button type="link" size="small" onClick={() => onChange(right)}>
              {t("processes.form.recharge.take", { amount: amount(right) })}
            </Button>
          )}
        </p>
      )}
    </>
  );
}
