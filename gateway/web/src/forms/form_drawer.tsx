import { App, Button, Drawer, Form, type FormInstance, type FormProps, Space } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../words";
import { showProblem } from "./problems";

interface FormDrawerProps<Values> {
  title: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  /** Sends it; what it raises is shown beside the fields, and nothing that was entered is lost. */
  onSubmit: (values: Values) => Promise<unknown>;
  initialValues?: FormProps<Values>["initialValues"];
  /** What to read again where somebody was faster. */
  readAgain?: () => unknown;
  fieldOf?: (field: string) => (string | number)[];
  submitWords?: ReactNode;
  /** Above the fields. */
  note?: ReactNode;
  size?: number;
  children: ReactNode | ((form: FormInstance<Values>) => ReactNode);
}

/** A form that comes in from the side: the list behind it stays where it is, and what was typed is not lost by a slip. */
export function FormDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  const {
    title,
    isOpen,
    onClose,
    onSubmit,
    initialValues,
    readAgain,
    fieldOf,
    submitWords,
    note,
    size = 520,
    children,
  } = props;
  const { t } = useWords();
  const { modal, notification } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [isBusy, setBusy] = useState(false);
  const [isChanged, setChanged] = useState(false);

  useEffect(() => {
    if (isOpen) {
      setChanged(false);
    }
  }, [isOpen]);

  function close() {
    if (!isChanged) {
      onClose();
      return;
    }
    modal.confirm({
      title: t("common.unsaved.title"),
      content: t("common.unsaved.text"),
      okText: t("common.unsaved.leave"),
      cancelText: t("common.unsaved.stay"),
      onOk: onClose,
    });
  }

  async function submit(values: Values) {
    setBusy(true);
    try {
      await onSubmit(values);
      setChanged(false);
      onClose();
    } catch (error) {
      showProblem(error, { form: form as unknown as FormInstance, notification, readAgain, fieldOf });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Drawer
      title={title}
      open={isOpen}
      onClose={close}
      size={size}
      destroyOnHidden
      footer={
        <Space style={{ display: "flex", justifyContent: "flex-end" }}>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button type="primary" loading={isBusy} onClick={() => form.submit()}>
            {submitWords ?? t("common.save")}
          </Button>
        </Space>
      }
    >
      {note}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={initialValues}
        preserve={false}
        onFinish={(values) => void submit(values)}
        onValuesChange={() => setChanged(true)}
        disabled={isBusy}
      >
        {typeof children === "function" ? children(form) : children}
      </Form>
    </Drawer>
  );
}
