/*
 * Real Firefox, as the system has it. Playwright drives only builds of its own, so it is puppeteer that drives this one, by WebDriver BiDi; and that through a
 * socket on loopback, so both are in one network.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Page } from "puppeteer-core";
import { FILM } from "./media.ts";
import { type ShownFrame, showFrame } from "./video-probe.ts";

/** Where Debian puts Firefox; FIREFOX_PATH overrides it. */
const FIREFOX_PATH = process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr";
/** Longest that a film may take to know its length, milliseconds. */
const OPEN_LIMIT_MS = 30_000;
/** A download goes to the folder that is named, and nobody is asked. */
const TO_A_FOLDER_OF_ITS_OWN = 2;

export interface FirefoxOptions {
  /** Hosts that it treats as if they had https: in a namespace there is no other. */
  readonly secureHosts?: readonly string[];
  /** Whether ICE sends to loopback, from candidates that show their addresses instead of names of mDNS. It gathers none on loopback even so. @default false */
  readonly iceReachesLoopback?: boolean;
  /** Ctrl-C is the caller's to handle, who closes it then. @default false */
  readonly signalsAreOurs?: boolean;
}

export interface Firefox {
  /** Where its downloads go. */
  readonly downloads: string;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** Why there is no Firefox here; undefined where there is one. */
export function whyNoFirefox(): string | undefined {
  return existsSync(FIREFOX_PATH) ? undefined : `no Firefox at ${FIREFOX_PATH}`;
}

/** Starts real, headless Firefox with a fresh profile. */
export async function startFirefox({
  secureHosts = [],
  iceReachesLoopback = false,
  signalsAreOurs = false,
}: FirefoxOptions = {}): Promise<Firefox> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-firefox-"));
  const downloads = await mkdtemp(join(folder, "downloads-"));
  const browser = await launch({
    browser: "firefox",
    executablePath: FIREFOX_PATH,
    headless: true,
    ...(signalsAreOurs ? { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false } : {}),
    extraPrefsFirefox: {
      "browser.download.dir": downloads,
      "browser.download.folderList": TO_A_FOLDER_OF_ITS_OWN,
      "browser.download.useDownloadDir": true,
      "browser.download.always_ask_before_handling_new_types": false,
      "dom.securecontext.allowlist": secureHosts.join(","),
      "dom.serviceWorkers.testing.enabled": secureHosts.length > 0,
      // On a page that passes for secure it would ask for the film by https.
      "security.mixed_content.upgrade_display_content": secureHosts.length === 0,
      "media.autoplay.default": 0,
      "media.peerconnection.ice.obfuscate_host_addresses": !iceReachesLoopback,
      "media.peerconnection.ice.loopback": iceReachesLoopback,
    },
  });
  return {
    downloads,
    newPage: () => browser.newPage(),
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Opens a share's page and waits until its video knows its length. */
export async function openFilmInFirefox(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator("button ::-p-text(Play)").setTimeout(OPEN_LIMIT_MS).click();
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= HTMLMediaElement.HAVE_METADATA, {
    timeout: OPEN_LIMIT_MS,
  });
}

/** Seeks the page's video and reads, by pixels, which frame it then shows. */
export function seekAndReadInFirefox(page: Page, seconds: number): Promise<ShownFrame> {
  return page.evaluate(showFrame, { target: seconds, film: FILM });
}
