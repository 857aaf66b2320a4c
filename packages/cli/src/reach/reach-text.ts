/** What the question and the notices about reaching others say. */
import type { Reach } from "./reach.ts";

/** How to reach others, if nothing says how. */
export const REACH_LINES: readonly string[] = [
  'Others need a relay that they can reach too. Run your own on a server: "rangecast relay --domain NAME"; then use --relay https://NAME here.',
  "Without a server, a tunnel leads to the relay on this computer: --tunnel cloudflared. Either way, the file itself goes directly to viewers.",
  "In the same Wi-Fi, --lan is enough: it serves the file without encryption.",
];

/** The question, with numbered choices. */
export function reachQuestion(offers: readonly Reach[], defaultIndex: number): string {
  const choices = offers.map((offer, index) => `  ${index + 1}  ${describe(offer)}`);
  return ["How should others reach this share?", ...choices, `Type a number, or press Enter for ${defaultIndex + 1}:`].join("\n");
}

function describe(offer: Reach): string {
  switch (offer.kind) {
    case "relay":
      return `anywhere, through the relay ${offer.relay}, which was used before`;
    case "tunnel":
      return `anywhere, through the tunnel ${offer.tunnel.name}; its operator, ${offer.tunnel.operator}, serves the page and must be trusted`;
    case "network":
      return `in this network (${offer.address}), without encryption`;
    case "computer":
      return "only on this computer";
  }
}

export const KEEP_QUESTION = "Do the same next time, without asking? Type y or n, or press Enter for yes:";

/** @param setting the saved value of `reach` that is used */
export function reachNotice(setting: string, file: string): string {
  return `Others reach this share as saved in ${file} (reach: ${setting}). To be asked again: rangecast config unset reach`;
}
