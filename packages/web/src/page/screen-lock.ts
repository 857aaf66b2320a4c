/* The screen stays on: a phone that locks suspends the page. */

/** @returns a function to call whenever the screen has to stay on, or no longer has to */
export function createScreenLock(): (on: boolean) => void {
  let wanted = false;
  let lock: WakeLockSentinel | undefined;

  const acquire = async (): Promise<void> => {
    const next = await navigator.wakeLock.request("screen");
    if (wanted && !lock) lock = next;
    else await next.release();
  };
  // Not available on every device, nor when the battery is low. The screen then turns off as usual.
  const tryAcquire = (): void => {
    if (wanted && !lock && "wakeLock" in navigator && document.visibilityState === "visible") acquire().catch(() => undefined);
  };
  // The browser releases the lock when the page is hidden.
  document.addEventListener("visibilitychange", () => {
    if (lock?.released) lock = undefined;
    tryAcquire();
  });

  return (on) => {
    if (on === wanted) return;
    wanted = on;
    if (on) return tryAcquire();
    void lock?.release();
    lock = undefined;
  };
}
