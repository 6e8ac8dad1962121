import { Button } from "antd";
import { switchLanguage, useWords } from "../words";

export function LanguageSwitch() {
  const { t, language } = useWords();
  const other = language === "en" ? "zh" : "en";
  return (
    <Button type="text" lang={other === "en" ? "en" : "zh-CN"} onClick={() => void switchLanguage(other)}>
      {t("shell.user.language")}
    </Button>
  );
}
