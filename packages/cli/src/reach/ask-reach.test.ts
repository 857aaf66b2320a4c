import { describe, expect, it } from "vitest";
import { askReach, type Asking } from "./ask-reach.ts";
import type { Reach } from "./reach.ts";

const RELAY = { kind: "relay", relay: "https://relay.example" } as const;
const TUNNEL = { kind: "tunnel", tunnel: { name: "cloudflared", operator: "Cloudflare" } } as const;
const COMPUTER = { kind: "computer" } as const;

function typing(...lines: string[]): Asking & { readonly printed: () => string } {
  const printed: string[] = [];
  return { print: (text) => printed.push(text), nextLine: () => Promise.resolve(lines.shift()), printed: () => printed.join("\n") };
}

describe("askReach", () => {
  it("says in three lines how to reach others, and lists the choices", async () => {
    const asking = typing("", "");
    await askReach([RELAY, TUNNEL, COMPUTER], asking);
    const [ways = "", question = ""] = asking.printed().split("\n\n");
    expect(ways.split("\n")).toEqual([
      expect.stringContaining("rangecast relay --domain"),
      expect.stringContaining("--tunnel"),
      expect.stringContaining("--lan"),
    ]);
    expect(question).toMatch(/\n {2}1 {2}.*relay\.example.*\n {2}2 {2}.*cloudflared.*Cloudflare.*\n {2}3 {2}only.*\n.*Enter for 1:/);
  });

  it.each<[string[], Reach, boolean]>([
    [["", ""], RELAY, true],
    [["2", "n"], TUNNEL, false],
    [[" 3 ", "YES"], COMPUTER, true],
    [["4", "0", "two", "2", "maybe", "no"], TUNNEL, false],
  ])("takes %j", async (lines, reach, keep) => {
    expect(await askReach([RELAY, TUNNEL, COMPUTER], typing(...lines))).toEqual({ reach, keep });
  });

  it("asks nothing if there is no choice", async () => {
    const asking = typing();
    expect(await askReach([COMPUTER], asking)).toBeUndefined();
    expect(asking.printed()).toContain("--relay https://NAME");
  });

  it.each([
    ["the input ends", []],
    ["it ends at the second question", ["1"]],
    ["nobody reads the question", Array.from({ length: 9 }, () => "what?")],
  ])("names the options if %s", async (_what, lines) => {
    await expect(askReach([TUNNEL, COMPUTER], typing(...lines))).rejects.toMatchObject({
      reason: "usage",
      message: expect.stringMatching(/--relay, --tunnel or --lan, or add --yes/),
    });
  });
});
