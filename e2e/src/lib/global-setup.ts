import { buildPion } from "./pion.ts";
import { buildUsrsctp } from "./usrsctp.ts";

/** Runs once before all end-to-end tests, so that no session has to wait for a compiler. */
export async function setup(): Promise<void> {
  await buildPion();
  await buildUsrsctp();
}
