import { buildPion } from "./pion.ts";

/** Runs once before any end-to-end test: no session may wait for a compiler. */
export async function setup(): Promise<void> {
  await buildPion();
}
