import { Card, Form, Segmented } from "antd";
import { type ColorMode, setColorMode, useColorMode } from "../../theme";
import { LANGUAGES, switchLanguage, useWords } from "../../words";

const MODES: ColorMode[] = ["light", "dark", "system"];

/** How the console looks in this browser. */
export function AppearancePart() {
  const { t, language } = useWords();
  const { mode } = useColorMode();
  return (
    <div className="settings">
      <Card title={t("messages.own.appearance")}>
        <Form layout="vertical">
          <Form.Item label={t("shell.user.theme")}>
            <Segmented
              aria-label={t("shell.user.theme")}
              value={mode}
              options={MODES.map((each) => ({ value: each, label: t(`shell.user.theme_${each}`) }))}
              onChange={setColorMode}
            />
          </Form.Item>
          <Form.Item label={t("messages.own.language")} extra={t("messages.own.appearance_note")}>
            <Segmented
              aria-label={t("messages.own.language")}
              value={language}
              options={LANGUAGES.map((each) => ({ value: each, label: t(`messages.own.language_${each}`) }))}
              onChange={(chosen) => void switchLanguage(chosen)}
            />
          </Form.Item>
        </Form>
      </Card>
    </div>
  );
}
