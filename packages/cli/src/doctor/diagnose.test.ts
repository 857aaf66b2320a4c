import { describe, expect, it } from "vitest";
import { type Check, fail, pass, warn } from "./check.ts";
import { diagnose, troubleText } from "./diagnose.ts";

const RELAY = "https://relay.example";
const check = (name: string, run: Check["run"]): Check => ({ name, deadline: { ms: 1000, advice: "Look there." }, run });
const live = new AbortController().signal;

describe("diagnose", () => {
  it("returns the first failure, and runs no more checks", async () => {
    let looked = false;
    const checks = [
      check("a", async () => pass("fine")),
      check("b", async () => warn("hm", "See to it.")),
      check("c", async ({ relay }) => fail(`${relay} is broken`, "Mend it.")),
      check("d", async () => {
        looked = true;
        return pass("fine");
      }),
    ];
    const trouble = await diagnose({ relay: RELAY, signal: live, checks });
    expect(trouble).toEqual({ check: "c", found: "https://relay.example is broken", advice: "Mend it." });
    expect(looked).toBe(false);
    expect(troubleText({ check: "c", found: "the relay is broken", advice: "Mend it." })).toBe("The relay is broken. Mend it.");
  });

  it("returns undefined if everything works", async () => {
    expect(await diagnose({ relay: RELAY, signal: live, checks: [check("a", async () => pass("fine"))] })).toBeUndefined();
  });

  it("stops at once", async () => {
    const controller = new AbortController();
    const hangs = check("a", () => {
      controller.abort();
      return new Promise(() => undefined);
    });
    expect(await diagnose({ relay: RELAY, signal: controller.signal, checks: [hangs] })).toBeUndefined();
  });
});
