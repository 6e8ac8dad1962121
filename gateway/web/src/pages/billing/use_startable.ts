import { query } from "../../api/client";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";

interface Startable {
  /** Whether the signed-in user may start a kind of process. */
  mayStart: (code: string) => boolean;
  /** What it is called; undefined for what he or she may not start. */
  nameOf: (code: string) => string | undefined;
}

/** Which processes one may start: the definitions say so, and administrators change them. */
export function useStartable(): Startable {
  const { may } = useSession();
  const { named } = useWords();
  const { data } = query.useQuery(
    "get",
    "/api/v1/process-definitions",
    { params: { query: { startable: true } } },
    { enabled: may("processes.start"), staleTime: 5 * 60_000 },
  );
  const find = (code: string) => data?.items.find((definition) => definition.code === code);
  return {
    mayStart: (code) => find(code) !== undefined,
    nameOf: (code) => {
      const definition = find(code);
      return definition && named(definition);
    },
  };
}
