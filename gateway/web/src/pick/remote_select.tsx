import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { type ReactNode, useState } from "react";
import { useWords } from "../words";

export interface Choice {
  value: string;
  label: string;
  /** Under the label, in the list only. */
  note?: ReactNode;
}

interface RemoteSelectProps {
  /** Of the choices, for the cache. */
  name: string;
  /** The best choices for what was typed; all that begins for "". */
  find: (text: string, signal: AbortSignal) => Promise<Choice[]>;
  /** What the value is called that was chosen before it was found here. */
  describe?: (value: string, signal: AbortSignal) => Promise<Choice>;
  value?: string | null;
  onChange?: (value: string | undefined, choice: Choice | undefined) => void;
  placeholder?: string;
  disabled?: boolean;
  isClearable?: boolean;
  id?: string;
  label?: string;
}

const TYPING_MS = 250;

/** A choice among more than a list can hold: what is typed is looked for behind the API. Works as a form's field. */
export function RemoteSelect(props: RemoteSelectProps) {
  const { name, find, describe, value, onChange, placeholder, disabled, isClearable = true, id, label } = props;
  const { t } = useWords();
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const { data: found = [], isFetching } = useQuery({
    queryKey: ["pick", name, text],
    queryFn: ({ signal }) => find(text, signal),
    enabled: isOpen,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const isKnown = found.some((choice) => choice.value === value);
  const { data: described } = useQuery({
    queryKey: ["pick", name, "of", value],
    queryFn: ({ signal }) => (describe === undefined || !value ? null : describe(value, signal)),
    enabled: Boolean(value) && describe !== undefined,
    staleTime: 60_000,
  });
  const choices = value && !isKnown ? [described ?? { value, label: "…" }, ...found] : found;
  return (
    <Select
      id={id}
      aria-label={label}
      showSearch={{ filterOption: false, onSearch: debounced(setText) }}
      allowClear={isClearable}
      value={value ?? undefined}
      placeholder={placeholder}
      disabled={disabled}
      loading={isFetching}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) {
          setText("");
        }
      }}
      options={choices}
      optionRender={({ data }) => (
        <div>
          {data.label}
          {data.note && <div className="quiet">{data.note}</div>}
        </div>
      )}
      notFoundContent={isFetching ? t("common.loading") : t("common.list.empty")}
      onChange={(chosen: string | undefined) =>
        onChange?.(
          chosen,
          choices.find((choice) => choice.value === chosen),
        )
      }
      style={{ width: "100%" }}
    />
  );
}

let pause: ReturnType<typeof setTimeout> | undefined;

/** One types in one field at a time: one pause is enough for all. */
function debounced(tell: (text: string) => void): (text: string) => void {
  return (text) => {
    clearTimeout(pause);
    pause = setTimeout(() => tell(text.trim()), TYPING_MS);
  };
}
