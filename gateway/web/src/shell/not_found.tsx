import { Button, Result } from "antd";
import { Link } from "react-router";
import { useWords } from "../words";

export function NotFound() {
  const { t } = useWords();
  return (
    <Result
      status="404"
      title={t("problems.not_found_title")}
      subTitle={t("problems.not_found_text")}
      extra={
        <Link to="/">
          <Button type="primary">{t("problems.go_home")}</Button>
        </Link>
      }
    />
  );
}
