import { Navigate } from "react-router";
import { MENU, menuFor } from "../../shell/menu";
import { useSession } from "../../shell/session";
import { EmptyState } from "../../shell/states";
import { useWords } from "../../words";

/** Goes on to the first place of administration that one may see. */
export function OfficeIndex() {
  const { t } = useWords();
  const session = useSession();
  const places = menuFor(session, MENU).find(({ name }) => name === "office")?.below ?? [];
  const first = places[0]?.page;
  return first === undefined ? <EmptyState words={t("problems.forbidden_title")} /> : <Navigate to={first} replace />;
}
