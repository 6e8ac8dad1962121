/** What the other places say. */
import { byArea } from "./by_area";

export default byArea(
  import.meta.glob<object>(["./en/*.json", "!./en/{common,home,problems,shell,terms}.json"], {
    eager: true,
    import: "default",
  }),
);
