import { describe, expect, it } from "vitest";
import { KNOWN_TUNNELS } from "./known-tunnels.ts";
import { cannotStart, endedEarly, leadsElsewhere, noAddress } from "./tunnel-failure.ts";
import { parseTunnel } from "./tunnel-options.ts";

const own = parseTunnel("/opt/tunnel {port}");
const error = (code: string): Error => Object.assign(new Error(`spawn ${code}`), { code });

describe("the messages of a tunnel's failures", () => {
  it.each(KNOWN_TUNNELS.map(({ name }) => name))("say how to install the program of %s", (name) => {
    expect(cannotStart(parseTunnel(name), error("ENOENT")).message).toMatch(/^There is no program \w+\. Install /);
  });

  it.each([
    [
      "a command that isn't there",
      cannotStart(own, error("ENOENT")),
      "There is no program /opt/tunnel. Install it, or give its whole path.",
    ],
    ["one that is no program", cannotStart(own, error("EACCES")), /^The tunnel's program \/opt\/tunnel can't be started: .*permission/],
    [
      "the end of one",
      endedEarly(own, "it ended with code 1", ["\u001B[1m one", "two"]),
      "The tunnel's program /opt/tunnel is over: it ended with code 1. Its last lines: \uFFFD[1m one / two",
    ],
    ["one without output", noAddress(own, 30_000, []), /no https address within 30 s\. .*--tunnel-url URL\. It printed nothing\.$/],
    [
      "an address elsewhere",
      leadsElsewhere("https://a.example", 60_000, "nothing listens", own),
      /^https:\/\/a\.example doesn't lead to this computer after 1 min: nothing listens\. Check the address/,
    ],
  ])("explain %s", (_what, { reason, message }, expected) => {
    expect([reason, message]).toEqual(["tunnel-failed", typeof expected === "string" ? expected : expect.stringMatching(expected)]);
  });
});
