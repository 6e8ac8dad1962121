import { Alert, Button, Divider, Form, Input } from "antd";
import { useState } from "react";
import { useLocation } from "react-router";
import { api, query } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { LanguageSwitch } from "./language_switch";
import "./sign_in_page.css";
import { useWords, type WordKey } from "../words";

/** Why the provider's answer did not sign one in, by the gateway's code. */
const PROVIDER_REFUSALS: Record<string, WordKey> = {
  person_unknown_here: "shell.sign_in.refused_unknown",
  person_bound_otherwise: "shell.sign_in.refused_bound",
  identity_provider_away: "shell.sign_in.refused_away",
  too_many_sign_ins: "shell.sign_in.refused_often",
};

interface Credentials {
  login: string;
  password: string;
}

interface SignInPageProps {
  onSignedIn: () => void;
  /** Whether somebody was signed in here, and what was open waits. */
  isAgain?: boolean;
}

export function SignInPage({ onSignedIn, isAgain = false }: SignInPageProps) {
  const { t } = useWords();
  const { pathname, search } = useLocation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { data: ways } = query.useQuery("get", "/api/v1/session/providers", undefined, {
    staleTime: Number.POSITIVE_INFINITY,
  });
  const provider = ways?.items.find(({ kind }) => kind === "oidc");
  const refused = pathname === "/sign-in" ? new URLSearchParams(search) : null;
  const next = pathname === "/sign-in" ? "/" : pathname + search;

  async function signIn(credentials: Credentials) {
    setBusy(true);
    setProblem(null);
    try {
      await api.POST("/api/v1/session", { body: credentials });
      if (refused !== null) {
        window.history.replaceState(null, "", "/");
        window.location.assign("/");
        return;
      }
      onSignedIn();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="sign-in">
      <main className="sign-in-sheet">
        <div className="sign-in-brand">
          <img src="/icon.svg" alt="" width={40} height={40} />
          <div>
            <strong>{t("shell.product")}</strong>
            <span className="quiet">{t("shell.tagline")}</span>
          </div>
          <LanguageSwitch />
        </div>
        <h1>{t("shell.sign_in.title")}</h1>
        {isAgain && <p>{t("shell.sign_in.over")}</p>}
        {refused?.get("error") && problem === null && (
          <Alert
            type="error"
            showIcon
            title={t(PROVIDER_REFUSALS[refused.get("error") ?? ""] ?? "shell.sign_in.refused")}
            description={refused.get("trace_id") && t("problems.trace", { id: refused.get("trace_id") })}
          />
        )}
        {problem !== null && <Alert type="error" showIcon title={problem.message} role="alert" />}
        <Form layout="vertical" size="large" requiredMark={false} onFinish={signIn} disabled={isBusy}>
          <Form.Item
            name="login"
            label={t("shell.sign_in.login")}
            rules={[{ required: true, message: t("shell.sign_in.required") }]}
          >
            <Input autoFocus autoComplete="username" autoCapitalize="none" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("shell.sign_in.password")}
            rules={[{ required: true, message: t("shell.sign_in.required") }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={isBusy}>
            {t("shell.sign_in.submit")}
          </Button>
        </Form>
        {provider && (
          <>
            <Divider plain>{t("shell.sign_in.or")}</Divider>
            <Button size="large" block href={`${provider.url}?next=${encodeURIComponent(next)}`}>
              {t("shell.sign_in.provider")}
            </Button>
          </>
        )}
      </main>
    </div>
  );
}
