import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Input, Select, Space } from "antd";
import dayjs from "dayjs";
import { useWords } from "../../../words";
import { type Condition, isFlag, type Operand, operandOf, operatorsFor } from "./definition_content";

interface ConditionEditorProps {
  condition: Condition | null;
  operands: Operand[];
  onChange: (condition: Condition | null) => void;
}

/** When a node passes by itself: one comparison, or several joined by and/or, as deep as one needs. */
export function ConditionEditor({ condition, operands, onChange }: ConditionEditorProps) {
  const { t } = useWords();
  const [first] = operands;
  if (condition === null) {
    return (
      <Button
        icon={<PlusOutlined />}
        disabled={first === undefined}
        onClick={() => first && onChange(comparisonWith(first))}
      >
        {t("office.conditions.add")}
      </Button>
    );
  }
  const joint = condition.and ? "and" : condition.or ? "or" : undefined;
  if (joint === undefined) {
    return (
      <div className="condition">
        <Comparison condition={condition} operands={operands} onChange={onChange} />
        {first && (
          <Button size="small" onClick={() => onChange({ and: [condition, comparisonWith(first)] })}>
            {t("office.conditions.more")}
          </Button>
        )}
      </div>
    );
  }
  const parts = condition[joint] ?? [];
  const keep = (left: Condition[]) => onChange(left.length > 1 ? { [joint]: left } : (left[0] ?? null));
  return (
    <div className="condition">
      <div className="condition-row">
        <Select
          value={joint}
          aria-label={t("office.conditions.joint")}
          style={{ width: 220 }}
          options={[
            { value: "and", label: t("office.conditions.all_of") },
            { value: "or", label: t("office.conditions.any_of") },
          ]}
          onChange={(chosen: "and" | "or") => onChange({ [chosen]: parts })}
        />
      </div>
      {parts.map((part, index) => {
        const change = (changed: Condition | null) =>
          keep(changed === null ? parts.toSpliced(index, 1) : parts.with(index, changed));
        return part.and || part.or ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by where it stands
          <ConditionEditor key={index} condition={part} operands={operands} onChange={change} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by where it stands
          <Comparison key={index} condition={part} operands={operands} onChange={change} />
        );
      })}
      {first && (
        <Space wrap>
          <Button size="small" icon={<PlusOutlined />} onClick={() => keep([...parts, comparisonWith(first)])}>
            {t("office.conditions.add")}
          </Button>
          <Button
            size="small"
            onClick={() =>
              keep([...parts, { [joint === "and" ? "or" : "and"]: [comparisonWith(first), comparisonWith(first)] }])
            }
          >
            {t("office.conditions.add_group")}
          </Button>
        </Space>
      )}
    </div>
  );
}

function comparisonWith({ source, code, type, choices }: Operand): Condition {
  const value = type === "boolean" ? true : (choices[0]?.code ?? "");
  return { [source]: code, operator: "equals", value };
}

interface ComparisonProps {
  condition: Condition;
  operands: Operand[];
  onChange: (condition: Condition | null) => void;
}

function Comparison({ condition, operands, onChange }: ComparisonProps) {
  const { t, term, named } = useWords();
  const operand = operandOf(condition, operands);
  const key = (each: Operand) => `${each.source} ${each.code}`;
  const groups = (["fact", "field"] as const).map((source) => ({
    label: t(source === "fact" ? "office.dry_run.facts" : "office.definitions.fields"),
    options: operands
      .filter((each) => each.source === source)
      .map((each) => ({ value: key(each), label: named(each) })),
  }));
  return (
    <div className="condition-row">
      <Select
        value={operand === undefined ? undefined : key(operand)}
        placeholder={condition.field ?? condition.fact}
        aria-label={t("office.conditions.operand")}
        showSearch={{ optionFilterProp: "label" }}
        options={groups.filter(({ options }) => options.length > 0)}
        onChange={(chosen: string) => {
          const found = operands.find((each) => key(each) === chosen);
          if (found !== undefined) {
            onChange(comparisonWith(found));
          }
        }}
        style={{ minWidth: 180, flex: 2 }}
      />
      <Select
        value={condition.operator}
        aria-label={t("office.conditions.operator")}
        options={(operand === undefined ? [] : operatorsFor(operand)).map((value) => ({
          value,
          label: term("operator_of_conditions", value),
        }))}
        onChange={(operator: string) => {
          const isMany = operator === "in";
          const value = Array.isArray(condition.value) ? condition.value : [condition.value];
          onChange({ ...condition, operator, value: isMany ? value : value[0] });
        }}
        style={{ width: 120 }}
      />
      <div style={{ minWidth: 120, flex: 1 }}>
        <ComparedValue
          operand={operand}
          value={condition.value}
          isMany={condition.operator === "in"}
          onChange={(value) => onChange({ ...condition, value })}
        />
      </div>
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={t("office.conditions.remove")}
        onClick={() => onChange(null)}
      />
    </div>
  );
}

interface ComparedValueProps {
  operand: Operand | undefined;
  value: unknown;
  isMany: boolean;
  onChange: (value: unknown) => void;
}

function ComparedValue({ operand, value, isMany, onChange }: ComparedValueProps) {
  const { t, named } = useWords();
  const label = t("office.conditions.value");
  // Numbers of whole pieces travel as numbers, all others as texts.
  const typed = (text: string) => (operand?.type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text);
  if (isMany) {
    return (
      <Select
        mode={operand?.choices.length ? "multiple" : "tags"}
        value={(Array.isArray(value) ? value : []).map(String)}
        aria-label={label}
        options={operand?.choices.map((choice) => ({ value: choice.code, label: named(choice) }))}
        onChange={(chosen: string[]) => onChange(chosen.map(typed))}
        style={{ width: "100%" }}
      />
    );
  }
  if (operand?.type === "boolean") {
    return (
      <Select
        value={isFlag(value) ? value : undefined}
        aria-label={label}
        options={[
          { value: true, label: t("common.yes") },
          { value: false, label: t("common.no") },
        ]}
        onChange={onChange}
        style={{ width: "100%" }}
      />
    );
  }
  if (operand?.type === "choice") {
    return (
      <Select
        value={typeof value === "string" ? value : undefined}
        aria-label={label}
        options={operand.choices.map((choice) => ({ value: choice.code, label: named(choice) }))}
        onChange={onChange}
        style={{ width: "100%" }}
      />
    );
  }
  if (operand?.type === "date") {
    return (
      <DatePicker
        value={typeof value === "string" && value !== "" ? dayjs(value) : null}
        aria-label={label}
        onChange={(day) => onChange(day?.format("YYYY-MM-DD") ?? "")}
        style={{ width: "100%" }}
      />
    );
  }
  return (
    <Input value={String(value ?? "")} aria-label={label} onChange={(event) => onChange(typed(event.target.value))} />
  );
}
