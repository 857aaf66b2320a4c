import { describe, expect, it } from "vitest";
import { describeFailure } from "./failure/failure.ts";
import { createProgram } from "./program.ts";

const nothing = async (): Promise<void> => {};
const ACTIONS = {
  share: nothing,
  get: nothing,
  open: nothing,
  relay: nothing,
  doctor: nothing,
  listConfig: nothing,
  getConfig: nothing,
  setConfig: nothing,
  unsetConfig: nothing,
  list: nothing,
  revoke: nothing,
  stop: nothing,
  runService: nothing,
  installService: nothing,
  uninstallService: nothing,
  showService: nothing,
};

/** The error message for these arguments; undefined if they are accepted. */
async function refusalOf(args: readonly string[]): Promise<string | undefined> {
  const program = createProgram(ACTIONS, { version: "1.0.0", out: () => {}, columns: 80 });
  try {
    await program.parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    return describeFailure(error)?.message;
  }
}

describe("an option's value that is empty or invalid", () => {
  it.each<[string[], RegExp]>([
    [["get", "LINK", "--out", ""], /--out <dir>.*empty: give a path/],
    [["get", "LINK", "--out", "  "], /--out <dir>.*empty: give a path/],
    [["get", "LINK", "--name", ""], /--name.*must not be empty/],
    [["share", "film.mp4", "--name", " "], /--name.*must not be empty/],
    [["share", "film.mp4", "--relay", ""], /--relay.*whole address/],
    [["share", "film.mp4", "--page", ""], /--page.*whole address/],
    [["share", "film.mp4", "--port", ""], /--port.*whole number/],
    [["share", "film.mp4", "--port", "abc"], /--port.*whole number/],
    [["share", "film.mp4", "--udp-port", ""], /--udp-port.*whole number/],
    [["share", "film.mp4", "--host", ""], /--host.*address or a host name/],
    [["share", "film.mp4", "--tls-cert", ""], /--tls-cert.*empty: give a path/],
    [["share", "film.mp4", "--tls-key", ""], /--tls-key.*empty: give a path/],
    [["share", "film.mp4", "--stun", ""], /--stun.*looks like stun:/],
    [["share", "film.mp4", "--turn", ""], /--turn.*looks like turn:/],
    [["share", "film.mp4", "--turn-secret-file", ""], /--turn-secret-file.*empty: give a path/],
    [["share", "film.mp4", "--lan-host", "::1"], /--lan-host.*IPv4 address/],
    [["share", "film.mp4", "--tunnel", ""], /--tunnel.*Give one of cloudflared/],
    [["share", "film.mp4", "--tunnel-url", "http://example.org"], /--tunnel-url.*https:/],
    [["share", "film.mp4", "--lan-port", "x"], /--lan-port.*whole number/],
    [["open", "LINK", "--player", " "], /--player.*empty: give a program/],
    [["open", "LINK", "--port", "-1"], /--port.*whole number/],
    [["relay", "--origin", ""], /--origin.*whole address/],
    [["relay", "--key", ""], /--key.*16 to 512/],
    [["relay", "--domain", ""], /--domain.*domain name/],
    [["relay", "--email", ""], /--email.*looks like/],
    [["relay", "--acme-directory", ""], /--acme-directory.*whole address/],
    [["relay", "--acme-ca", ""], /--acme-ca.*empty: give a path/],
    [["relay", "--http-port", "0"], /--http-port.*whole number/],
    [["relay", "--stun-port", ""], /--stun-port.*whole number/],
    [["relay", "--tls-cert", ""], /--tls-cert.*empty: give a path/],
    [["doctor", "--relay", ""], /--relay.*whole address/],
    [["doctor", "--stun", ""], /--stun.*looks like stun:/],
    [["config", "get", "colour"], /no such setting.*relay, page/],
    [["config", "set", "relay"], /missing.*value/],
  ])("is named: %j", async (args, text) => {
    expect(await refusalOf(args)).toMatch(text);
  });

  it("is refused, unlike a valid one", async () => {
    expect(await refusalOf(["get", "LINK", "--out", "films"])).toBeUndefined();
    expect(await refusalOf(["share", "film.mp4", "--tls-cert", "a.pem", "--tls-key", "b.pem"])).toBeUndefined();
  });
});

describe("the help of a command", () => {
  it.each(["share", "get", "open", "relay", "doctor", "config"])("of %s has examples of that command, and no others", async (command) => {
    let text = "";
    const program = createProgram(ACTIONS, { version: "1.0.0", out: (part) => (text += part), columns: 80 });
    await program.parseAsync(["help", command], { from: "user" }).catch(() => undefined);
    const examples = [...text.matchAll(/^ {2}rangecast (\w+)/gmu)].map(([, named]) => named);
    expect(examples.length).toBeGreaterThan(0);
    expect(new Set(examples)).toEqual(new Set([command]));
  });
});
