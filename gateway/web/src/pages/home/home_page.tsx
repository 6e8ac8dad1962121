import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";

export function HomePage() {
  const { t } = useWords();
  useTitle(t("home.title"));
  return <Page title={t("home.title")}>{null}</Page>;
}
