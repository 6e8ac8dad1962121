import { query } from "../../api/client";

export const processOf = (processId: string) =>
  query.queryOptions("get", "/api/v1/processes/{process_id}", { params: { path: { process_id: processId } } });

/** What is in force of a kind of process: what it asks for, who acts. */
export const definitionOf = (code: string) =>
  query.queryOptions(
    "get",
    "/api/v1/process-definitions/{code}",
    { params: { path: { code } } },
    { staleTime: 5 * 60_000 },
  );
