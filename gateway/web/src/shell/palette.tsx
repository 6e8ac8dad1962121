import { SearchOutlined } from "@ant-design/icons";
import { Input, Modal, Tag } from "antd";
import { type ReactNode, useDeferredValue, useEffect, useEffectEvent, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { query } from "../api/client";
import { menuFor } from "./menu";
import "./palette.css";
import { useWords } from "../words";
import { useSession } from "./session";

interface Hit {
  key: string;
  group: string;
  title: ReactNode;
  note?: ReactNode;
  address: string;
}

/** Ctrl/Cmd-K: customers by anything they are known by, and places by name. Enter opens the best hit. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t, term } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const [isEntered, setEntered] = useState(false);
  const asked = useDeferredValue(text.trim());
  const { data, isFetching } = query.useQuery(
    "get",
    "/api/v1/search",
    { params: { query: { q: asked } } },
    { enabled: isOpen && asked !== "" && session.may("customers.read"), placeholderData: (before) => before },
  );

  const places = useMemo<Hit[]>(
    () =>
      menuFor(session)
        .flatMap((entry) => (entry.below ?? [entry]).map((each) => ({ each, above: entry })))
        .filter(({ each }) => each.page !== undefined)
        .map(({ each, above }) => ({
          key: `place ${each.page}`,
          group: t("shell.search.go"),
          title: t(`shell.menu.${each.name}`),
          note: each === above ? undefined : t(`shell.menu.${above.name}`),
          address: each.page ?? "/",
        })),
    [session, t],
  );
  const hits = useMemo<Hit[]>(() => {
    const needle = asked.toLowerCase();
    const customers = (needle === "" ? [] : (data?.items ?? [])).map((hit) => ({
      key: `customer ${hit.customer_id}`,
      group: t("shell.search.customers"),
      title: hit.customer_name,
      note: (
        <>
          {hit.matched !== hit.customer_name && <span className="quiet">{hit.matched}</span>}
          {hit.owner_name && <span className="quiet">{hit.owner_name}</span>}
          <Tag>{term("tier", hit.tier)}</Tag>
        </>
      ),
      address: `/customers/${hit.customer_id}`,
    }));
    const fitting = places.filter(({ title }) => String(title).toLowerCase().includes(needle));
    return [...customers, ...fitting];
  }, [asked, data, places, t, term]);

  useEffect(() => {
    if (isOpen) {
      setText("");
      setChosen(0);
      setEntered(false);
    }
  }, [isOpen]);

  function open(hit: Hit | undefined) {
    if (hit !== undefined) {
      onClose();
      void navigate(hit.address);
    }
  }

  // Who types fast and presses Enter means what was typed, and not what was found before.
  const isCurrent = asked === text.trim() && !isFetching;
  const enter = useEffectEvent(() => {
    setEntered(false);
    open(hits[chosen] ?? hits[0]);
  });
  useEffect(() => {
    if (isEntered && isCurrent) {
      enter();
    }
  }, [isEntered, isCurrent]);

  function onKeyDown(event: React.KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && hits.length > 0) {
      event.preventDefault();
      setChosen((at) => (at + step + hits.length) % hits.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      setEntered(true);
    }
  }

  return (
    <Modal
      open={isOpen}
      onCancel={onClose}
      footer={null}
      closable={false}
      // Its name is for those who hear it.
      title={t("common.search")}
      styles={{ header: { display: "none" } }}
      width={600}
      className="palette"
      destroyOnHidden
      style={{ top: 80 }}
    >
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={t("shell.search.placeholder")}
        aria-label={t("shell.search.placeholder")}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls="palette-hits"
        aria-activedescendant={hits[chosen] ? `palette-${chosen}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
          setEntered(false);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-hits" role="listbox" aria-label={t("common.search")} className="palette-hits">
        {hits.map((hit, index) => (
          <div key={hit.key}>
            {hit.group !== hits[index - 1]?.group && <div className="palette-group quiet">{hit.group}</div>}
            <div
              id={`palette-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className="palette-hit"
              onMouseMove={() => setChosen(index)}
              onClick={() => open(hit)}
              onKeyDown={onKeyDown}
            >
              <span>{hit.title}</span>
              <span className="palette-note">{hit.note}</span>
            </div>
          </div>
        ))}
        {hits.length === 0 && !isFetching && <p className="quiet palette-none">{t("shell.search.nothing")}</p>}
      </div>
      <p className="quiet palette-keys">{t("shell.search.keys")}</p>
    </Modal>
  );
}
