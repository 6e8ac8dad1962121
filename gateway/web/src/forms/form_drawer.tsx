import { Alert, App, Button, Drawer, Form, type FormInstance, type FormProps, Space } from "antd";
import { type ReactNode, useState } from "react";
import { flushSync } from "react-dom";
import { useWords } from "../words";
import { forgetForm, keepForm, keptForm } from "./kept_form";
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
  /** The name that what is entered is kept by until it is sent; of forms that make something new, and hold no secret. */
  keptAs?: string;
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
    keptAs,
    children,
  } = props;
  const { t } = useWords();
  const { modal, notification } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [isBusy, setBusy] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const [kept, setKept] = useState<Values>();
  const [wasOpen, setWasOpen] = useState(false);
  if (isOpen !== wasOpen) {
    setWasOpen(isOpen);
    setChanged(false);
    setKept(isOpen && keptAs !== undefined ? keptForm<Values>(keptAs) : undefined);
  }

  function forget() {
    if (keptAs !== undefined) {
      forgetForm(keptAs);
    }
  }
  function begin() {
    forget();
    // The form goes back to what it is given, which is by then what a new one has.
    flushSync(() => setKept(undefined));
    form.resetFields();
    setChanged(false);
  }

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
      onOk: () => {
        forget();
        onClose();
      },
    });
  }

  async function submit(values: Values) {
    setBusy(true);
    try {
      await onSubmit(values);
      setChanged(false);
      forget();
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
      {kept && (
        <Alert
          type="info"
          showIcon
          title={t("common.kept.title")}
          action={
            <Button size="small" onClick={begin}>
              {t("common.kept.clear")}
            </Button>
          }
          style={{ marginBottom: 16 }}
        />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ ...initialValues, ...kept }}
        preserve={false}
        onFinish={(values) => void submit(values)}
        onValuesChange={() => {
          setChanged(true);
          if (keptAs !== undefined) {
            keepForm(keptAs, form.getFieldsValue(true));
          }
        }}
        disabled={isBusy}
      >
        {typeof children === "function" ? children(form) : children}
      </Form>
    </Drawer>
  );
}
