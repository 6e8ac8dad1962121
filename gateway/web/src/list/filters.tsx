/** The filters of a list: declared by its page, kept in the address. */
import { DatePicker, Input, InputNumber, Select, Space } from "antd";
import dayjs from "dayjs";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { dayOf } from "../format/dates";
import { labelled, useWords } from "../words";

export interface Option {
  value: string;
  label: ReactNode;
}

export type Filter =
  /** Free text; `q` is the search box and stands first. */
  | { kind: "text"; name: string; label: string }
  /** One of some; several in one parameter, parted by commas, where the API takes them so. */
  | { kind: "choice"; name: string; label: string; options: Option[]; isMultiple?: boolean; isLoading?: boolean }
  | { kind: "dates"; from: string; to: string; label: string }
  /** Days, where the API takes instants: the first is included, the last is not. */
  | { kind: "days"; from: string; to: string; label: string }
  | { kind: "figures"; from: string; to: string; label: string }
  | { kind: "flag"; name: string; label: string }
  | { kind: "month"; name: string; label: string }
  /** Whatever else: `set` takes the parameters that change, `undefined` clears. */
  | { kind: "own"; names: string[]; label: string; show: (values: Values, set: Change) => ReactNode };

export type Values = Record<string, string>;
export type Change = (values: Record<string, string | undefined>) => void;

export function namesOf(filter: Filter): string[] {
  switch (filter.kind) {
    case "dates":
    case "days":
    case "figures":
      return [filter.from, filter.to];
    case "own":
      return filter.names;
    default:
      return [filter.name];
  }
}

const TYPING_MS = 300;

/**
 * What is typed, and told once its typist pauses.
 *
 * @param value as it was told last; another one, from elsewhere, is taken over.
 * @returns the text, how it changes, and how to tell it at once.
 */
function useTyped(value: string, tell: (text: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  function tellNow(entered: string) {
    told.current = entered;
    tell(entered);
  }
  const tellLater = useEffectEvent(tellNow);
  useEffect(() => {
    if (text === told.current) {
      return;
    }
    const pause = setTimeout(() => tellLater(text), TYPING_MS);
    return () => clearTimeout(pause);
  }, [text]);
  return { text, setText, tellNow };
}

/** A text that is asked for once its typist pauses. */
export function SearchBox({
  value,
  label,
  onChange,
}: {
  value: string;
  label: string;
  onChange: (value: string) => void;
}) {
  const { text, setText, tellNow } = useTyped(value, onChange);
  return (
    <Input.Search
      allowClear
      value={text}
      placeholder={label}
      aria-label={label}
      onChange={(event) => setText(event.target.value)}
      onSearch={tellNow}
    />
  );
}

interface FigureBoxProps {
  value: string;
  label: string;
  placeholder: string;
  onChange: (value: string) => void;
}

/** A figure that is asked for once its typist pauses. */
function FigureBox({ value, label, placeholder, onChange }: FigureBoxProps) {
  const { text, setText } = useTyped(value, onChange);
  return (
    <InputNumber
      stringMode
      value={text || null}
      aria-label={label}
      placeholder={placeholder}
      onChange={(entered) => setText(entered === null ? "" : String(entered))}
      style={{ width: "50%" }}
    />
  );
}

/** How the ends of a range stand in the address. `end`: 0 the first, 1 the last. */
const DAYS = {
  dates: {
    read: (date: string | undefined, _end: 0 | 1) => (date ? dayjs(date) : null),
    write: (day: dayjs.Dayjs | null | undefined, _end: 0 | 1) => day?.format("YYYY-MM-DD"),
  },
  // Whole days in Shanghai: what begins the day after the last ends them.
  days: {
    read: (instant: string | undefined, end: 0 | 1) => (instant ? dayjs(dayOf(instant)).subtract(end, "day") : null),
    write: (day: dayjs.Dayjs | null | undefined, end: 0 | 1) =>
      day?.add(end, "day").format("YYYY-MM-DD[T00:00:00+08:00]"),
  },
};

export function FilterControl({ filter, values, set }: { filter: Filter; values: Values; set: Change }) {
  const { t } = useWords();
  switch (filter.kind) {
    case "text":
      return (
        <SearchBox
          value={values[filter.name] ?? ""}
          label={filter.label}
          onChange={(value) => set({ [filter.name]: value || undefined })}
        />
      );
    case "choice": {
      const value = values[filter.name];
      return (
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          mode={filter.isMultiple ? "multiple" : undefined}
          maxTagCount="responsive"
          loading={filter.isLoading}
          placeholder={filter.label}
          aria-label={filter.label}
          options={filter.options}
          value={filter.isMultiple ? (value?.split(",") ?? []) : value}
          onChange={(chosen: string | string[] | undefined) =>
            set({ [filter.name]: Array.isArray(chosen) ? chosen.join(",") || undefined : chosen })
          }
          style={{ width: "100%" }}
        />
      );
    }
    case "dates":
    case "days": {
      const { from, to, label } = filter;
      const { read, write } = DAYS[filter.kind];
      return (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a look of its own
        <div role="group" aria-label={label}>
          <DatePicker.RangePicker
            allowEmpty={[true, true]}
            placeholder={[`${label} ${t("common.list.from")}`, t("common.list.to")]}
            value={[read(values[from], 0), read(values[to], 1)]}
            onChange={(ends) => set({ [from]: write(ends?.[0], 0), [to]: write(ends?.[1], 1) })}
            style={{ width: "100%" }}
          />
        </div>
      );
    }
    case "figures":
      return (
        <Space.Compact style={{ width: "100%" }}>
          {([filter.from, filter.to] as const).map((name, index) => (
            <FigureBox
              key={name}
              value={values[name] ?? ""}
              label={`${filter.label} ${t(index === 0 ? "common.list.at_least" : "common.list.at_most")}`}
              placeholder={index === 0 ? `${filter.label} ${t("common.list.at_least")}` : t("common.list.at_most")}
              onChange={(value) => set({ [name]: value || undefined })}
            />
          ))}
        </Space.Compact>
      );
    case "flag":
      return (
        <Select
          allowClear
          placeholder={filter.label}
          aria-label={filter.label}
          value={values[filter.name]}
          options={[
            { value: "true", label: labelled(filter.label, t("common.yes")) },
            { value: "false", label: labelled(filter.label, t("common.no")) },
          ]}
          onChange={(chosen: string | undefined) => set({ [filter.name]: chosen })}
          style={{ width: "100%" }}
        />
      );
    case "month":
      return (
        <DatePicker
          picker="month"
          placeholder={filter.label}
          aria-label={filter.label}
          value={values[filter.name] ? dayjs(`${values[filter.name]}-01`) : null}
          onChange={(month) => set({ [filter.name]: month?.format("YYYY-MM") })}
          style={{ width: "100%" }}
        />
      );
    case "own":
      return filter.show(values, set);
  }
}
