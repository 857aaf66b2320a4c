import { describe, expect, it } from "vitest";
import { adviseOnLink, type LinkReach, noticesOf } from "./notices.ts";

const CASES: ReadonlyArray<readonly [string, string, LinkReach, RegExp]> = [
  ["http://127.0.0.1:7264", "http://127.0.0.1:7264", "this-computer", /this computer only.*--tls-cert.*--relay/s],
  ["http://localhost:7264", "http://localhost:7264", "this-computer", /this computer only/],
  ["https://localhost:7264", "https://localhost:7264", "this-computer", /this computer only/],
  ["http://192.168.7.5:7264", "http://192.168.7.5:7264", "nowhere", /service workers only over https.*--tls-cert/s],
  ["http://films.example.org", "http://films.example.org", "nowhere", /only over https/],
  ["https://films.example.org", "http://127.0.0.1:7264", "this-computer", /its relay runs here/],
  ["https://films.example.org", "http://relay.example.org", "nowhere", /Use a relay with https/],
  ["https://192.168.7.5:7264", "https://192.168.7.5:7264", "this-network", /your local network only \(192\.168\.7\.5\)/],
  ["https://films.example.org", "https://nas.local", "this-network", /nas\.local/],
];

describe("adviseOnLink", () => {
  it.each(CASES)("page %s with relay %s reaches %s, and the notice says what to do", (page, relay, reach, text) => {
    const advice = adviseOnLink(page, relay);
    expect(advice.reach).toBe(reach);
    expect(advice.notices.join("\n")).toMatch(text);
  });

  it("has no notice for a link that works anywhere", () => {
    expect(adviseOnLink("https://films.example.org/cast", "https://relay.example.org")).toEqual({ reach: "anywhere", notices: [] });
  });
});

describe("noticesOf", () => {
  const folders = { configFile: "/c/config.json", stateFolder: "/s" };
  const saved = "https://saved.example";
  const given = "https://given.example";
  it.each([
    [
      "a saved relay",
      { relay: { value: saved, source: "config" } },
      { relay: saved },
      [/Using the relay https:\/\/saved.*config unset relay/],
    ],
    ["the environment's", { relay: { value: given, source: "environment" } }, {}, [/from RANGECAST_RELAY/]],
    ["an option's", { relay: { value: given, source: "option" } }, { relay: saved }, [/config set relay https:\/\/given/]],
    ["an option's that is saved", { relay: { value: saved, source: "option" } }, { relay: saved }, []],
    ["--no-relay", {}, { relay: saved }, [/saved relay https:\/\/saved.example is not used/]],
    ["no settings", {}, {}, []],
  ] as const)("with %s", (_what, endpoints, config, expected) => {
    const notices = noticesOf({ config, endpoints, folders, tls: undefined }, "127.0.0.1");
    expect(notices).toEqual(expected.map((text) => expect.stringMatching(text)));
  });
});
