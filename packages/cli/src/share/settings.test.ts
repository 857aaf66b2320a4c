import { describe, expect, it } from "vitest";
import { resolveEndpoints, type ShareFlags } from "./settings.ts";

const flags = (some: Partial<ShareFlags> = {}): ShareFlags => ({ qr: true, ...some });
const A = "https://a.example";
const B = "https://b.example";
const C = "https://c.example";

describe("resolveEndpoints", () => {
  it("serves everything here without settings", () => {
    expect(resolveEndpoints(flags(), {}, {})).toEqual({});
  });

  it("prefers the option to the environment, and the environment to the saved setting", () => {
    const env = { RANGECAST_RELAY: B };
    expect(resolveEndpoints(flags({ relay: A }), env, { relay: C }).relay).toEqual({ value: A, source: "option" });
    expect(resolveEndpoints(flags(), env, { relay: C }).relay).toEqual({ value: B, source: "environment" });
    expect(resolveEndpoints(flags(), { RANGECAST_RELAY: "" }, { relay: C }).relay).toEqual({ value: C, source: "config" });
  });

  it("doesn't use the saved settings with --no-relay and --no-page", () => {
    const endpoints = resolveEndpoints(flags({ relay: false, page: false }), { RANGECAST_RELAY: B }, { relay: A, page: A });
    expect(endpoints).toEqual({});
  });

  it("names the environment variable that has a bad address", () => {
    expect(() => resolveEndpoints(flags(), { RANGECAST_RELAY: "nonsense" }, {})).toThrow(
      expect.objectContaining({ reason: "usage", message: expect.stringMatching(/^RANGECAST_RELAY: .*https:/) }),
    );
  });

  it("refuses options of the built-in relay if another relay is set, and says where that came from", () => {
    expect(() => resolveEndpoints(flags({ port: 80, tlsCert: "x" }), {}, { relay: A })).toThrow(
      /^--port, --tls-cert: .*saved in the config file; --no-relay/,
    );
    expect(() => resolveEndpoints(flags({ host: "::", relay: A }), {}, {})).toThrow(/^--host: .*from --relay/);
  });

  it("accepts them with a page elsewhere, because the relay is still served here", () => {
    expect(resolveEndpoints(flags({ port: 80, page: A }), {}, {}).page?.value).toBe(A);
  });
});
