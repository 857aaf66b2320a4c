import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Context } from "../context.ts";
import { getConfig, listConfig, setConfig, unsetConfig } from "./run-config.ts";

let printed: string[];
let context: Context;

beforeEach(async () => {
  vi.stubEnv("XDG_CONFIG_HOME", await temporaryFolder());
  printed = [];
  context = { terminal: { print: (text: string) => printed.push(text) } } as unknown as Context;
  return () => vi.unstubAllEnvs();
});

describe("rangecast config", () => {
  it("lists settings that are not set, with their meanings", async () => {
    expect(await listConfig({}, context)).toBe(0);
    expect(printed).toEqual([
      expect.stringMatching(/^relay +\(not set: the relay/),
      expect.stringMatching(/^page +\(not set: where/),
      expect.stringMatching(/^reach +\(not set: how/),
    ]);
  });

  it("saves, prints and removes a value", async () => {
    await setConfig("relay", "https://Relay.example/", context);
    await setConfig("relay", "https://relay.example", context);
    await getConfig("relay", context);
    await listConfig({ json: true }, context);
    await unsetConfig("relay", context);
    await unsetConfig("relay", context);
    expect(printed).toEqual([
      expect.stringMatching(/^Saved in .*config\.json: relay https:\/\/relay\.example$/),
      expect.stringMatching(/^It was already saved/),
      "https://relay.example",
      '{"relay":"https://relay.example"}',
      expect.stringMatching(/^Removed from .*: relay$/),
      expect.stringMatching(/^No relay is saved/),
    ]);
    await expect(getConfig("relay", context)).rejects.toMatchObject({ reason: "not-set" });
  });

  it("refuses a value that is no address, and keeps the old one", async () => {
    await setConfig("relay", "https://relay.example", context);
    await expect(setConfig("relay", "relay", context)).rejects.toMatchObject({
      reason: "usage",
      message: expect.stringMatching(/^relay: /),
    });
    await getConfig("relay", context);
    expect(printed.at(-1)).toBe("https://relay.example");
  });
});
