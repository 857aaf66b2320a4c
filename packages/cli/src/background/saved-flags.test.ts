import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CliError } from "../failure/cli-error.ts";
import type { SharePlan } from "../share/plan.ts";
import type { ShareFlags } from "../share/settings.ts";
import { parseTunnel } from "../tunnel/tunnel-options.ts";
import { flagsOfSaved, savedFlagsOf, savedFlagsSchema } from "./saved-flags.ts";

const CONTEXT = { env: {}, resolvePath: (path: string) => `/here/${path}` };

function plan(flags: Partial<ShareFlags>, relay?: string): SharePlan {
  const endpoints = relay === undefined ? {} : { relay: { value: relay, source: "environment" } };
  return { flags: { qr: true, ...flags }, endpoints } as SharePlan;
}

/** As they are kept: through JSON. */
const kept = (saved: object): ReturnType<typeof savedFlagsOf> => v.parse(savedFlagsSchema, JSON.parse(JSON.stringify(saved)));

describe("the options that are kept", () => {
  it("leave out what concerns the terminal, and have absolute paths and the relay of the environment", () => {
    const flags = { json: true, verbose: true, background: true, tlsCert: "c.pem", tlsKey: "k.pem", exclude: ["*.part"], mdns: false };
    const saved = savedFlagsOf(plan(flags, "https://relay.example"), CONTEXT);
    expect(saved).toEqual({
      relay: "https://relay.example",
      tlsCert: "/here/c.pem",
      tlsKey: "/here/k.pem",
      exclude: ["*.part"],
      mdns: false,
    });
  });

  it("ask and print nothing when the share is shared again", () => {
    expect(flagsOfSaved(kept(savedFlagsOf(plan({ name: "n", relay: false }), CONTEXT)))).toEqual({
      name: "n",
      relay: false,
      qr: false,
      yes: true,
      quiet: true,
    });
  });

  it.each(["cloudflared", "ssh -R 80:localhost:{port} host"])("keep the tunnel %s", (text) => {
    const tunnel = parseTunnel(text);
    expect(flagsOfSaved(kept(savedFlagsOf(plan({ tunnel }), CONTEXT))).tunnel).toEqual(tunnel);
  });

  it("can't keep a secret from the environment", () => {
    const context = { ...CONTEXT, env: { RANGECAST_TURN_SECRET: "0123456789abcdef" } };
    expect(() => savedFlagsOf(plan({ turn: ["turn:a.example"] }), context)).toThrow(CliError);
    expect(savedFlagsOf(plan({ turn: ["turn:a.example"], turnSecretFile: "s" }), context).turnSecretFile).toBe("/here/s");
  });
});
