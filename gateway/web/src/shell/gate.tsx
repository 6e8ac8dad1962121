import { useQuery } from "@tanstack/react-query";
import { Button, Result } from "antd";
import { useEffect, useState } from "react";
import { keepCsrfToken, query, whenSignedOut } from "../api/client";
import { asProblem } from "../api/problem";
import { queryClient, readAllAgain } from "../api/queries";
import { useWords } from "../words";
import { PasswordPage } from "./password_page";
import { belongTo } from "./person";
import { SessionProvider } from "./session";
import { SessionOver } from "./session_over";
import { Shell } from "./shell";
import { SignInPage } from "./sign_in_page";
import { closeAllTabs } from "./tabs";

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

/**
 * Lets in whoever is signed in, and has anybody else sign in first; the address stays, and is gone to afterwards. A session that
 * ends takes nothing with it that somebody is about to write: the same person goes on with it once signed in again.
 */
export function Gate() {
  const { t } = useWords();
  const { data: session, error, isPending, refetch } = useQuery(SESSION);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    whenSignedOut(() => setOver(queryClient.getQueryData(SESSION.queryKey) !== undefined));
  }, []);

  async function goOn() {
    const before = session?.user.id;
    const { data: now, isError } = await refetch();
    if (isError) {
      return;
    }
    if (now?.user.id === before) {
      setOver(false);
      void readAllAgain();
    } else {
      // Nothing of what one person saw is left for the next.
      closeAllTabs();
      window.location.assign("/");
    }
  }

  if (isPending) {
    return <div className="waiting" role="status" aria-label={t("common.loading")} />;
  }
  if (session === undefined) {
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
  belongTo(session.user.id);
  if (session.must_change_password) {
    return <PasswordPage isFirst onChanged={() => void refetch()} />;
  }
  return (
    <SessionProvider session={session}>
      <Shell />
      {isOver && <SessionOver onSignedIn={() => void goOn()} />}
    </SessionProvider>
  );
}
