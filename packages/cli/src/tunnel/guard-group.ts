import { spawn } from "node:child_process";

/**
 * Waits for the end of its standard input, which comes when this program is gone, however it ended. Then ends the process group, first kindly. The only
 * text that varies is the group's number.
 */
const SCRIPT = 'read -r _; kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"';

/**
 * Lets a process group end with this program even if that is killed (SIGKILL), so that no tunnel leads to a port which another program may have by then.
 * Windows has neither groups nor this shell: there a killed program leaves its tunnel behind.
 * @param leader the group's number
 * @returns ends the guard, and leaves the group alone
 */
export function guardGroup(leader: number): () => void {
  if (process.platform === "win32") return () => undefined;
  // A session of its own, so that a Ctrl-C in the terminal does not end the guard.
  const guard = spawn("/bin/sh", ["-c", SCRIPT, "guard", String(leader)], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Without a shell there is no guard, and everything else works.
  guard.on("error", () => undefined);
  guard.stdin?.on("error", () => undefined);
  return () => void guard.kill("SIGKILL");
}
