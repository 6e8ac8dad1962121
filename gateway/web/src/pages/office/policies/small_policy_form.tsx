import { Form, type FormProps } from "antd";
import { type ReactNode, useState } from "react";
import { FollowRecord } from "../../../forms/follow_record";
import { useWords } from "../../../words";
import { PolicyFoot } from "./policy_foot";
import { SavingDrawer } from "./saving_drawer";
import type { Lines, Version } from "./version_history";

interface SmallPolicyFormProps<Content, Policy> {
  title: string;
  policy: Policy;
  /** What of it can be set. */
  content: Content;
  lines: Lines<Policy>;
  /** Sends it with the reason. */
  onSave: (values: Content, reason: string) => Promise<unknown>;
  children: ReactNode;
}

/** A policy of a few fields: it is set with a reason. */
export function SmallPolicyForm<Content extends object, Policy extends Version>(
  props: SmallPolicyFormProps<Content, Policy>,
) {
  const { title, policy, content, lines, onSave, children } = props;
  const { t } = useWords();
  const [form] = Form.useForm<Content>();
  const [isChanged, setChanged] = useState(false);
  const [seen, setSeen] = useState<Policy>();
  return (
    <section className="office-panel">
      <h2>{title}</h2>
      <Form<Content>
        form={form}
        initialValues={content as FormProps["initialValues"]}
        onValuesChange={() => setChanged(true)}
        onFinish={() => setSeen(policy)}
        colon={false}
      >
        <FollowRecord version={policy.version} values={content} />
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
      <SavingDrawer
        title={t("office.policies.save_title", { name: title })}
        seen={seen}
        policy={policy}
        lines={lines}
        // As the form has it by now: what somebody else has set meanwhile is in it.
        onSave={(reason) => onSave(form.getFieldsValue(), reason)}
        onSaved={() => setChanged(false)}
        onClose={() => setSeen(undefined)}
      />
    </section>
  );
}
