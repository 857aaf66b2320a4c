import type { Fault } from "./fault.ts";
import { FILE_FAULTS } from "./file-faults.ts";
import { HOST_FAULTS } from "./host-faults.ts";
import { NETWORK_FAULTS } from "./network-faults.ts";
import { RELAY_FAULTS } from "./relay-faults.ts";
import { TUNNEL_FAULTS } from "./tunnel-faults.ts";
import { VIEWER_FAULTS } from "./viewer-faults.ts";

/** Every fault, in the order in which they run. */
export const FAULTS: readonly Fault[] = [
  ...RELAY_FAULTS,
  ...HOST_FAULTS,
  ...VIEWER_FAULTS,
  ...FILE_FAULTS,
  ...NETWORK_FAULTS,
  ...TUNNEL_FAULTS,
];

/** What `--quick` runs: one, short, without root. */
const QUICK = "relay-restarted";

/** @returns the faults, or the unknown names if there are any */
export function chooseFaults({
  only,
  quick,
}: {
  readonly only: readonly string[];
  readonly quick: boolean;
}): readonly Fault[] | { readonly unknown: string[] } {
  const unknown = only.filter((name) => FAULTS.every((fault) => fault.name !== name));
  if (unknown.length > 0) return { unknown };
  const wanted = (name: string): boolean => (only.length > 0 ? only.includes(name) : !quick || name === QUICK);
  return FAULTS.filter(({ name }) => wanted(name));
}
