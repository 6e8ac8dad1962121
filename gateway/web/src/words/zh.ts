/** What the shell and the home page say: `words/zh/<area>.json` is the area `<area>`. */
import { byArea } from "./by_area";

export default byArea(
  import.meta.glob<object>("./zh/{common,home,problems,shell,terms}.json", { eager: true, import: "default" }),
);
