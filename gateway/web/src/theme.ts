import { theme as antTheme, type ThemeConfig } from "antd";
import { useSyncExternalStore } from "react";

export type ColorMode = "light" | "dark" | "system";

const KEPT_AS = "l2c.color-mode";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

function keptMode(): ColorMode {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === "light" || kept === "dark" ? kept : "system";
}

let mode = keptMode();

export function setColorMode(chosen: ColorMode): void {
  mode = chosen;
  localStorage.setItem(KEPT_AS, chosen);
  for (const tell of listeners) {
    tell();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

export function useColorMode(): { mode: ColorMode; isDark: boolean } {
  const chosen = useSyncExternalStore(subscribe, () => mode);
  const systemIsDark = useSyncExternalStore(subscribe, () => system.matches);
  return { mode: chosen, isDark: chosen === "system" ? systemIsDark : chosen === "dark" };
}

const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

const ON_BRIGHT = "#0b0f18";

/** The colours that charts use in turn, alike in light and dark. */
export const SERIES = { profit: "#2f6bed", commission: "#12a594", before: "#9aa4b5", loss: "#d9485f" } as const;

export function themeOf(isDark: boolean): ThemeConfig {
  const shared = {
    colorPrimary: isDark ? "#86a9ff" : "#2456d6",
    colorInfo: isDark ? "#86a9ff" : "#2456d6",
    colorSuccess: isDark ? "#3fb68b" : "#0f7b57",
    colorWarning: isDark ? "#e0a537" : "#a35b00",
    colorError: isDark ? "#f4849a" : "#c5284a",
    borderRadius: 8,
    fontFamily: FONT,
    fontSize: 14,
    wireframe: false,
    // Not by style sheet: the components wait for the ends of their motions, and must know that there are none.
    motion: !stillness.matches,
  };
  return isDark
    ? {
        algorithm: antTheme.darkAlgorithm,
        token: {
          ...shared,
          colorBgBase: "#101319",
          colorBgContainer: "#14181f",
          colorBgElevated: "#1a1f28",
          colorBgLayout: "#0b0d12",
          colorBorder: "#333b4a",
          colorBorderSecondary: "#232936",
          colorTextSecondary: "#b3bccb",
          colorTextTertiary: "#9aa4b5",
          colorTextDescription: "#a3adbd",
          colorTextPlaceholder: "#8791a2",
          colorTextBase: "#e8ebf1",
          colorLink: "#7fa6ff",
        },
        components: componentsOf(true),
      }
    : {
        algorithm: antTheme.defaultAlgorithm,
        token: {
          ...shared,
          colorBgLayout: "#f5f6f8",
          colorTextBase: "#171b24",
          colorTextSecondary: "#525b6b",
          colorTextTertiary: "#626b7a",
          colorTextDescription: "#5b6473",
          colorTextPlaceholder: "#6c7482",
          colorBorderSecondary: "#e7eaef",
          // Where one points stays as readable as before.
          colorPrimaryHover: "#3460d9",
          colorLinkHover: "#3460d9",
          // What antd mixes of colours this dark is dull, and too dark to read them on.
          colorSuccessBg: "#e8f6f0",
          colorSuccessBorder: "#b5e2cf",
          colorWarningBg: "#fdf3e2",
          colorWarningBorder: "#f3d9ab",
          colorErrorBg: "#fdedf0",
          colorErrorBorder: "#f5c2cc",
        },
        components: componentsOf(false),
      };
}

function componentsOf(isDark: boolean): ThemeConfig["components"] {
  return {
    Layout: {
      siderBg: isDark ? "#14181f" : "#ffffff",
      headerBg: isDark ? "#14181f" : "#ffffff",
      headerHeight: 56,
      headerPadding: "0 16px",
    },
    Menu: {
      itemBg: "transparent",
      subMenuItemBg: "transparent",
      itemHeight: 38,
      activeBarBorderWidth: 0,
      itemMarginInline: 8,
      ...(isDark ? { itemSelectedColor: "#b9cdff", subMenuItemSelectedColor: "#b9cdff" } : {}),
    },
    // In the dark what is filled is bright, and what stands on it dark. A count on a link that is pointed at stays as readable.
    ...(isDark
      ? {
          Button: { primaryColor: ON_BRIGHT, dangerColor: ON_BRIGHT },
          Badge: { colorTextLightSolid: ON_BRIGHT },
        }
      : { Badge: { colorErrorHover: "#c5284a" } }),
    Table: { cellPaddingBlockMD: 10, headerBg: isDark ? "#1a1f28" : "#fafbfc", headerSplitColor: "transparent" },
    Card: { headerFontSize: 15, headerPadding: 20, bodyPadding: 20 },
    Descriptions: { itemPaddingBottom: 12 },
    Tag: { defaultBg: isDark ? "#1d222c" : "#f1f3f6" },
  };
}
