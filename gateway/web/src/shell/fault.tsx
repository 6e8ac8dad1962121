import { Button, Result } from "antd";
import { useRouteError } from "react-router";
import { asProblem } from "../api/problem";
import { useWords } from "../words";
import { LinkButton } from "./link_button";
import { NotFound } from "./not_found";

/** What stands where a page broke. */
export function Fault() {
  const { t } = useWords();
  const error = useRouteError();
  const problem = asProblem(error);
  if (problem.status === 404) {
    return <NotFound />;
  }
  return (
    <Result
      status="error"
      title={t("problems.fault_title")}
      subTitle={
        <>
          {problem.message}
          <br />
          {t("problems.fault_text")}
        </>
      }
      extra={[
        <Button key="again" type="primary" onClick={() => window.location.reload()}>
          {t("common.refresh")}
        </Button>,
        <LinkButton key="home" to="/">
          {t("problems.go_home")}
        </LinkButton>,
      ]}
    />
  );
}
