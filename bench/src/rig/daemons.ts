import { fileURLToPath } from "node:url";

import type { Target } from "../../page/api.ts";
import { type Child, startChild } from "./child.ts";

/** Which daemon serves. */
export type DaemonKind = "ours" | "pion";

const OUR_PROGRAM = fileURLToPath(new URL("../programs/our-daemon.js", import.meta.url));

/** Serves one file in one session, in a process of its own. */
export function startOurDaemon({ base, sessionId, key }: Target, file: string): Promise<Child> {
  return startChild(process.execPath, [OUR_PROGRAM, base, sessionId, key, file]);
}

export function startPionDaemon(binary: string, { base, sessionId, key }: Target, file: string): Promise<Child> {
  const session = ["--base", base, "--session", sessionId, "--key", key];
  return startChild(binary, ["daemon", ...session, "--file", file, "--no-mdns"]);
}
