import { describe, expect, it } from "vitest";
import { adviseOnLink, type LinkReach } from "./link-advice.ts";

const CASES: ReadonlyArray<readonly [string, string, LinkReach, RegExp]> = [
  ["http://127.0.0.1:7264", "http://127.0.0.1:7264", "this-computer", /this computer only.*--tls-cert.*--relay/s],
  ["http://localhost:7264", "http://localhost:7264", "this-computer", /this computer only/],
  ["https://localhost:7264", "https://localhost:7264", "this-computer", /this computer only/],
  ["http://192.168.7.5:7264", "http://192.168.7.5:7264", "nowhere", /without https there is no service worker.*--tls-cert/s],
  ["http://films.example.org", "http://films.example.org", "nowhere", /without https/],
  ["https://films.example.org", "http://127.0.0.1:7264", "this-computer", /its relay is here/],
  ["https://films.example.org", "http://relay.example.org", "nowhere", /Give the relay by https/],
  ["https://192.168.7.5:7264", "https://192.168.7.5:7264", "this-network", /your own network only \(192\.168\.7\.5\)/],
  ["https://films.example.org", "https://nas.local", "this-network", /nas\.local/],
];

describe("adviseOnLink", () => {
  it.each(CASES)("page %s with relay %s reaches %s, and says what to do", (page, relay, reach, words) => {
    const advice = adviseOnLink(page, relay);
    expect(advice.reach).toBe(reach);
    expect(advice.notices.join("\n")).toMatch(words);
  });

  it("has nothing to say of a link that works anywhere", () => {
    expect(adviseOnLink("https://films.example.org/cast", "https://relay.example.org")).toEqual({ reach: "anywhere", notices: [] });
  });
});
