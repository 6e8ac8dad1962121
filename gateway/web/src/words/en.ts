/** What the shell and the home page say: `words/en/<area>.json` is the area `<area>`. */
import { byArea } from "./by_area";

export default byArea(
  import.meta.glob<object>("./en/{common,home,problems,shell,terms}.json", { eager: true, import: "default" }),
);
