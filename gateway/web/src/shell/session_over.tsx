import { useEffect, useRef } from "react";
import { useWords } from "../words";
import { SignInPage } from "./sign_in_page";

/** The sign-in over all that is open: nothing behind it can be seen or reached, nor is it lost. */
export function SessionOver({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // In the browser's top layer it is also above drawers and messages.
    dialog.current?.showModal();
    dialog.current?.querySelector("input")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="session-over"
      aria-label={t("shell.sign_in.title")}
      // Whatever key would close it: nobody is signed in.
      onCancel={(event) => event.preventDefault()}
      onClose={(event) => event.currentTarget.showModal()}
    >
      <SignInPage isAgain onSignedIn={onSignedIn} />
    </dialog>
  );
}
