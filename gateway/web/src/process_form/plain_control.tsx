/** The control of a field by its type alone. */
import { DatePicker, Input, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { today } from "../format/dates";
import { useWords } from "../words";
import { AttachmentsField } from "./attachments_field";
import { type ControlProps, errorsAt, textOf, textsOf } from "./field";
import { FigureInput } from "./figure_input";
import { GridField } from "./grid_field";
import { ObjectField } from "./object_field";

const RADIOS_MAX = 4;
const COUNTED_MAX = 100;
const LIST_SEPARATORS = [",", "，", "、", ";", "；", "\n", "\t"];

/** What `role="group"` names instead of a label: what has more than one control. */
export function isGroup(type: ControlProps["field"]["type"], choices: number): boolean {
  return ["grid", "object", "attachments", "boolean"].includes(type) || (type === "choice" && choices <= RADIOS_MAX);
}

export function PlainControl(props: ControlProps) {
  const { field, value, onChange, path, errors, id, isReadOnly } = props;
  const { t, named } = useWords();
  const isWrong = errorsAt(errors, path).length > 0;
  const shared = {
    id,
    status: isWrong ? ("error" as const) : undefined,
    disabled: isReadOnly || field.is_computed,
    "aria-invalid": isWrong,
    "aria-describedby": isWrong ? `${id}-error` : undefined,
  };
  switch (field.type) {
    case "text":
    case "reference":
      return (
        <Input
          {...shared}
          value={textOf(value)}
          count={
            field.max_length !== null && field.max_length <= COUNTED_MAX
              ? { max: field.max_length, show: textOf(value).length * 2 > field.max_length }
              : undefined
          }
          onChange={({ target }) => onChange(target.value || undefined)}
        />
      );
    case "long_text":
      return (
        <Input.TextArea
          {...shared}
          value={textOf(value)}
          autoSize={{ minRows: 2, maxRows: 10 }}
          onChange={({ target }) => onChange(target.value || undefined)}
        />
      );
    case "integer":
    case "decimal":
    case "money":
      return (
        <FigureInput
          id={id}
          status={shared.status}
          disabled={shared.disabled}
          describedBy={shared["aria-describedby"]}
          prefix={field.type === "money" ? "¥" : undefined}
          isWhole={field.type === "integer"}
          value={value}
          onChange={onChange}
        />
      );
    case "date":
      return (
        <DateInput
          id={id}
          isWrong={isWrong}
          isDisabled={shared.disabled}
          value={typeof value === "string" ? value : undefined}
          onChange={onChange}
        />
      );
    case "boolean":
      return (
        <Radio.Group
          disabled={shared.disabled}
          value={typeof value === "boolean" ? value : undefined}
          onChange={({ target }) => onChange(target.value)}
          options={[
            { value: true, label: t("common.yes"), id },
            { value: false, label: t("common.no") },
          ]}
        />
      );
    case "choice": {
      const options = field.choices.map((choice) => ({ value: choice.code, label: named(choice) }));
      return options.length <= RADIOS_MAX ? (
        <Radio.Group
          disabled={shared.disabled}
          value={textOf(value) || undefined}
          onChange={({ target }) => onChange(target.value)}
          options={options.map((option, index) => (index === 0 ? { ...option, id } : option))}
        />
      ) : (
        <Select
          {...shared}
          allowClear={!field.required}
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("processes.form.choose")}
          value={textOf(value) || undefined}
          onChange={(chosen: string | undefined) => onChange(chosen)}
          options={options}
          style={{ width: "100%" }}
        />
      );
    }
    case "list":
      return (
        <Select
          {...shared}
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={LIST_SEPARATORS}
          placeholder={t("processes.form.list_hint")}
          value={textsOf(value)}
          onChange={(chosen: string[]) => onChange(chosen.map((each) => each.trim()).filter(Boolean))}
          style={{ width: "100%" }}
        />
      );
    case "attachments":
      return <AttachmentsField {...props} />;
    case "grid":
      return <GridField {...props} />;
    case "object":
      return <ObjectField {...props} />;
  }
}

interface DateInputProps {
  id?: string;
  label?: string;
  isWrong?: boolean;
  isDisabled?: boolean;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A day of the business's calendar; those that are asked for most are one click away. */
export function DateInput({ id, label, isWrong = false, isDisabled = false, value, onChange }: DateInputProps) {
  const { t } = useWords();
  const now = dayjs(today());
  const presets: { label: string; value: Dayjs }[] = [
    { label: t("common.today"), value: now },
    { label: t("processes.form.date.month_start"), value: now.startOf("month") },
    { label: t("processes.form.date.month_end"), value: now.endOf("month").startOf("day") },
    { label: t("processes.form.date.next_month_start"), value: now.add(1, "month").startOf("month") },
    { label: t("processes.form.date.year_end"), value: now.endOf("year").startOf("day") },
  ];
  return (
    <DatePicker
      id={id}
      aria-label={label}
      status={isWrong ? "error" : undefined}
      disabled={isDisabled}
      value={value !== undefined && dayjs(value).isValid() ? dayjs(value) : null}
      presets={presets}
      onChange={(chosen) => onChange(chosen === null ? undefined : chosen.format("YYYY-MM-DD"))}
      style={{ width: "100%" }}
    />
  );
}
