import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Select, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type ReactNode, useState } from "react";
import type { Schemas } from "../../../api/client";
import { minuteOf, today } from "../../../format/dates";
import { FormDrawer } from "../../../forms/form_drawer";
import { SmallTable } from "../../../list/small_table";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";

/** A value that holds for a product type from a day on. */
type Dated = Omit<Schemas["CommissionRate"], "rate">;
type ProductType = Dated["product_type"];

export interface Setting {
  product_type: ProductType;
  valid_from: string;
  value: string;
  reason: string;
}

interface DatedValuesProps<Value extends Dated> {
  title: string;
  note: string;
  /** What holds today, and what will. */
  items: Value[];
  show: (value: Value) => ReactNode;
  valueTitle: string;
  productTypes: readonly ProductType[];
  historyPath: string;
  readHistory: (
    cursor: string,
    signal: AbortSignal,
  ) => Promise<{ items: Value[]; next_cursor: string | null } | undefined>;
  /** Undefined for those who may only read. */
  onSet?: (setting: Setting) => Promise<unknown>;
  /** The form's field of the value, named `value`. */
  field: ReactNode;
  /** The API's name of the value. */
  valueName: string;
}

/** Values by product type: what holds, what will hold, what held before, and a new one from a day on. */
export function DatedValues<Value extends Dated>(props: DatedValuesProps<Value>) {
  const { title, note, items, show, valueTitle, onSet, productTypes, field, valueName } = props;
  const { t, term } = useWords();
  const [setting, setSetting] = useState<ProductType | "any">();
  return (
    <>
      <section className="office-panel">
        <div className="office-panel-head">
          <div>
            <h2>{title}</h2>
            <span className="quiet">{note}</span>
          </div>
          {onSet && (
            <Button type="primary" onClick={() => setSetting("any")}>
              {t("office.rates.set")}
            </Button>
          )}
        </div>
        <SmallTable<Value>
          keyOf={({ product_type, valid_from }) => `${product_type} ${valid_from}`}
          rows={items}
          empty={t("office.rates.empty")}
          columns={[
            {
              key: "product_type",
              title: t("office.rates.product_type"),
              show: (value) => term("product_type", value.product_type),
            },
            { key: "value", title: valueTitle, align: "right", show: (value) => show(value) },
            {
              key: "state",
              title: t("office.rates.state"),
              show: ({ in_force }) =>
                in_force ? (
                  <Tag color="success">{t("office.rates.in_force")}</Tag>
                ) : (
                  <Tag color="processing">{t("office.rates.coming")}</Tag>
                ),
            },
            { key: "valid_from", title: t("office.rates.valid_from"), show: ({ valid_from }) => valid_from },
            {
              key: "set_by",
              title: t("office.rates.set_by"),
              show: ({ set_by_name }) => set_by_name ?? <span className="quiet">{t("office.rates.default")}</span>,
            },
            { key: "reason", title: t("office.reason"), show: ({ reason }) => reason || "–" },
          ]}
        />
      </section>
      <ValueHistory {...props} />
      {onSet && (
        <FormDrawer<Omit<Setting, "valid_from"> & { valid_from: Dayjs }>
          title={t("office.rates.set_title", { name: title })}
          isOpen={setting !== undefined}
          onClose={() => setSetting(undefined)}
          initialValues={{ valid_from: dayjs(today()) }}
          fieldOf={(name) => [name === valueName ? "value" : name]}
          onSubmit={({ valid_from, ...entered }) => onSet({ ...entered, valid_from: valid_from.format("YYYY-MM-DD") })}
        >
          <Form.Item
            name="product_type"
            label={t("office.rates.product_type")}
            rules={[{ required: true, message: t("office.required") }]}
          >
            <Select options={productTypes.map((code) => ({ value: code, label: term("product_type", code) }))} />
          </Form.Item>
          {field}
          <Form.Item
            name="valid_from"
            label={t("office.rates.valid_from")}
            extra={t("office.rates.from_today")}
            rules={[{ required: true, message: t("office.required") }]}
          >
            <DatePicker allowClear={false} minDate={dayjs(today())} style={{ width: "100%" }} />
          </Form.Item>
          <ReasonField />
        </FormDrawer>
      )}
    </>
  );
}

export function ReasonField() {
  const { t } = useWords();
  return (
    <Form.Item
      name="reason"
      label={t("office.reason")}
      rules={[{ required: true, whitespace: true, message: t("office.required") }]}
    >
      <Input.TextArea rows={3} maxLength={2000} />
    </Form.Item>
  );
}

function ValueHistory<Value extends Dated>({ historyPath, readHistory, show, valueTitle }: DatedValuesProps<Value>) {
  const { t, term } = useWords();
  const history = useInfiniteQuery({
    queryKey: ["history", historyPath],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => readHistory(pageParam, signal),
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  return (
    <section className="office-panel">
      <div className="office-panel-head">
        <h2>{t("office.policies.history")}</h2>
      </div>
      <Loaded query={history} rows={3}>
        {({ pages }) => (
          <>
            <SmallTable<Value>
              keyOf={({ version }) => String(version)}
              rows={pages.flatMap((page) => page?.items ?? [])}
              empty={t("office.rates.never_set")}
              columns={[
                {
                  key: "set_at",
                  title: t("office.rates.set_at"),
                  show: ({ set_at }) => (set_at ? minuteOf(set_at) : "–"),
                },
                { key: "set_by", title: t("office.rates.set_by"), show: ({ set_by_name }) => set_by_name },
                {
                  key: "product_type",
                  title: t("office.rates.product_type"),
                  show: (value) => term("product_type", value.product_type),
                },
                { key: "value", title: valueTitle, align: "right", show: (value) => show(value) },
                { key: "valid_from", title: t("office.rates.valid_from"), show: ({ valid_from }) => valid_from },
                { key: "reason", title: t("office.reason"), show: ({ reason }) => reason },
              ]}
            />
            {history.hasNextPage && (
              <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
                {t("common.list.load_more")}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}
