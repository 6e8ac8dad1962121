import { Button } from "antd";
import { fenOf, quantity } from "../../format/figures";
import { useWords } from "../../words";
import { countFor, lineAmount } from "../decimals";
import { type FieldProps, textOf } from "../field";
import { PlainControl } from "../plain_control";

/** How many messages a recharge is: whoever knows what the customer pays has them counted. */
export function RechargeMessagesField(props: FieldProps) {
  const { value, values, onChange } = props;
  const { t } = useWords();
  const { amount, unit_price } = values;
  const paid = fenOf(textOf(amount));
  const fitting = countFor(amount, unit_price);
  const isRight = paid !== null && paid === fenOf(lineAmount(value, unit_price) ?? "");
  return (
    <>
      <PlainControl {...props} />
      {fitting !== undefined && !isRight && (
        <p className="form-hint">
          <Button type="link" size="small" onClick={() => onChange(fitting)}>
            {t("processes.form.recharge.take_messages", { messages: quantity(fitting) })}
          </Button>
        </p>
      )}
    </>
  );
}
