import { buildRust } from "./rust.ts";

/** Runs once before all long tests, so that none has to wait for a compiler. */
export async function setup(): Promise<void> {
  await buildRust();
}
