import { Alert, Modal, Typography } from "antd";
import { useWords } from "../../../words";

// Without those that are taken for one another when read aloud or copied by hand.
const LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
const LENGTH = 14;

export function newPassword(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(LENGTH)), (drawn) => LETTERS[drawn % LETTERS.length]).join(
    "",
  );
}

export interface FirstPassword {
  name: string;
  login: string;
  password: string;
}

/** A password that an administrator has set, to be handed over: shown this once, and changed at the first sign-in. */
export function FirstPasswordShown({ shown, onClose }: { shown: FirstPassword | undefined; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      open={shown !== undefined}
      title={t("office.users.password_title", { name: shown?.name ?? "" })}
      okText={t("office.users.password_noted")}
      onOk={onClose}
      onCancel={onClose}
      cancelButtonProps={{ style: { display: "none" } }}
      mask={{ closable: false }}
      destroyOnHidden
    >
      <Alert type="warning" showIcon title={t("office.users.password_once")} style={{ marginBottom: 16 }} />
      <dl className="office-facts">
        <dt className="quiet">{t("office.users.login")}</dt>
        <dd>
          <Typography.Text copyable>{shown?.login}</Typography.Text>
        </dd>
        <dt className="quiet">{t("office.users.password")}</dt>
        <dd>
          <Typography.Text code copyable>
            {shown?.password}
          </Typography.Text>
        </dd>
      </dl>
    </Modal>
  );
}
