import { CHROMIUM_FLAGS, CHROMIUM_PATH } from "@rangecast/e2e/lib/chromium";
import { type Browser, chromium } from "playwright-core";

/** Real addresses in host candidates: by them a peer's sockets are known. */
const SHOW_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns";

/** Real, headless Chromium with a fresh profile, as a process of its own. Signals are ours to handle. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    headless: true,
    args: [...CHROMIUM_FLAGS, SHOW_ADDRESSES],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
