import { query } from "../../../api/client";

/** @param version as the address has it; null for the one in force. */
export const versionOf = (code: string, version: string | null) =>
  query.queryOptions("get", "/api/v1/process-definitions/{code}", {
    params: { path: { code }, query: version === null ? {} : { version: Number(version) } },
  });
