import "antd/dist/reset.css";
import "./console.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Console } from "./console";
import { askWho } from "./shell/gate";
import { keepUpWithReleases } from "./shell/releases";
import { startWords } from "./words";

const place = document.getElementById("console");
if (place === null) {
  throw new Error("index.html has no #console");
}
keepUpWithReleases();
askWho();
await startWords();
createRoot(place).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
