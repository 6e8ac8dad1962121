import { useQuery } from "@tanstack/react-query";
import { Button, Result } from "antd";
import { useEffect } from "react";
import { keepCsrfToken, query, whenSignedOut } from "../api/client";
import { asProblem } from "../api/problem";
import { queryClient } from "../api/queries";
import { useWords } from "../words";
import { PasswordPage } from "./password_page";
import { SessionProvider } from "./session";
import { Shell } from "./shell";
import { SignInPage } from "./sign_in_page";

const SESSION = query.queryOptions("get", "/api/v1/session", undefined, {
  staleTime: 5 * 60_000,
  retry: (failures, problem) => asProblem(problem).isPassing && failures < 3,
  // Being told that nobody is signed in is an answer.
  retryOnMount: false,
});

/** Ask who is signed in while the page's own script is still on its way. */
export function askWho(): void {
  void queryClient.prefetchQuery(SESSION);
}

/** Lets in whoever is signed in, and has anybody else sign in first; the address stays, and is gone to afterwards. */
export function Gate() {
  const { t } = useWords();
  const { data: session, error, isPending, refetch } = useQuery(SESSION);
  useEffect(() => {
    whenSignedOut(() => {
      // Nothing of what one person saw is left for the next.
      if (queryClient.getQueryData(SESSION.queryKey) !== undefined) {
        queryClient.clear();
        void refetch();
      }
    });
  }, [refetch]);

  if (isPending) {
    return <div className="waiting" role="status" aria-label={t("common.loading")} />;
  }
  if (session === undefined || error !== null) {
    if (error !== null && asProblem(error).status !== 401) {
      return (
        <Result
          status="warning"
          title={t("problems.loading_failed")}
          subTitle={asProblem(error).message}
          extra={
            <Button type="primary" onClick={() => void refetch()}>
              {t("common.retry")}
            </Button>
          }
        />
      );
    }
    return <SignInPage onSignedIn={() => void refetch()} />;
  }
  keepCsrfToken(session.csrf_token);
  if (session.must_change_password) {
    return <PasswordPage isFirst onChanged={() => void refetch()} />;
  }
  return (
    <SessionProvider session={session}>
      <Shell />
    </SessionProvider>
  );
}
