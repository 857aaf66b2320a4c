import { describe, expect, it } from "vitest";
import { resolveEndpoints, type ShareFlags } from "./settings.ts";

const flags = (some: Partial<ShareFlags> = {}): ShareFlags => ({ qr: true, ...some });
const A = "https://a.example";
const B = "https://b.example";
const C = "https://c.example";

describe("resolveEndpoints", () => {
  it("serves everything here when nothing says otherwise", () => {
    expect(resolveEndpoints(flags(), {}, {})).toEqual({ keep: {} });
  });

  it("lets the option win over the environment, and that over what was kept", () => {
    const env = { RANGECAST_RELAY: B };
    expect(resolveEndpoints(flags({ relay: A }), env, { relay: C }).relay).toEqual({ value: A, source: "option" });
    expect(resolveEndpoints(flags(), env, { relay: C }).relay).toEqual({ value: B, source: "environment" });
    expect(resolveEndpoints(flags(), { RANGECAST_RELAY: "" }, { relay: C }).relay).toEqual({ value: C, source: "config" });
  });

  it("keeps what an option gives, not what the environment does", () => {
    expect(resolveEndpoints(flags({ relay: A, page: B }), {}, {}).keep).toEqual({ relay: A, page: B });
    expect(resolveEndpoints(flags(), { RANGECAST_RELAY: B, RANGECAST_PAGE: B }, {}).keep).toEqual({});
  });

  it("forgets with --no-relay and --no-page, and uses neither", () => {
    const places = resolveEndpoints(flags({ relay: false, page: false }), { RANGECAST_RELAY: B }, { relay: A, page: A });
    expect(places).toEqual({ keep: { relay: null, page: null } });
  });

  it("keeps nothing when the run is ephemeral", () => {
    expect(resolveEndpoints(flags({ relay: A, ephemeral: true }), {}, {}).keep).toEqual({});
  });

  it("refuses a bad address in the environment by its name", () => {
    expect(() => resolveEndpoints(flags(), { RANGECAST_RELAY: "nonsense" }, {})).toThrow(
      expect.objectContaining({ reason: "usage", message: expect.stringMatching(/^RANGECAST_RELAY: .*https:/) }),
    );
  });

  it("refuses options of the embedded server beside a relay elsewhere, and says where that came from", () => {
    expect(() => resolveEndpoints(flags({ port: 80, tlsCert: "x" }), {}, { relay: A })).toThrow(
      /^--port, --tls-cert: .*kept in the config file; --no-relay/,
    );
    expect(() => resolveEndpoints(flags({ host: "::", relay: A }), {}, {})).toThrow(/^--host: .*from the option/);
  });

  it("takes them beside a page elsewhere, as the relay is served here", () => {
    expect(resolveEndpoints(flags({ port: 80, page: A }), {}, {}).page?.value).toBe(A);
  });
});
