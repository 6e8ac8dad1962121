import { LeftOutlined, RightOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { Button, Space, Tooltip } from "antd";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { useLocation, useNavigate } from "react-router";
import { neighboursOf } from "../list/neighbours";
import { useWords } from "../words";

/** Keys that step while nothing is being typed, as in many mail programs: J to the next, K to the one before. */
const NEXT_KEY = "j";
const PREVIOUS_KEY = "k";

/** On a record that was opened from a list: the one before, the one after, and back to the list as it was. */
export function Neighbours() {
  const { t } = useWords();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const neighbours = neighboursOf(pathname);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    const address = key === NEXT_KEY ? neighbours?.next : key === PREVIOUS_KEY ? neighbours?.previous : undefined;
    if (address !== undefined && !isTyped(event)) {
      void navigate(address, { replace: true });
    }
  });
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  if (neighbours === undefined) {
    return null;
  }
  const { previous, next, list, index, total } = neighbours;
  const step = (address: string | undefined, words: string, icon: ReactNode, key?: string) => (
    <Tooltip title={key ? `${words} (${key.toUpperCase()})` : words}>
      <Button
        type="text"
        icon={icon}
        aria-label={words}
        aria-keyshortcuts={key}
        disabled={address === undefined}
        onClick={() => address && void navigate(address, { replace: true })}
      />
    </Tooltip>
  );
  return (
    <Space size={0} className="quiet">
      {step(list, t("common.back"), <UnorderedListOutlined />)}
      {step(previous, t("common.record.previous"), <LeftOutlined />, PREVIOUS_KEY)}
      <span className="figure">{t("common.record.position", { index, total })}</span>
      {step(next, t("common.record.next"), <RightOutlined />, NEXT_KEY)}
    </Space>
  );
}

/** Whether a key is part of a text, a choice or a shortcut of somebody else's. */
function isTyped(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    (target instanceof HTMLElement &&
      (target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null))
  );
}
