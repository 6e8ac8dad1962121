import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { showProblem } from "../forms/problems";
import "./sign_in_page.css";
import { useWords } from "../words";

interface Passwords {
  current_password: string;
  new_password: string;
  again: string;
}

const LENGTH_MIN = 8;

/** Changing one's own password; the first time one signs in it is all that one can do. */
export function PasswordForm({ onChanged }: { onChanged: () => void }) {
  const { t } = useWords();
  const [form] = Form.useForm<Passwords>();
  const { message, notification } = App.useApp();
  const [isBusy, setBusy] = useState(false);

  async function change({ current_password, new_password }: Passwords) {
    setBusy(true);
    try {
      await api.PUT("/api/v1/session/password", { body: { current_password, new_password } });
      message.success(t("shell.password.changed"));
      onChanged();
    } catch (error) {
      showProblem(error, { form, notification });
    } finally {
      setBusy(false);
    }
  }

  const required = { required: true, message: t("shell.sign_in.required") };
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={change} disabled={isBusy}>
      <Form.Item name="current_password" label={t("shell.password.current")} rules={[required]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="new_password" label={t("shell.password.new")} rules={[required, { min: LENGTH_MIN }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("shell.password.again")}
        dependencies={["new_password"]}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value && value !== getFieldValue("new_password")) {
                throw new Error(t("shell.password.differs"));
              }
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={isBusy}>
        {t("common.save")}
      </Button>
    </Form>
  );
}

export function PasswordPage({ isFirst, onChanged }: { isFirst: boolean; onChanged: () => void }) {
  const { t } = useWords();
  return (
    <div className="sign-in">
      <main className="sign-in-sheet">
        <h1>{t(isFirst ? "shell.password.first" : "shell.password.title")}</h1>
        <PasswordForm onChanged={onChanged} />
      </main>
    </div>
  );
}
