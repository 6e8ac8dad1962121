import { Alert, Button, Empty, Result, Skeleton } from "antd";
import type { ReactNode } from "react";
import { asProblem } from "../api/problem";
import { labelled, useWords } from "../words";
import { LinkButton } from "./link_button";

/** What cannot be shown, why, and what to do about it. */
export function ProblemState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useWords();
  const problem = asProblem(error);
  if (problem.status === 404) {
    return <Result status="404" title={t("common.record.not_found")} extra={<GoHome />} />;
  }
  return (
    <Result
      status={problem.status === 403 ? "403" : "warning"}
      title={problem.status === 403 ? t("problems.forbidden_title") : t("problems.loading_failed")}
      subTitle={
        <>
          {problem.message}
          {problem.errors.map(({ field, message }) => (
            <div key={`${field} ${message}`}>{labelled(field, message)}</div>
          ))}
          {problem.traceId && <div className="quiet">{t("problems.trace", { id: problem.traceId })}</div>}
        </>
      }
      extra={
        onRetry && (
          <Button type="primary" onClick={onRetry}>
            {t("common.retry")}
          </Button>
        )
      }
    />
  );
}

/** A place that is others' work. */
export function NotAllowed() {
  const { t } = useWords();
  return <Result status="403" title={t("problems.forbidden_title")} extra={<GoHome />} />;
}

/** The way on from where there is nothing. */
export function GoHome() {
  const { t } = useWords();
  return <LinkButton to="/">{t("problems.go_home")}</LinkButton>;
}

interface QueryLike<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** The content once it is there; until then its outline, and what is wrong if it does not come. */
export function Loaded<Data>({
  query,
  children,
  rows = 6,
}: {
  query: QueryLike<Data>;
  children: (data: Data) => ReactNode;
  rows?: number;
}) {
  const { t } = useWords();
  if (query.data !== undefined) {
    return children(query.data);
  }
  if (query.error !== null && query.error !== undefined) {
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <div role="status" aria-label={t("common.loading")}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

/** Several as one: there once all of them are, and what is wrong with the first that does not come. */
export function together<Parts extends readonly unknown[]>(
  ...queries: { [Part in keyof Parts]: QueryLike<Parts[Part]> }
): QueryLike<Parts> {
  const parts = queries.map(({ data }) => data);
  return {
    data: parts.includes(undefined) ? undefined : (parts as unknown as Parts),
    error: queries.map(({ error }) => error).find((error) => error !== null && error !== undefined),
    refetch: () => queries.map(({ refetch }) => refetch()),
  };
}

/** An empty place that says what comes here, and how. */
export function EmptyState({ words, action }: { words: ReactNode; action?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words}>
      {action}
    </Empty>
  );
}

/** Where one service is away and the rest of the page is not. */
export function MissingPart({ message }: { message: string }) {
  const { t } = useWords();
  return <Alert type="warning" showIcon title={t("problems.part_missing", { message })} />;
}
