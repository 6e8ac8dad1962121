/** What two people have made of one draft at the same time, put together. */
import { isGroup, isSame } from "../../../forms/changes";

interface Merged<Content> {
  /** Theirs with what was changed here in it; where both have changed one thing, as it is here. */
  content: Content;
  /** Where both have changed one thing, each in their own way: `nodes.1.name_zh`. */
  contested: string[];
}

/** @param base what both began with. */
export function mergedContent<Content extends object>(base: Content, theirs: Content, mine: Content): Merged<Content> {
  const contested: string[] = [];
  const merge = (was: unknown, there: unknown, here: unknown, place: string): unknown => {
    if (isSame(here, was)) {
      return there;
    }
    if (isSame(there, was) || isSame(there, here)) {
      return here;
    }
    if (isGroup(was) && isGroup(there) && isGroup(here)) {
      const names = [...new Set([...Object.keys(there), ...Object.keys(here)])];
      return Object.fromEntries(
        names
          .map((name) => [name, merge(was[name], there[name], here[name], place === "" ? name : `${place}.${name}`)])
          .filter(([, value]) => value !== undefined),
      );
    }
    if (
      Array.isArray(was) &&
      Array.isArray(there) &&
      Array.isArray(here) &&
      areAlike(was, there) &&
      areAlike(was, here)
    ) {
      return was.map((each, index) => merge(each, there[index], here[index], `${place}.${index}`));
    }
    contested.push(place);
    return here;
  };
  return { content: merge(base, theirs, mine, "") as Content, contested };
}

/** Whether two lists hold the same things in the same order, known by their codes, so that one can be compared with the other. */
function areAlike(one: unknown[], other: unknown[]): boolean {
  return one.every(codeOf) && isSame(one.map(codeOf), other.map(codeOf));
}

function codeOf(each: unknown): unknown {
  return isGroup(each) ? each.code : undefined;
}
