/** How others can open a share, what this computer has for that, and what each choice means for the options and the settings. Pure. */
import type { Config } from "../config/config-file.ts";
import type { ShareFlags } from "../share/settings.ts";
import type { KnownTunnel } from "../tunnel/known-tunnels.ts";
import { parseTunnel } from "../tunnel/tunnel-options.ts";
import { THIS_COMPUTER, THIS_NETWORK } from "./reach-setting.ts";

export type Reach =
  | { readonly kind: "relay"; readonly relay: string }
  | { readonly kind: "tunnel"; readonly tunnel: Pick<KnownTunnel, "name" | "operator"> }
  | { readonly kind: "network"; readonly address: string }
  | { readonly kind: "computer" };

/** What this computer has. */
export interface Machine {
  /** The relay that was used last; undefined if there was none. */
  readonly recentRelay: string | undefined;
  /** Tunnels whose program is installed. */
  readonly tunnels: readonly Pick<KnownTunnel, "name" | "operator">[];
  /** This computer's address in the local network; undefined if it is in none. */
  readonly address: string | undefined;
}

/** The choices, in the order in which they are listed: from those that reach furthest. */
export function offersOf({ recentRelay, tunnels, address }: Machine): readonly Reach[] {
  return [
    ...(recentRelay === undefined ? [] : [{ kind: "relay", relay: recentRelay } as const]),
    ...tunnels.map((tunnel) => ({ kind: "tunnel", tunnel }) as const),
    ...(address === undefined ? [] : [{ kind: "network", address } as const]),
    { kind: "computer" },
  ];
}

/**
 * Index of the choice for which Enter is enough. A relay that was used before is trusted already. Otherwise it is this computer: nobody should need a third
 * party, or send a file without encryption, because of a key pressed in haste.
 */
export function defaultOffer(offers: readonly Reach[]): number {
  const relay = offers.findIndex(({ kind }) => kind === "relay");
  return relay < 0 ? offers.length - 1 : relay;
}

/** Whether options, environment or settings say how others reach the share, so that there is nothing to ask. */
export function isDecided(flags: ShareFlags, env: NodeJS.ProcessEnv, config: Config): boolean {
  const { relay, page, host, tlsCert, tlsKey, tunnel, tunnelUrl, lan } = flags;
  const options = [relay, page, host, tlsCert, tlsKey, tunnel, tunnelUrl, lan];
  return options.some((option) => option !== undefined) || (env["RANGECAST_RELAY"] ?? "").trim() !== "" || config.relay !== undefined;
}

/** The options that a choice stands for. */
export function flagsOf(reach: Reach): Partial<ShareFlags> {
  switch (reach.kind) {
    case "relay":
      return { relay: reach.relay };
    case "tunnel":
      return { tunnel: parseTunnel(reach.tunnel.name) };
    case "network":
      return { lan: true };
    case "computer":
      return {};
  }
}

/** The setting that makes a choice permanent. */
export function settingOf(reach: Reach): Pick<Config, "relay" | "reach"> {
  switch (reach.kind) {
    case "relay":
      return { relay: reach.relay };
    case "tunnel":
      return { reach: reach.tunnel.name };
    case "network":
      return { reach: THIS_NETWORK };
    case "computer":
      return { reach: THIS_COMPUTER };
  }
}

/** The options that the setting `reach` stands for. @param setting as checked by parseReach */
export function flagsOfSetting(setting: string): Partial<ShareFlags> {
  if (setting === THIS_COMPUTER) return {};
  return setting === THIS_NETWORK ? { lan: true } : { tunnel: parseTunnel(setting) };
}
