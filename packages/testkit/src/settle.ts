/** Turns of the event loop: enough for chains of promises, reads from disk in flight and WebCrypto, which answers from threads of its own. */
const TURNS = 10;

/** Waits until every promise that can settle without a timer has settled. Works with fake timers that leave `setImmediate` alone. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
