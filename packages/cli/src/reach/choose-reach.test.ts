import { join } from "node:path";
import { PassThrough } from "node:stream";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeEach, describe, expect, it } from "vitest";
import { type Config, readConfig } from "../config/config-file.ts";
import type { Folders } from "../config/folders.ts";
import { keepRecentRelay, readRecentRelay } from "../config/recent-relay.ts";
import type { Context } from "../context.ts";
import type { ShareFlags } from "../share/settings.ts";
import { type ChosenReach, chooseReach } from "./choose-reach.ts";

const RELAY = "https://relay.example";
const ADDRESS = "192.168.1.5";

let folders: Folders;
let stop: AbortController;
let stdin: PassThrough & { isTTY: boolean };
let printed: string[];

beforeEach(async () => {
  const folder = await temporaryFolder();
  folders = { configFile: join(folder, "config", "config.json"), stateFolder: join(folder, "state") };
  stop = new AbortController();
  stdin = Object.assign(new PassThrough(), { isTTY: true });
  printed = [];
});

function choose(flags: Partial<ShareFlags> = {}, config: Config = {}): Promise<ChosenReach | undefined> {
  const terminal = { interactive: true, print: (text: string) => printed.push(text) };
  const context = { env: {}, stdin, terminal, stop: { signal: stop.signal } } as unknown as Context;
  const machine = async () => ({ recentRelay: await readRecentRelay(folders.stateFolder), tunnels: [], address: ADDRESS });
  return chooseReach({ qr: false, ...flags }, { config, folders, machine }, context);
}

describe("chooseReach", () => {
  it("asks on a terminal, even if both answers were typed before the questions", async () => {
    stdin.write("1\nn\n");
    expect(await choose()).toEqual({ flags: { qr: false, lan: true }, config: {} });
    expect(await readConfig(folders.configFile)).toEqual({});
  });

  it("saves an answer for next time, and then asks no more", async () => {
    stdin.write("1\n\n");
    const expected = { flags: { qr: false, lan: true }, config: { reach: "this-network" }, setting: "this-network" };
    expect(await choose()).toEqual(expected);
    printed = [];
    expect(await choose({}, await readConfig(folders.configFile))).toEqual(expected);
    expect(printed).toEqual([]);
  });

  it("offers the relay that was used before, and saves it as the relay", async () => {
    await keepRecentRelay(folders.stateFolder, RELAY);
    stdin.write("\n\n");
    expect(await choose()).toEqual({ flags: { qr: false }, config: { relay: RELAY } });
    expect(await readConfig(folders.configFile)).toEqual({ relay: RELAY });
  });

  it.each<[string, Partial<ShareFlags>]>([
    ["--json", { json: true }],
    ["--quiet", { quiet: true }],
    ["--yes", { yes: true }],
    ["--relay", { relay: RELAY }],
  ])("asks nothing with %s", async (_what, flags) => {
    expect(await choose(flags)).toEqual({ flags: { qr: false, ...flags }, config: {} });
    expect(printed).toEqual([]);
  });

  it("asks nothing if standard input is no terminal", async () => {
    stdin.isTTY = false;
    expect(await choose()).toEqual({ flags: { qr: false }, config: {} });
    expect(printed).toEqual([]);
  });

  it("ends without a choice if the program is stopped at the question", async () => {
    const chosen = choose();
    stop.abort("interrupted");
    expect(await chosen).toBeUndefined();
  });

  it("fails with the options that there are if the input ends at the question", async () => {
    stdin.end();
    await expect(choose()).rejects.toMatchObject({ reason: "usage" });
  });
});

describe("the relay that was used before", () => {
  it("is the last one, and none if the file can't be understood", async () => {
    expect(await readRecentRelay(folders.stateFolder)).toBeUndefined();
    await keepRecentRelay(folders.stateFolder, "https://other.example");
    await keepRecentRelay(folders.stateFolder, RELAY);
    expect(await readRecentRelay(folders.stateFolder)).toBe(RELAY);
    await keepRecentRelay(folders.stateFolder, "nonsense");
    expect(await readRecentRelay(folders.stateFolder)).toBeUndefined();
  });
});
