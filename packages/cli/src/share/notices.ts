import type { Folders } from "../config/folders.ts";
import type { TlsFiles } from "../serve/tls.ts";
import type { Endpoints, Setting } from "./settings.ts";

/** What should be known of the settings: what is kept, what was kept and is used, what was forgotten, and a certificate that browsers won't take. */
export function noticesOf(
  plan: { readonly places: Endpoints; readonly folders: Folders; readonly tls: TlsFiles | undefined },
  linkHost: string,
): string[] {
  const { places, folders, tls } = plan;
  const fields = (["relay", "page"] as const).flatMap((field) =>
    settingNotice(field, places[field], places.keep[field], folders.configFile),
  );
  return [...fields, ...certificateNotices(tls, linkHost)];
}

function settingNotice(field: "relay" | "page", setting: Setting | undefined, kept: string | null | undefined, file: string): string[] {
  if (kept === null) return [`The ${field} is not kept any more (${file}).`];
  if (kept !== undefined) return [`The ${field} ${kept} is kept for the next time in ${file}; --no-${field} forgets it.`];
  if (setting?.source === "config") return [`Uses the ${field} ${setting.value}, kept in ${file}; --no-${field} forgets it.`];
  return setting?.source === "environment" ? [`Uses the ${field} ${setting.value}, from RANGECAST_${field.toUpperCase()}.`] : [];
}

function certificateNotices(tls: TlsFiles | undefined, linkHost: string): string[] {
  if (tls === undefined) return [];
  const trouble = tls.trouble === undefined ? [] : [`Browsers will refuse the link: ${tls.trouble}.`];
  const host = linkHost.replaceAll(/^\[|\]$/g, "");
  return tls.names.covers(host)
    ? trouble
    : [...trouble, `Browsers will warn of the link: the certificate doesn't name ${host}. Give --host a name that it does.`];
}
