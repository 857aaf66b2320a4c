/** The options of the local network, which `share` and `open` have in common. */
import { CliError } from "../failure/cli-error.ts";
import { isLoopbackHost } from "../serve/listen-host.ts";
import { findLanAddresses } from "./lan-addresses.ts";

/** As commander parses them. */
export interface LanFlags {
  readonly lan?: boolean;
  readonly lanHost?: string;
  readonly cast?: boolean;
  /** `false`: `--no-mdns`. */
  readonly mdns?: boolean;
}

export interface LanSettings {
  /** Addresses in the local network, the one to announce first. */
  readonly addresses: readonly string[];
  readonly cast: boolean;
  /** Whether to announce the address by mDNS. */
  readonly mdns: boolean;
}

/**
 * @returns undefined without `--lan`
 * @throws CliError `usage`; `cannot-listen` if this computer is in no network
 */
export async function resolveLan(
  { lan, lanHost, cast = false, mdns = true }: LanFlags,
  env: NodeJS.ProcessEnv,
  find: () => Promise<readonly string[]> = findLanAddresses,
): Promise<LanSettings | undefined> {
  if (lan !== true) {
    const useless = [...(lanHost === undefined ? [] : ["--lan-host"]), ...(cast ? ["--cast"] : [])];
    if (useless.length > 0) throw new CliError("usage", `${useless.join(", ")}: nothing is served in the local network. Add --lan.`);
    return undefined;
  }
  const addresses = lanHost === undefined ? await find() : [lanHost];
  const [best] = addresses;
  if (best === undefined) {
    throw new CliError(
      "cannot-listen",
      "This computer has no IPv4 address in a local network. Connect it to a Wi-Fi or a cable, or choose an address with --lan-host.",
    );
  }
  return { addresses, cast, mdns: mdns && env["RANGECAST_MDNS"] !== "0" && !isLoopbackHost(best) };
}
