import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import { useEffect } from "react";
import { RouterProvider } from "react-router/dom";
import { queryClient } from "./api/queries";
import { setDateLanguage } from "./format/dates";
import { router } from "./routes";
import { themeOf, useColorMode } from "./theme";
import { useWords } from "./words";

/** The whole console: what every page stands in. */
export function Console() {
  const { language } = useWords();
  const { isDark } = useColorMode();
  const isEnglish = language === "en";
  setDateLanguage(language);
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
  }, [isDark]);
  return (
    <ConfigProvider
      locale={isEnglish ? en : zh}
      theme={themeOf(isDark)}
      // Two characters with a blank between them are no longer a word: 提 交.
      button={{ autoInsertSpace: false }}
      form={{ scrollToFirstError: { block: "center" }, requiredMark: true }}
    >
      <QueryClientProvider client={queryClient}>
        {/* At the top it would lie over a page's own buttons. */}
        <AntApp component={false} notification={{ placement: "bottomRight", maxCount: 3 }}>
          <RouterProvider router={router} />
        </AntApp>
      </QueryClientProvider>
    </ConfigProvider>
  );
}
