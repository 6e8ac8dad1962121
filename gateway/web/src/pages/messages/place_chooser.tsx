import { TreeSelect } from "antd";
import { Link, useLocation } from "react-router";
import { quantity } from "../../format/figures";
import { useWords } from "../../words";
import type { PlaceShown } from "./places";

interface PlaceChooserProps {
  tree: PlaceShown[];
  total: number;
  chosen: string | undefined;
}

/** Beside the inbox: where messages are, and how many wait there. */
export function PlaceMenu({ tree, total, chosen }: PlaceChooserProps) {
  const { t } = useWords();
  const { search } = useLocation();
  const addressOf = (place: string | undefined) => {
    const asked = new URLSearchParams(search);
    if (place === undefined) {
      asked.delete("place");
    } else {
      asked.set("place", place);
    }
    return `/messages?${asked}`;
  };
  return (
    <nav className="places" aria-label={t("messages.places")}>
      <PlaceLink
        to={addressOf(undefined)}
        words={t("messages.everywhere")}
        waiting={total}
        isChosen={chosen === undefined}
      />
      <PlaceList places={shownOf(tree, undefined, chosen)} chosen={chosen} addressOf={addressOf} />
    </nav>
  );
}

function PlaceList(props: { places: PlaceShown[]; chosen: string | undefined; addressOf: (place: string) => string }) {
  const { places, chosen, addressOf } = props;
  if (places.length === 0) {
    return null;
  }
  return (
    <ul>
      {places.map((place) => (
        <li key={place.code}>
          <PlaceLink
            to={addressOf(place.code)}
            words={place.words}
            waiting={place.waiting}
            isChosen={place.code === chosen}
          />
          <PlaceList places={shownOf(place.below, place, chosen)} chosen={chosen} addressOf={addressOf} />
        </li>
      ))}
    </ul>
  );
}

/** Of a menu of thirty entries those where something waits, and those about where one is looking. */
function shownOf(places: PlaceShown[], above: PlaceShown | undefined, chosen: string | undefined): PlaceShown[] {
  const isAbout = (code: string) => chosen !== undefined && (chosen === code || chosen.startsWith(`${code}.`));
  return places.filter(
    ({ code, waiting }) => above === undefined || waiting > 0 || isAbout(code) || chosen === above.code,
  );
}

function PlaceLink(props: { to: string; words: string; waiting: number; isChosen: boolean }) {
  const { to, words, waiting, isChosen } = props;
  return (
    <Link to={to} replace className="place" aria-current={isChosen ? "true" : undefined}>
      <span>{words}</span>
      {waiting > 0 && <span className="place-count">{quantity(waiting)}</span>}
    </Link>
  );
}

/** The same on a phone. */
export function PlaceSelect(props: PlaceChooserProps & { onChoose: (place: string | undefined) => void }) {
  const { tree, total, chosen, onChoose } = props;
  const { t } = useWords();
  return (
    <TreeSelect
      allowClear
      treeDefaultExpandAll
      aria-label={t("messages.places")}
      placeholder={`${t("messages.everywhere")}${total > 0 ? ` · ${quantity(total)}` : ""}`}
      value={chosen}
      treeData={tree.map(nodeOf)}
      onChange={(place: string | undefined) => onChoose(place)}
      style={{ width: "100%" }}
    />
  );
}

function nodeOf({ code, words, waiting, below }: PlaceShown): { value: string; title: string; children: object[] } {
  return { value: code, title: waiting > 0 ? `${words} · ${quantity(waiting)}` : words, children: below.map(nodeOf) };
}
