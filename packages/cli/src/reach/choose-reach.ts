/** Decides how others reach a share: by options and settings, or by asking once. */
import { createInterface } from "node:readline";
import { abortable } from "@rangecast/base";
import { type Config, updateConfig } from "../config/config-file.ts";
import type { Folders } from "../config/folders.ts";
import { readRecentRelay } from "../config/recent-relay.ts";
import type { Context } from "../context.ts";
import { findLanAddresses } from "../lan/lan-addresses.ts";
import { isLocalNetworkHost } from "../serve/listen-host.ts";
import type { ShareFlags } from "../share/settings.ts";
import { installedTunnels } from "../tunnel/known-tunnels.ts";
import { type Answer, askReach } from "./ask-reach.ts";
import { flagsOf, flagsOfSetting, isDecided, type Machine, offersOf, settingOf } from "./reach.ts";

/** What the share is started with. */
export interface ChosenReach {
  readonly flags: ShareFlags;
  readonly config: Config;
  /** The saved value of `reach`, if it is used. */
  readonly setting?: string;
}

export interface ReachSurroundings {
  readonly config: Config;
  readonly folders: Folders;
  /** @default what this computer has */
  readonly machine?: () => Promise<Machine>;
}

/**
 * Adds the options that were chosen, now or earlier. Asks only on a terminal, and never with `--json`, `--quiet` or `--yes`.
 * @returns undefined if the program was stopped at the question
 * @throws CliError `usage` if the question gets no answer; `bad-config`
 */
export async function chooseReach(
  flags: ShareFlags,
  { config, folders, machine = () => inspectMachine(folders, context.env) }: ReachSurroundings,
  context: Context,
): Promise<ChosenReach | undefined> {
  if (isDecided(flags, context.env, config)) return { flags, config };
  if (config.reach !== undefined) return withSetting(flags, config, config.reach);
  if (!mayAsk(flags, context)) return { flags, config };
  try {
    const answer = await ask(await machine(), context);
    if (answer === undefined) return { flags, config };
    return answer.keep ? await keep(answer, flags, { config, folders }) : { flags: { ...flags, ...flagsOf(answer.reach) }, config };
  } catch (error) {
    if (context.stop.signal.aborted) return undefined;
    throw error;
  }
}

const withSetting = (flags: ShareFlags, config: Config, setting: string): ChosenReach => ({
  flags: { ...flags, ...flagsOfSetting(setting) },
  config,
  setting,
});

function mayAsk({ json, quiet, yes }: ShareFlags, { stdin, terminal }: Context): boolean {
  return stdin.isTTY && terminal.interactive && json !== true && quiet !== true && yes !== true;
}

async function inspectMachine({ stateFolder }: Folders, env: NodeJS.ProcessEnv): Promise<Machine> {
  const [recentRelay, tunnels, addresses] = await Promise.all([
    readRecentRelay(stateFolder),
    installedTunnels(env["PATH"]),
    findLanAddresses(),
  ]);
  // A server's public address is no local network: nobody should serve a file to the internet without encryption because of a question.
  return { recentRelay, tunnels, address: addresses.slice(0, 1).find(isLocalNetworkHost) };
}

/** Reads whole lines, so the terminal keeps its own editing, and Ctrl-C stays a signal. */
async function ask(machine: Machine, { stdin, terminal, stop }: Context): Promise<Answer | undefined> {
  const input = createInterface({ input: stdin, terminal: false });
  const lines = input[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string | undefined> => {
    const { done, value } = await abortable(lines.next(), stop.signal);
    return done === true ? undefined : value;
  };
  try {
    return await askReach(offersOf(machine), { print: (text) => terminal.print(text), nextLine });
  } finally {
    input.close();
  }
}

async function keep({ reach }: Answer, flags: ShareFlags, { config, folders }: ReachSurroundings): Promise<ChosenReach> {
  const change = settingOf(reach);
  await updateConfig(folders.configFile, change);
  const saved = { ...config, ...change };
  return change.reach === undefined ? { flags, config: saved } : withSetting(flags, saved, change.reach);
}
