import { vi } from "vitest";

/** Step of the fake clock between two checks, milliseconds. */
const STEP_MS = 10;
const MAX_LOOKS = 20_000;

let working = 0;
/* WebCrypto works on its own threads, in real time: the fake clock does not advance while it works. */
for (const name of ["sign", "verify", "digest", "importKey", "exportKey", "deriveBits", "deriveKey", "encrypt", "decrypt"] as const) {
  const original = Reflect.get(crypto.subtle, name) as (...parameters: unknown[]) => Promise<unknown>;
  const counted = (...parameters: unknown[]): Promise<unknown> => {
    working += 1;
    return original.apply(crypto.subtle, parameters).finally(() => (working -= 1));
  };
  Object.defineProperty(crypto.subtle, name, { value: counted });
}

/** Advances the fake clock until a condition is true. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    if (isSo()) return;
    await turn(STEP_MS);
  }
  throw new Error(`it was not so after ${MAX_LOOKS * STEP_MS} ms`);
}

/** Advances the fake clock in one step. */
export async function turn(ms: number): Promise<void> {
  await settle();
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

/** Waits until all current work is done or waits for the clock or the test. */
async function settle(): Promise<void> {
  for (let idleTurns = 0; idleTurns < 3; idleTurns = working > 0 ? 0 : idleTurns + 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
