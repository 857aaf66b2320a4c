/*
 * While a download runs: closing the tab asks first, and the screen stays on, as a phone that locks ends the page.
 */
export interface StayAwake {
  /** To be called whenever it may have changed. */
  set(busy: boolean): void;
}

export function createStayAwake(): StayAwake {
  let busy = false;
  let lock: WakeLockSentinel | undefined;

  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  const acquire = async (): Promise<void> => {
    const next = await navigator.wakeLock.request("screen");
    if (busy && !lock) lock = next;
    else await next.release();
  };
  // Not on every device, and not when the battery is low: then the screen just goes dark.
  const tryAcquire = (): void => {
    if (busy && !lock && "wakeLock" in navigator && document.visibilityState === "visible") acquire().catch(() => undefined);
  };
  // The browser takes the lock away from a hidden page.
  document.addEventListener("visibilitychange", () => {
    if (lock?.released) lock = undefined;
    tryAcquire();
  });

  return {
    set: (next) => {
      if (next === busy) return;
      busy = next;
      if (busy) {
        window.addEventListener("beforeunload", ask);
        return tryAcquire();
      }
      window.removeEventListener("beforeunload", ask);
      void lock?.release();
      lock = undefined;
    },
  };
}
