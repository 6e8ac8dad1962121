import { Result } from "antd";
import { useWords } from "../words";
import { LinkButton } from "./link_button";

export function NotFound() {
  const { t } = useWords();
  return (
    <Result
      status="404"
      title={t("problems.not_found_title")}
      subTitle={t("problems.not_found_text")}
      extra={
        <LinkButton type="primary" to="/">
          {t("problems.go_home")}
        </LinkButton>
      }
    />
  );
}
