import { LeftOutlined, RightOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { Button, Space, Tooltip } from "antd";
import { useLocation, useNavigate } from "react-router";
import { neighboursOf } from "../list/neighbours";
import { useWords } from "../words";

/** On a record that was opened from a list: the one before, the one after, and back to the list as it was. */
export function Neighbours() {
  const { t } = useWords();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const neighbours = neighboursOf(pathname);
  if (neighbours === undefined) {
    return null;
  }
  const { previous, next, list, index, total } = neighbours;
  const step = (address: string | undefined, words: string, icon: React.ReactNode) => (
    <Tooltip title={words}>
      <Button
        type="text"
        icon={icon}
        aria-label={words}
        disabled={address === undefined}
        onClick={() => address && void navigate(address, { replace: true })}
      />
    </Tooltip>
  );
  return (
    <Space size={0} className="quiet">
      {step(list, t("common.back"), <UnorderedListOutlined />)}
      {step(previous, t("common.record.previous"), <LeftOutlined />)}
      <span className="figure">{t("common.record.position", { index, total })}</span>
      {step(next, t("common.record.next"), <RightOutlined />)}
    </Space>
  );
}
