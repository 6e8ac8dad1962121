import { Form, type FormProps, Input } from "antd";
import { type ReactNode, useState } from "react";
import { readAgain } from "../../../api/queries";
import { FormDrawer } from "../../../forms/form_drawer";
import { useWords } from "../../../words";
import { PolicyFoot } from "./policy_foot";

interface SmallPolicyFormProps<Values> {
  title: string;
  policy: Values;
  /** Sends it with the reason. */
  onSave: (values: Values, reason: string) => Promise<unknown>;
  children: ReactNode;
}

/** A policy of a few fields: it is set with a reason. */
export function SmallPolicyForm<Values extends object>({
  title,
  policy,
  onSave,
  children,
}: SmallPolicyFormProps<Values>) {
  const { t } = useWords();
  const [form] = Form.useForm<Values>();
  const [isChanged, setChanged] = useState(false);
  const [proposed, setProposed] = useState<Values>();
  return (
    <section className="office-panel">
      <h2>{title}</h2>
      <Form<Values>
        form={form}
        initialValues={policy as FormProps["initialValues"]}
        onValuesChange={() => setChanged(true)}
        onFinish={setProposed}
        colon={false}
      >
        {children}
        {isChanged && (
          <PolicyFoot
            submitWords={`${t("common.save")}…`}
            onReset={() => {
              form.resetFields();
              setChanged(false);
            }}
          />
        )}
      </Form>
      <FormDrawer<{ reason: string }>
        title={t("office.policies.save_title", { name: title })}
        isOpen={proposed !== undefined}
        onClose={() => setProposed(undefined)}
        readAgain={() => readAgain("/api/v1/policies")}
        onSubmit={async ({ reason }) => {
          if (proposed !== undefined) {
            await onSave(proposed, reason);
            await readAgain("/api/v1/policies");
          }
        }}
      >
        <Form.Item
          name="reason"
          label={t("office.reason")}
          rules={[{ required: true, whitespace: true, message: t("office.required") }]}
        >
          <Input.TextArea rows={3} maxLength={2000} placeholder={t("office.policies.reason_note")} />
        </Form.Item>
      </FormDrawer>
    </section>
  );
}
