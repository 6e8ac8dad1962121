import { MinusCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Checkbox, Collapse, Form, Input, Select } from "antd";
import { api, type Schemas } from "../../api/client";
import { fieldPath } from "../../api/problem";
import { readAgain } from "../../api/queries";
import { FollowRecord } from "../../forms/follow_record";
import { FormDrawer } from "../../forms/form_drawer";
import { useWords } from "../../words";
import { type MappingValues, mappingOf, valuesOf } from "./mapping_values";

type BankMapping = Schemas["BankMapping"];

export type MappingFormStart = { kind: "new" } | { kind: "change" | "copy"; mapping: BankMapping };

const REQUIRED = ["received_at", "payer_name", "amount"] as const;
const OPTIONAL = ["reference", "bank_account", "payer_account", "remark", "balance", "currency"] as const;
const UNIQUE_BY = ["year", "date", "time", "amount", "balance"] as const;
const PARTS_MAX = 5;

interface BankMappingFormProps {
  /** Undefined while it is closed. */
  start: MappingFormStart | undefined;
  onClose: () => void;
}

/** How a bank's statement is read: which headers name what, and what is no row. */
export function BankMappingForm({ start, onClose }: BankMappingFormProps) {
  const { t, named } = useWords();
  const { message } = App.useApp();
  const changed = start?.kind === "change" ? start.mapping : undefined;
  return (
    <FormDrawer<MappingValues>
      key={start === undefined ? "closed" : start.kind === "new" ? "new" : `${start.kind} ${start.mapping.code}`}
      title={changed ? t("payments.mappings.edit", { name: named(changed) }) : t("payments.mappings.add")}
      size={640}
      isOpen={start !== undefined}
      onClose={onClose}
      keptAs={start?.kind === "new" ? "bank_mapping" : undefined}
      initialValues={valuesOf(start === undefined || start.kind === "new" ? undefined : start.mapping, start?.kind)}
      fieldOf={fieldPath}
      readAgain={() => readAgain("/api/v1/bank-mappings")}
      onSubmit={async (values) => {
        await api.PUT("/api/v1/bank-mappings/{code}", {
          params: { path: { code: changed?.code ?? values.code } },
          body: { ...mappingOf(values), version: changed?.version ?? 0 },
        });
        message.success(t("payments.mappings.saved"));
        void readAgain("/api/v1/bank-mappings");
      }}
    >
      {changed && <FollowRecord version={changed.version} values={valuesOf(changed, "change")} />}
      <div className="mapping-names">
        <Form.Item name="name_zh" label={t("payments.mappings.name_zh")} rules={[{ required: true, max: 50 }]}>
          <Input />
        </Form.Item>
        <Form.Item name="name_en" label={t("payments.mappings.name_en")} rules={[{ required: true, max: 50 }]}>
          <Input />
        </Form.Item>
      </div>
      {changed === undefined && (
        <Form.Item
          name="code"
          label={t("payments.mappings.code")}
          extra={t("payments.mappings.code_hint")}
          rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9_-]{0,49}$/ }]}
        >
          <Input autoComplete="off" />
        </Form.Item>
      )}
      {REQUIRED.map((field) => (
        <ColumnField key={field} field={field} isRequired />
      ))}
      {OPTIONAL.map((field) => (
        <ColumnField key={field} field={field} isRequired={false} />
      ))}
      <Collapse
        ghost
        items={[{ key: "more", forceRender: true, label: t("payments.mappings.more"), children: <MoreSettings /> }]}
      />
      <Form.Item name="why" label={t("payments.mappings.why")} rules={[{ max: 500 }]}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDrawer>
  );
}

/** Headers, typed one after the other. */
function Headers({ label, hint, ...control }: { label: string; hint?: string; id?: string; value?: string[] }) {
  return (
    <Select
      {...control}
      aria-label={label}
      mode="tags"
      open={false}
      suffixIcon={null}
      tokenSeparators={["\n", "\t"]}
      placeholder={hint}
    />
  );
}

/** The columns that one field is read from: mostly one, several are joined. */
function ColumnField({
  field,
  isRequired,
}: {
  field: (typeof REQUIRED | typeof OPTIONAL)[number];
  isRequired: boolean;
}) {
  const { t } = useWords();
  const label = t(`payments.mappings.fields.${field}`);
  return (
    <Form.Item label={label} required={isRequired}>
      <Form.List name={["columns", field]}>
        {(parts, { add, remove }, { errors, warnings }) => (
          <>
            {parts.map(({ key, name }, index) => (
              <div key={key} className="mapping-part">
                <Form.Item
                  noStyle
                  name={name}
                  rules={[
                    {
                      required: isRequired,
                      type: "array",
                      min: isRequired ? 1 : 0,
                      message: t("payments.mappings.headers_needed"),
                    },
                  ]}
                >
                  <Headers
                    label={index === 0 ? label : `${label} ${index + 1}`}
                    hint={t("payments.mappings.headers_hint")}
                  />
                </Form.Item>
                {index > 0 && (
                  <Button
                    type="text"
                    icon={<MinusCircleOutlined />}
                    aria-label={t("payments.mappings.remove_part")}
                    onClick={() => remove(name)}
                  />
                )}
              </div>
            ))}
            {parts.length < PARTS_MAX && (
              <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => add([])}>
                {t("payments.mappings.add_part")}
              </Button>
            )}
            <Form.ErrorList errors={errors} warnings={warnings} />
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

function MoreSettings() {
  const { t } = useWords();
  const tags = (name: string | string[], label: string, hint?: string) => (
    <Form.Item name={name} label={label} extra={hint}>
      <Headers label={label} />
    </Form.Item>
  );
  return (
    <>
      {tags("time_formats", t("payments.mappings.time_formats"), t("payments.mappings.time_formats_hint"))}
      {tags(["incoming", "headers"], t("payments.mappings.incoming_headers"))}
      {tags(["incoming", "values"], t("payments.mappings.incoming_values"))}
      {tags("outgoing", t("payments.mappings.outgoing"))}
      {tags("passed_over", t("payments.mappings.passed_over"))}
      {tags("account_labels", t("payments.mappings.account_labels"))}
      <Form.Item name="unique_by" label={t("payments.mappings.unique_by")}>
        <Select
          mode="multiple"
          options={UNIQUE_BY.map((each) => ({ value: each, label: t(`payments.mappings.unique.${each}`) }))}
        />
      </Form.Item>
      <Form.Item name="split_payer" valuePropName="checked">
        <Checkbox>{t("payments.mappings.split_payer")}</Checkbox>
      </Form.Item>
    </>
  );
}
