/*
 * Two networks and a router between them, each in its own namespace (ip-netns(8)): the viewer's, the host's, and the middle with relay
 * and TURN server. The only file that knows how to create them.
 */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Side = "viewer" | "host";

/** Address of relay and TURN server for both sides. */
export const MIDDLE_ADDRESS = "10.77.0.1";
const SUBNETS = { viewer: "10.77.1", host: "10.77.2" } as const;
const ROUTER_HOST = 1;
const FIRST_HOST = 2;
const PREFIX_BITS = 24;
/** Priority of the rule that drops UDP: before all others except the local one. */
const LOSS_PRIORITY = "10";

export interface Network {
  /** Command prefix that runs a program on a side. */
  within(side: Side | "middle"): readonly string[];
  /** Whether the middle forwards packets between the sides; if not, a TURN server is the only path. */
  setDirect(on: boolean): Promise<void>;
  /** Sets a side's link down or up. */
  setLink(side: Side, up: boolean): Promise<void>;
  /** Replaces a side's address with another one. */
  changeAddress(side: Side): Promise<void>;
  /** Sets the MTU of a side's link, bytes: to the middle, and from it. */
  setMtu(side: Side, bytes: number): Promise<void>;
  /** Drops all UDP between the sides, and nothing else. */
  loseUdp(on: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Why namespaces can't be created here; undefined if they can. */
export function whyNoNetwork(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are of Linux";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `rangecast-try-${process.pid}`;
  if (spawnSync("ip", ["netns", "add", name]).status !== 0) return "the system lets nobody make network namespaces (ip netns add)";
  spawnSync("ip", ["netns", "delete", name]);
  return undefined;
}

let made = 0;

export async function makeNetwork(): Promise<Network> {
  const id = `rangecast-${process.pid}-${++made}`;
  const names = { viewer: `${id}-viewer`, host: `${id}-host`, middle: `${id}-middle` };
  const ip = async (side: Side | "middle", ...args: string[]): Promise<void> => {
    await run("ip", ["-netns", names[side], ...args]);
  };
  const hosts = { viewer: FIRST_HOST, host: FIRST_HOST };
  const addressOf = (side: Side): string => `${SUBNETS[side]}.${hosts[side]}/${PREFIX_BITS}`;
  const addRoute = (side: Side): Promise<void> => ip(side, "route", "add", "default", "via", `${SUBNETS[side]}.${ROUTER_HOST}`);
  const within = (side: Side | "middle"): readonly string[] => ["ip", "netns", "exec", names[side]];
  const setDirect = async (on: boolean): Promise<void> => {
    await run("ip", ["netns", "exec", names.middle, "sh", "-c", `echo ${on ? 1 : 0} > /proc/sys/net/ipv4/ip_forward`]);
  };
  const remove = async (): Promise<void> => {
    for (const name of Object.values(names)) await run("ip", ["netns", "delete", name]).catch(() => undefined);
  };
  try {
    for (const name of Object.values(names)) await run("ip", ["netns", "add", name]);
    for (const side of ["viewer", "host", "middle"] as const) await ip(side, "link", "set", "lo", "up");
    await ip("middle", "address", "add", `${MIDDLE_ADDRESS}/32`, "dev", "lo");
    for (const side of ["viewer", "host"] as const) {
      await ip(side, "link", "add", "up0", "type", "veth", "peer", "name", side, "netns", names.middle);
      await ip("middle", "address", "add", `${SUBNETS[side]}.${ROUTER_HOST}/${PREFIX_BITS}`, "dev", side);
      await ip("middle", "link", "set", side, "up");
      await ip(side, "address", "add", addressOf(side), "dev", "up0");
      await ip(side, "link", "set", "up0", "up");
      await addRoute(side);
    }
    await setDirect(true);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    within,
    setDirect,
    setLink: async (side, up) => {
      await ip(side, "link", "set", "up0", up ? "up" : "down");
      // Routes are removed with the link, and are not restored with it.
      if (up) await addRoute(side);
    },
    changeAddress: async (side) => {
      const before = addressOf(side);
      hosts[side] += 1;
      // Add the new address after deleting the old one: a secondary address is removed together with the primary one, and so is the route.
      await ip(side, "address", "delete", before, "dev", "up0");
      await ip(side, "address", "add", addressOf(side), "dev", "up0");
      await addRoute(side);
    },
    setMtu: async (side, bytes) => {
      await ip(side, "link", "set", "up0", "mtu", String(bytes));
      await ip("middle", "link", "set", side, "mtu", String(bytes));
    },
    loseUdp: (on) => ip("middle", "rule", on ? "add" : "delete", "ipproto", "udp", "priority", LOSS_PRIORITY, "blackhole"),
    remove,
  };
}
