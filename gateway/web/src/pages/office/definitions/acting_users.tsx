import { DeleteOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { UserSelect } from "../../../pick/selects";
import { useWords } from "../../../words";

interface ActingUsersProps {
  ids: string[];
  onChange: (ids: string[]) => void;
}

/** The users who act at a node, each by name; the last line adds another. */
export function ActingUsers({ ids, onChange }: ActingUsersProps) {
  const { t } = useWords();
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      {ids.map((id, index) => (
        <Space.Compact key={id} style={{ width: "100%" }}>
          <UserSelect
            value={id}
            isClearable={false}
            label={t("office.nodes.users")}
            onChange={(chosen) => chosen !== undefined && onChange([...new Set(ids.with(index, chosen))])}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={t("common.delete")}
            onClick={() => onChange(ids.filter((each) => each !== id))}
          />
        </Space.Compact>
      ))}
      <UserSelect
        value={null}
        label={t("office.nodes.add_user")}
        placeholder={t("office.nodes.add_user")}
        onChange={(chosen) => chosen !== undefined && onChange([...new Set([...ids, chosen])])}
      />
    </Space>
  );
}
