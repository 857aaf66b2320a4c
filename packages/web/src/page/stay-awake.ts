/* While a download runs, closing the tab asks for confirmation, and the screen stays on: a phone that locks suspends the page. */
import { createScreenLock } from "./screen-lock.ts";

/** @returns a function to call whenever a download may have begun or ended */
export function createStayAwake(): (busy: boolean) => void {
  let busy = false;
  const keepOn = createScreenLock();
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

  return (next) => {
    if (next === busy) return;
    busy = next;
    keepOn(busy);
    if (busy) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  };
}
