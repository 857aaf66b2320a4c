import type { KnownTunnel } from "./known-tunnels.ts";

/** An https address without path and query. One with a path is a page of some documentation: a tunnel's address is that of a whole host. */
const ORIGIN = /https:\/\/[^\s/?#"'<>|,;()[\]{}]+(?=\/?(?:["'<>|,;()[\]{}\s]|$))/giu;

/**
 * The addresses in a line of a tunnel's output, as origins.
 * @param known undefined for a command of the user's own: then it is every address that may be a tunnel's
 */
export function addressesIn(line: string, known: KnownTunnel | undefined): string[] {
  const found = known === undefined ? [...line.matchAll(ORIGIN)].map(([text]) => text) : [known.address.exec(line)?.[1]];
  return found.flatMap((text) => originOf(text?.replace(/[.:]+$/u, "")) ?? []);
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { protocol, origin, username } = new URL(text);
  return protocol === "https:" && username === "" ? origin : undefined;
}
