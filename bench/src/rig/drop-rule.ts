import type { Outcome } from "./on-link.ts";

/**
 * When a run counts although sockets dropped datagrams, which the link didn't cause. `clean`: only if there were none. `few`: up to 1 % of the
 * link's packets; they are extra loss. `any`: always, where nothing but the receiver's socket slows the sender down.
 */
export type DropRule = "clean" | "few" | "any";

const FEW = 0.01;

export function counts({ drops, packets }: Outcome<unknown>, rule: DropRule): boolean {
  if (rule === "any") return true;
  return drops <= (rule === "few" ? FEW * packets : 0);
}
