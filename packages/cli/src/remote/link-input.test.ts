import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { type LinkInput, noticesOfLink, readLink } from "./link-input.ts";

const link = (id: string): string => `http://127.0.0.1:7264/s/${id.repeat(21)}A#v1.${"A".repeat(43)}`;

function input(text: string | undefined, rest: Partial<LinkInput> = {}): LinkInput & { readonly prompts: string[] } {
  const prompts: string[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: false });
  if (text !== undefined) stdin.end(text);
  return {
    argument: undefined,
    env: {},
    stdin,
    signal: new AbortController().signal,
    prompt: (message) => prompts.push(message),
    prompts,
    ...rest,
  };
}
const idOf = async (given: LinkInput): Promise<string> => (await readLink(given)).shareId.charAt(0);

describe("the link", () => {
  const env = { RANGECAST_LINK: link("B") };

  it.each<[string, LinkInput, string]>([
    ["the argument, with precedence", input(link("C"), { argument: link("A"), env }), "A"],
    ["the environment without an argument", input(link("C"), { env }), "B"],
    ["standard input for a dash", input(link("C"), { argument: "-", env }), "C"],
    ["standard input without either", input(`  ${link("C")}  \nmore`), "C"],
    ["standard input if the variable is empty", input(link("C"), { env: { RANGECAST_LINK: "" } }), "C"],
  ])("is %s", async (_what, given, id) => {
    expect(await idOf(given)).toBe(id);
  });

  it("may arrive in pieces, and is prompted for at a terminal", async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const given = input(undefined, { stdin });
    const reading = idOf(given);
    stdin.write(link("D").slice(0, 20));
    stdin.write(`${link("D").slice(20)}\n`);
    expect([await reading, given.prompts.length]).toEqual(["D", 1]);
  });

  it("may be wrapped, as mail programs do, in one paste or in several writes", async () => {
    const wrapped = `> ${link("E").slice(0, 60)}\n> ${link("E").slice(60)}\n`;
    expect(await idOf(input(`${wrapped}more`))).toBe("E");
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const reading = idOf(input(undefined, { stdin }));
    stdin.write(wrapped.slice(0, 65));
    stdin.write(wrapped.slice(65));
    expect(await reading).toBe("E");
  });

  it("is read if its # is encoded as %23, with a notice that the key may have reached a server", async () => {
    const encoded = await readLink(input(undefined, { argument: link("G").replace("#", "%23") }));
    expect([encoded.shareId.charAt(0), noticesOfLink(encoded)]).toEqual(["G", [expect.stringContaining("key was sent to the server")]]);
    expect(noticesOfLink(await readLink(input(undefined, { argument: link("G") })))).toEqual([]);
  });

  it.each([".", ",", ")", ">", '"'])("may be followed by %s", async (tail) => {
    expect(await idOf(input(undefined, { argument: `${link("F")}${tail}` }))).toBe("F");
  });

  it.each(["", "\n", "   \n"])("is missing if standard input is %j", async (text) => {
    await expect(readLink(input(text))).rejects.toMatchObject({ reason: "usage", message: expect.stringContaining("RANGECAST_LINK") });
  });

  it("is refused if it is damaged or endless, and the message does not contain it", async () => {
    for (const text of [link("A").slice(0, -3), "secret".repeat(10_000)]) {
      const refused = readLink(input(text));
      await expect(refused).rejects.toMatchObject({ reason: "bad-link", message: expect.not.stringContaining("secret") });
    }
  });

  it("is no longer awaited after an abort", async () => {
    const controller = new AbortController();
    const reading = readLink(input(undefined, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });
});
