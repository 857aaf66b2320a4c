/** What the user should know about the link and the settings: who can open the link, what is saved, and whether browsers accept the certificate. */
import { ADDRESS_KEYS, type AddressKey, type Config } from "../config/config-file.ts";
import type { Folders } from "../config/folders.ts";
import { isLocalNetworkHost, isLoopbackHost } from "../serve/listen-host.ts";
import type { TlsFiles } from "../serve/tls.ts";
import type { ReadyEvent } from "./report/share-event.ts";
import type { Endpoints, Setting } from "./settings.ts";

/** Where a link works: anywhere, in this network, on this computer, or nowhere (browsers would refuse to play). */
export type LinkReach = "anywhere" | "this-network" | "this-computer" | "nowhere";

/** One or two sentences each, for a line of its own. */
export type LinkAdvice = Pick<ReadyEvent, "reach" | "notices">;

const LAN = "--lan (this network, without encryption)";
const HTTPS = "--tls-cert FILE --tls-key FILE (https from this computer)";
const TUNNEL = "--tunnel NAME (a public address, see --help)";
const RELAY = "--relay https://RELAY (a public relay with its page)";

function elsewhere(usesLan: boolean): string {
  return usesLan
    ? `For devices elsewhere: ${TUNNEL}, ${HTTPS}, or ${RELAY}.`
    : `For other devices: ${LAN}, ${TUNNEL}, ${HTTPS}, or ${RELAY}.`;
}

/** Where a link works, from the two addresses that it contains. @param usesLan whether the file is served in the local network as well */
export function adviseOnLink(page: string, relay: string, usesLan = false): LinkAdvice {
  const pageUrl = new URL(page);
  const relayUrl = new URL(relay);
  if (isLoopbackHost(pageUrl.hostname))
    return { reach: "this-computer", notices: ["This link works on this computer only.", elsewhere(usesLan)] };
  if (pageUrl.protocol === "http:") {
    const problem = `Browsers won't play from ${pageUrl.origin}: they allow service workers only over https, or on the same computer.`;
    return { reach: "nowhere", notices: [problem, elsewhere(usesLan)] };
  }
  if (isLoopbackHost(relayUrl.hostname)) {
    return {
      reach: "this-computer",
      notices: ["This link works on this computer only, because its relay runs here. Use a public one: --relay https://RELAY."],
    };
  }
  if (relayUrl.protocol === "http:") {
    return { reach: "nowhere", notices: [`Browsers won't let an https page use the relay ${relayUrl.origin}. Use a relay with https.`] };
  }
  const local = [pageUrl, relayUrl].find(({ hostname }) => isLocalNetworkHost(hostname));
  if (local !== undefined) return { reach: "this-network", notices: [`This link works in your local network only (${local.hostname}).`] };
  return { reach: "anywhere", notices: [] };
}

interface SettingsForNotices {
  readonly config: Config;
  readonly endpoints: Endpoints;
  readonly folders: Folders;
  readonly tls: TlsFiles | undefined;
}

/** Notices about saved settings and the certificate. @param linkHost host of the link, as in a URL */
export function noticesOf({ config, endpoints, folders, tls }: SettingsForNotices, linkHost: string): string[] {
  const fields = ADDRESS_KEYS.flatMap((field) => settingNotice(field, endpoints[field], config[field], folders.configFile));
  return [...fields, ...certificateNotices(tls, linkHost)];
}

function settingNotice(field: AddressKey, setting: Setting | undefined, saved: string | undefined, file: string): string[] {
  switch (setting?.source) {
    case "config":
      return [`Using the ${field} ${setting.value}, saved in ${file}. To forget it: rangecast config unset ${field}`];
    case "environment":
      return [`Using the ${field} ${setting.value}, from RANGECAST_${field.toUpperCase()}.`];
    case "option":
      return setting.value === saved ? [] : [`To use this ${field} every time: rangecast config set ${field} ${setting.value}`];
    case undefined:
      return saved === undefined ? [] : [`For this run, the saved ${field} ${saved} is not used.`];
  }
}

function certificateNotices(tls: TlsFiles | undefined, linkHost: string): string[] {
  if (tls === undefined) return [];
  const trouble = tls.trouble === undefined ? [] : [`Browsers will refuse the link: ${tls.trouble}.`];
  const host = linkHost.replaceAll(/^\[|\]$/g, "");
  return tls.names.covers(host)
    ? trouble
    : [...trouble, `Browsers will warn about the link: the certificate does not cover ${host}. Use --host with a name that it covers.`];
}
