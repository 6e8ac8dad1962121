/** What the other places say. */
import { byArea } from "./by_area";

export default byArea(
  import.meta.glob<object>(["./zh/*.json", "!./zh/{common,home,problems,shell,terms}.json"], {
    eager: true,
    import: "default",
  }),
);
