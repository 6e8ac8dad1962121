import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useWords } from "../../words";

interface Person {
  value: string;
  label: string;
}

interface PeopleSelectProps {
  value?: string[];
  onChange?: (ids: string[]) => void;
  id?: string;
}

const FIRST = 20;
/** To as many as the API copies at once. */
const PEOPLE_MAX = 50;

/** Several people, looked for by name. Works as a form's field. */
export function PeopleSelect({ value = [], onChange, id }: PeopleSelectProps) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Person[]>([]);
  const { data = [], isFetching } = useQuery({
    queryKey: ["pick", "people", text],
    queryFn: async ({ signal }) => {
      const { data: page } = await api.GET("/api/v1/users", {
        params: { query: { q: text, active: true, page_size: FIRST } },
        signal,
      });
      return (page?.items ?? []).map((user) => ({
        value: user.id,
        label: [user.name, user.department_name].filter(Boolean).join(" · "),
      }));
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const known = [...chosen, ...data.filter((person) => !chosen.some((each) => each.value === person.value))];
  return (
    <Select
      id={id}
      mode="multiple"
      maxCount={PEOPLE_MAX}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={isFetching}
      value={value}
      options={known}
      placeholder={t("processes.choose_people")}
      notFoundContent={isFetching ? t("common.loading") : t("common.list.empty")}
      onChange={(ids: string[]) => {
        setChosen(known.filter((person) => ids.includes(person.value)));
        setText("");
        onChange?.(ids);
      }}
      style={{ width: "100%" }}
    />
  );
}
