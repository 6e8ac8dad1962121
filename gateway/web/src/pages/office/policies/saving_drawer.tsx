import { Form, Input } from "antd";
import type { ReactNode } from "react";
import { readAgain } from "../../../api/queries";
import { FormDrawer } from "../../../forms/form_drawer";
import { useWords } from "../../../words";
import { Overtaken } from "./overtaken";
import type { Lines, Version } from "./version_history";

interface SavingDrawerProps<Policy> {
  title: string;
  /** As it was when one began to save; undefined while nothing is saved. */
  seen: Policy | undefined;
  policy: Policy;
  lines: Lines<Policy>;
  /** Sends it with the reason. */
  onSave: (reason: string) => Promise<unknown>;
  onSaved: () => void;
  onClose: () => void;
  /** What it would bring about. */
  preview?: ReactNode;
  size?: number;
}

/** Before a policy is saved: why it is set; and if somebody was faster, what they have set. */
export function SavingDrawer<Policy extends Version>(props: SavingDrawerProps<Policy>) {
  const { title, seen, policy, lines, onSave, onSaved, onClose, preview, size } = props;
  const { t } = useWords();
  return (
    <FormDrawer<{ reason: string }>
      title={title}
      isOpen={seen !== undefined}
      onClose={onClose}
      size={size}
      readAgain={() => readAgain("/api/v1/policies")}
      onSubmit={async ({ reason }) => {
        await onSave(reason);
        onSaved();
        await readAgain("/api/v1/policies");
      }}
      note={
        seen && (
          <div style={{ marginBottom: 20 }}>
            <Overtaken seen={seen} policy={policy} lines={lines} />
            {preview}
          </div>
        )
      }
    >
      <Form.Item
        name="reason"
        label={t("office.reason")}
        rules={[{ required: true, whitespace: true, message: t("office.required") }]}
      >
        <Input.TextArea rows={3} maxLength={2000} placeholder={t("office.policies.reason_note")} />
      </Form.Item>
    </FormDrawer>
  );
}
