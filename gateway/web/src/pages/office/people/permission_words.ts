import { useMemo } from "react";
import { useWords } from "../../../words";

/** What permissions and their areas are called; one without words yet is called by its code. */
export function usePermissionWords(): { areaName: (area: string) => string; permissionName: (code: string) => string } {
  const { term } = useWords();
  return useMemo(
    () => ({
      areaName: (area) => term("permission_area", area),
      permissionName: (code) => {
        // A point in a key would part it.
        const key = code.replace(".", "_");
        const words = term("permission", key);
        return words === key ? code : words;
      },
    }),
    [term],
  );
}
