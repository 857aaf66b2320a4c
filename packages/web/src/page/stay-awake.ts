/* While a download runs, closing the tab asks for confirmation, and the screen stays on: a phone that locks suspends the page. */

/** @returns a function to call whenever a download may have begun or ended */
export function createStayAwake(): (busy: boolean) => void {
  let busy = false;
  let lock: WakeLockSentinel | undefined;

  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  const acquire = async (): Promise<void> => {
    const next = await navigator.wakeLock.request("screen");
    if (busy && !lock) lock = next;
    else await next.release();
  };
  // Not available on every device, nor when the battery is low. The screen then turns off as usual.
  const tryAcquire = (): void => {
    if (busy && !lock && "wakeLock" in navigator && document.visibilityState === "visible") acquire().catch(() => undefined);
  };
  // The browser releases the lock when the page is hidden.
  document.addEventListener("visibilitychange", () => {
    if (lock?.released) lock = undefined;
    tryAcquire();
  });

  return (next) => {
    if (next === busy) return;
    busy = next;
    if (busy) {
      window.addEventListener("beforeunload", ask);
      return tryAcquire();
    }
    window.removeEventListener("beforeunload", ask);
    void lock?.release();
    lock = undefined;
  };
}
