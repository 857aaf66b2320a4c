/** The setting `reach`: how others reach a share if no relay is given. */
import { InvalidArgumentError } from "commander";
import { KNOWN_TUNNELS } from "../tunnel/known-tunnels.ts";

export const THIS_COMPUTER = "this-computer";
export const THIS_NETWORK = "this-network";
/** All values: the words that `reach` in the event `ready` uses too, and the names of tunnels. */
const REACH_SETTINGS: readonly string[] = [THIS_COMPUTER, THIS_NETWORK, ...KNOWN_TUNNELS.map(({ name }) => name)];

/** @throws InvalidArgumentError that names all values */
export function parseReach(text: string): string {
  const value = text.trim();
  if (!REACH_SETTINGS.includes(value)) throw new InvalidArgumentError(`Give one of ${REACH_SETTINGS.join(", ")}.`);
  return value;
}
