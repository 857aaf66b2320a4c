import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type JsonProcess, startJsonProcess } from "./processes.ts";

const CLI = fileURLToPath(new URL("../../../packages/cli/bin/rangecast.js", import.meta.url));

export interface Share {
  readonly link: string;
  readonly process: JsonProcess;
  stop(): Promise<number | null>;
}

/** Runs `rangecast share PATH` as a user would, on any free port of loopback, with a state folder of its own. */
export async function startShare(path: string, options: string[] = []): Promise<Share> {
  const home = await mkdtemp(join(tmpdir(), "rangecast-home-"));
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_STATE_HOME: join(home, "state"),
    XDG_DATA_HOME: join(home, "data"),
  };
  const child = startJsonProcess(process.execPath, [CLI, "share", path, "--json", "--port", "0", "--host", "127.0.0.1", ...options], env);
  const ready = await child.waitFor((event) => event.event === "ready");
  return {
    link: String(ready["link"]),
    process: child,
    stop: async () => {
      const code = await child.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
  };
}
