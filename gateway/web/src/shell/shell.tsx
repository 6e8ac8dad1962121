import {
  CloseOutlined,
  LogoutOutlined,
  MenuFoldOutlined,
  MenuOutlined,
  MenuUnfoldOutlined,
  SearchOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Avatar, Badge, Button, Drawer, Dropdown, Grid, Layout, Menu, type MenuProps, Tooltip } from "antd";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Link, type Location, Outlet, useLocation, useNavigate, useNavigation } from "react-router";
import { api } from "../api/client";
import { type ColorMode, setColorMode, useColorMode } from "../theme";
import { listed, switchLanguage } from "../words";
import { useCounters, useLive } from "./live";
import { entryOf, type MenuEntry, menuFor, waitingAt } from "./menu";
import { Palette } from "./palette";
import { useSession } from "./session";
import { isShownAt, useWaitingKinds, type WaitingKind } from "./waiting_kinds";
import "./shell.css";
import { useWords } from "../words";
import { closeAllTabs, closeOtherTabs, closeTab, placeOf, useTabs } from "./tabs";

const COLLAPSED_AS = "l2c.menu-collapsed";
const COUNT_MAX = 99;

/** Menu, search, what is open, who one is; and the page. */
export function Shell() {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isCollapsed, setCollapsed] = useState(() => localStorage.getItem(COLLAPSED_AS) === "yes");
  const [isSearching, setSearching] = useState(false);
  const { pathname } = useLocation();
  const isMoving = useNavigation().state !== "idle";
  const isOffline = useLive();
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setSearching(true);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const before = useRef(pathname);
  useEffect(() => {
    setMenuOpen(false);
    // Whoever reads with the keyboard or by ear goes on at the new page, not in the menu.
    if (before.current !== pathname) {
      before.current = pathname;
      main.current?.focus({ preventScroll: true });
    }
  }, [pathname]);

  function toggleMenu() {
    if (!isWide) {
      setMenuOpen(true);
      return;
    }
    localStorage.setItem(COLLAPSED_AS, isCollapsed ? "no" : "yes");
    setCollapsed(!isCollapsed);
  }

  return (
    <Layout className="shell">
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      {isWide && (
        <Layout.Sider className="shell-menu" width={232} collapsedWidth={64} collapsed={isCollapsed} trigger={null}>
          <Brand isShort={isCollapsed} />
          <MainMenu isCollapsed={isCollapsed} />
        </Layout.Sider>
      )}
      {!isWide && (
        <Drawer
          open={isMenuOpen}
          onClose={() => setMenuOpen(false)}
          placement="left"
          size={264}
          closable={false}
          styles={{ body: { padding: 0 } }}
        >
          <Brand isShort={false} />
          <MainMenu isCollapsed={false} />
        </Drawer>
      )}
      <Layout className="shell-page">
        <Layout.Header className="shell-bar">
          <Button
            type="text"
            icon={!isWide ? <MenuOutlined /> : isCollapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            aria-label={t(!isWide ? "shell.open_menu" : isCollapsed ? "shell.expand" : "shell.collapse")}
            onClick={toggleMenu}
          />
          <button type="button" className="shell-search" onClick={() => setSearching(true)}>
            <SearchOutlined />
            <span className="shell-search-words">{t("shell.search.placeholder")}</span>
            <kbd>{t("shell.search.hint")}</kbd>
          </button>
          <Inbox />
          <UserMenu />
        </Layout.Header>
        <Tabs />
        {isOffline && <Alert banner type="warning" title={t("shell.offline")} />}
        <div className="shell-moving" data-moving={isMoving} />
        <main id="main" ref={main} tabIndex={-1} className="shell-main">
          <Suspense fallback={<div className="waiting" />}>
            <Outlet />
          </Suspense>
        </main>
      </Layout>
      <Palette isOpen={isSearching} onClose={() => setSearching(false)} />
    </Layout>
  );
}

function Brand({ isShort }: { isShort: boolean }) {
  const { t } = useWords();
  return (
    <Link to="/" className="shell-brand">
      <img src="/icon.svg" alt={isShort ? t("shell.product") : ""} width={30} height={30} />
      {!isShort && (
        <span>
          <strong>{t("shell.product")}</strong>
          <small className="quiet">{t("shell.tagline")}</small>
        </span>
      )}
    </Link>
  );
}

function MainMenu({ isCollapsed }: { isCollapsed: boolean }) {
  const { t } = useWords();
  const session = useSession();
  const { places } = useCounters();
  const { pathname, search } = useLocation();
  const entries = useMemo(() => menuFor(session), [session]);
  const shown = entryOf(entries, pathname, search);
  const above = entries.find(({ below }) => shown !== undefined && below?.includes(shown));
  const [open, setOpen] = useState<string[]>(() => (above ? [above.name] : []));
  useEffect(() => {
    if (above !== undefined) {
      setOpen((names) => (names.includes(above.name) ? names : [...names, above.name]));
    }
  }, [above]);

  const kinds = useWaitingKinds(places);
  const kindShown = kinds.find((kind) => isShownAt(kind, pathname, search));

  const itemOf = (entry: MenuEntry): MenuItem => {
    const waiting = waitingAt(entry, places);
    const words = (
      <span className="shell-menu-words">
        <span>{t(`shell.menu.${entry.name}`)}</span>
        {waiting > 0 && (
          <Badge count={waiting} overflowCount={COUNT_MAX} size="small" title={t("shell.unread", { count: waiting })} />
        )}
      </span>
    );
    if (entry.below !== undefined) {
      return { key: entry.name, icon: entry.icon, label: words, children: entry.below.flatMap(itemsOf) };
    }
    return { key: entry.page ?? entry.name, icon: entry.icon, label: <Link to={entry.page ?? "/"}>{words}</Link> };
  };

  const itemsOf = (entry: MenuEntry): MenuItem[] =>
    entry.name === "todo" ? [itemOf(entry), ...kinds.map(kindItem)] : [itemOf(entry)];

  return (
    <nav aria-label={t("shell.main")} className="shell-nav">
      <Menu
        mode="inline"
        inlineIndent={16}
        selectedKeys={[kindShown?.page ?? shown?.page ?? ""]}
        items={entries.map(itemOf)}
        {...(isCollapsed ? {} : { openKeys: open, onOpenChange: setOpen })}
      />
    </nav>
  );
}

type MenuItem = NonNullable<MenuProps["items"]>[number];

function kindItem({ page, words, waiting }: WaitingKind): MenuItem {
  return {
    key: page,
    className: "shell-menu-kind",
    label: (
      <Link to={page}>
        <span className="shell-menu-words">
          <span>{words}</span>
          <span className="quiet">{waiting}</span>
        </span>
      </Link>
    ),
  };
}

function Inbox() {
  const { t } = useWords();
  const { total } = useCounters();
  return (
    <Tooltip title={t("shell.menu.messages")}>
      <Link to="/messages" className="shell-inbox">
        <span className="unseen">{t("shell.menu.messages")}</span>
        <Badge
          count={total}
          overflowCount={COUNT_MAX}
          size="small"
          offset={[2, 2]}
          title={t("shell.unread", { count: total })}
        >
          <BellIcon />
        </Badge>
      </Link>
    </Tooltip>
  );
}

function BellIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      aria-hidden="true"
    >
      <path d="M6 17V11a6 6 0 1 1 12 0v6l1.5 2h-15z M10 21h4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

function UserMenu() {
  const { t, term, language } = useWords();
  const { user, signOutUrl } = useSession();
  const { mode } = useColorMode();
  const navigate = useNavigate();
  const queryClient = useQueryClient();

  async function signOut() {
    await api.DELETE("/api/v1/session");
    closeAllTabs();
    queryClient.clear();
    window.location.assign(signOutUrl ?? "/");
  }

  const items: MenuProps["items"] = [
    {
      key: "who",
      disabled: true,
      label: [user.department_name, listed(user.roles.map((role) => term("role", role)))].filter(Boolean).join(" · "),
    },
    { type: "divider" },
    {
      key: "settings",
      icon: <SettingOutlined />,
      label: t("shell.user.settings"),
      onClick: () => void navigate("/settings"),
    },
    {
      key: "theme",
      label: t("shell.user.theme"),
      children: (["light", "dark", "system"] as ColorMode[]).map((each) => ({
        key: each,
        label: `${each === mode ? "✓ " : ""}${t(`shell.user.theme_${each}`)}`,
        onClick: () => setColorMode(each),
      })),
    },
    {
      key: "language",
      label: t("shell.user.language"),
      onClick: () => void switchLanguage(language === "en" ? "zh" : "en"),
    },
    { type: "divider" },
    { key: "sign-out", icon: <LogoutOutlined />, label: t("shell.user.sign_out"), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="shell-user">
        <span aria-hidden="true">
          <Avatar size={30}>{user.name.slice(-2)}</Avatar>
        </span>
        <span className="shell-user-name">{user.name}</span>
      </button>
    </Dropdown>
  );
}

/** Whether a page is to be seen next: it is on its way, or the address names it, which is before it is drawn. */
function isGoingTo(address: string, going: Location | undefined): boolean {
  const { pathname, search } = going ?? window.location;
  return placeOf(address) === placeOf(pathname + search);
}

function Tabs() {
  const { t } = useWords();
  const tabs = useTabs();
  const { pathname, search } = useLocation();
  const { location: going } = useNavigation();
  const navigate = useNavigate();
  if (tabs.length === 0) {
    return null;
  }
  const here = placeOf(pathname + search);
  const isShown = (address: string) => placeOf(address) === here;
  function close(address: string) {
    const next = closeTab(address);
    if (isGoingTo(address, going)) {
      void navigate(next?.address ?? "/");
    }
  }
  return (
    <nav className="shell-tabs" aria-label={t("shell.tabs.label")}>
      {tabs.map(({ address, title }) => (
        <Dropdown
          key={placeOf(address)}
          trigger={["contextMenu"]}
          menu={{
            items: [{ key: "others", label: t("shell.tabs.close_others"), onClick: () => closeOtherTabs(address) }],
          }}
        >
          <span className="shell-tab" data-shown={isShown(address)}>
            <Link to={address} aria-current={isShown(address) ? "page" : undefined} title={title}>
              {title}
            </Link>
            <button type="button" aria-label={t("shell.tabs.close", { title })} onClick={() => close(address)}>
              <CloseOutlined />
            </button>
          </span>
        </Dropdown>
      ))}
    </nav>
  );
}
