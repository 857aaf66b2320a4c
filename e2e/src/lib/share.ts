import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { makeHome, removeHome, startRangecast } from "./rangecast.ts";

interface Running {
  readonly process: JsonProcess;
  /** Ctrl-C; answers the exit code. */
  stop(): Promise<number | null>;
}

export interface Share extends Running {
  readonly link: string;
}

export interface Relay extends Running {
  readonly url: string;
}

/** Runs `rangecast share PATH` as a user would, on any free port of loopback, with a state folder of its own. */
export async function startShare(path: string, options: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Share> {
  const own = options.includes("--relay") ? [] : ["--port", "0", "--host", "127.0.0.1"];
  const { running, ready } = await startCli(["share", path, "--json", ...own, ...options], env);
  return { ...running, link: String(ready["link"]) };
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
