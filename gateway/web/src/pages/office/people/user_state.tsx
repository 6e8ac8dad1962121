import { Tag } from "antd";
import type { Schemas } from "../../../api/client";
import { useWords } from "../../../words";

export function UserState({ user }: { user: Schemas["User"] }) {
  const { t } = useWords();
  if (!user.active) {
    return <Tag>{t("office.users.left")}</Tag>;
  }
  if (user.must_change_password) {
    return <Tag color="warning">{t("office.users.first_sign_in")}</Tag>;
  }
  return <Tag color="success">{t("office.users.active")}</Tag>;
}
