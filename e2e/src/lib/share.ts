import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { makeHome, removeHome, startRangecast } from "./rangecast.ts";

interface Running {
  readonly process: JsonProcess;
  /** Ctrl-C; answers the exit code. */
  stop(): Promise<number | null>;
}

export interface Share extends Running {
  readonly link: string;
  /** What it printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
}

export interface Relay extends Running {
  readonly url: string;
}

/** Runs `rangecast share PATH` as a user would, on any free port of loopback, with a state folder of its own. */
export async function startShare(path: string, options: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Share> {
  const own = options.includes("--relay") ? [] : ["--port", "0", "--host", "127.0.0.1"];
  const { running, ready } = await startCli(["share", path, "--json", ...own, ...options], env);
  return { ...running, ready, link: String(ready["link"]) };
}

export interface Opened extends Running {
  /** The address of the file on this computer. */
  readonly url: string;
}

/** Runs `rangecast open LINK`. */
export async function startOpen(link: string, options: string[] = []): Promise<Opened> {
  const { running, ready } = await startCli(["open", link, "--json", ...options]);
  return { ...running, url: String(ready["url"]) };
}

/** Runs `rangecast relay`, with the page, on any free port of loopback. */
export async function startRelay(options: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Relay> {
  const { running, ready } = await startCli(["relay", "--json", "--port", "0", "--host", "127.0.0.1", ...options], env);
  return { ...running, url: String(ready["url"]) };
}

async function startCli(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ running: Running; ready: Record<string, unknown> }> {
  const home = await makeHome();
  const child = startRangecast(args, { home, env });
  const ready = await child.waitFor((event) => event.event === "ready");
  const stop = async (): Promise<number | null> => {
    const code = await child.stop();
    await removeHome(home);
    return code;
  };
  return { running: { process: child, stop }, ready };
}
