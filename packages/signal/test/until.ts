import { vi } from "vitest";

/** How far the faked clock goes at each look, milliseconds. */
const STEP_MS = 10;
const MAX_LOOKS = 20_000;

let working = 0;
/* WebCrypto works on threads of its own, which no faked clock moves: the clock stands still while it does. */
for (const name of ["sign", "verify", "digest", "importKey", "exportKey", "deriveBits", "deriveKey", "encrypt", "decrypt"] as const) {
  const original = Reflect.get(crypto.subtle, name) as (...parameters: unknown[]) => Promise<unknown>;
  const counted = (...parameters: unknown[]): Promise<unknown> => {
    working += 1;
    return original.apply(crypto.subtle, parameters).finally(() => (working -= 1));
  };
  Object.defineProperty(crypto.subtle, name, { value: counted });
}

/** Moves the faked clock on until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    if (isSo()) return;
    await turn(STEP_MS);
  }
  throw new Error(`it was not so after ${MAX_LOOKS * STEP_MS} ms`);
}

/** Moves the faked clock on by so much, in one go. */
export async function turn(ms: number): Promise<void> {
  await settle();
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

/** Lets all that is under way come to where it waits for the clock or for the test. */
async function settle(): Promise<void> {
  for (let idleTurns = 0; idleTurns < 3; idleTurns = working > 0 ? 0 : idleTurns + 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
