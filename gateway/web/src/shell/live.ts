/** The live connection: counters as they change, messages as they come (`GET /stream`, server-sent events). */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { query, type Schemas } from "../api/client";
import { readAgain, readAllAgain } from "../api/queries";
import { useWords } from "../words";

const COUNTERS = ["get", "/api/v1/counters"] as const;
const PATIENCE_MS = 5000;
const NEWS_MS = 400;
/** After which a connection that was refused, as one is while nobody is signed in, is asked for again. */
const REFUSED_MS = 10_000;

export function useCounters(): Schemas["Counters"] {
  const { data } = query.useQuery("get", "/api/v1/counters", undefined, { staleTime: Number.POSITIVE_INFINITY });
  return data ?? { total: 0, places: {} };
}

/** @returns whether the connection has been gone for long enough to say so. */
export function useLive(): boolean {
  const queryClient = useQueryClient();
  const { notification } = App.useApp();
  const { language } = useWords();
  const navigate = useNavigate();
  const [isGone, setGone] = useState(false);
  const [tried, setTried] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each try is a connection of its own
  useEffect(() => {
    const stream = new EventSource("/api/v1/stream");
    let patience: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let news: ReturnType<typeof setTimeout> | undefined;
    stream.onopen = () => {
      clearTimeout(patience);
      patience = undefined;
      setGone(false);
    };
    stream.onerror = () => {
      // The browser connects again by itself; that is nothing to speak of while it succeeds.
      patience ??= setTimeout(() => setGone(true), PATIENCE_MS);
      if (stream.readyState === EventSource.CLOSED) {
        again = setTimeout(() => setTried((count) => count + 1), REFUSED_MS);
      }
    };
    stream.addEventListener("counters", (event) => {
      const before = queryClient.getQueryData<Schemas["Counters"]>(COUNTERS);
      const now = queryClient.setQueryData(COUNTERS, JSON.parse(event.data) as Schemas["Counters"]);
      // Whoever's to-dos are other ones now may be looking at one that is gone, of which no message tells. The first that is heard,
      // as a page begins, says nothing new.
      if (before !== undefined && before !== now) {
        void readAgain("/api/v1/processes");
      }
    });
    stream.addEventListener("messages_missed", () => void readAgain("/api/v1/messages"));
    stream.addEventListener("message", (event) => {
      const message = JSON.parse(event.data) as Schemas["Message"];
      // What it tells of has changed, whatever of it is open; many that come together are told of together.
      clearTimeout(news);
      news = setTimeout(() => void readAllAgain(), NEWS_MS);
      if (message.severity !== "info") {
        notification.info({
          key: message.id,
          title: message.title[language],
          description: message.text[language],
          onClick: () => {
            notification.destroy(message.id);
            void navigate(message.link);
          },
          style: { cursor: "pointer" },
        });
      }
    });
    return () => {
      clearTimeout(patience);
      clearTimeout(again);
      clearTimeout(news);
      stream.close();
    };
  }, [queryClient, notification, language, navigate, tried]);

  return isGone;
}
