// What the end-to-end tests need of the machine beside Node: a Chromium, ffmpeg to make their films, and on Linux a Firefox, networks and a TURN server.
import { existsSync, readFileSync } from "node:fs";
import { isInstalled, runQuietly } from "./run.mjs";

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const CHROMIUM_PATH = "CHROMIUM_PATH";

/** Installs what is missing where that is possible without asking (Debian, as root). Answers a line for each thing that stays missing. */
export function ensureMachine() {
  const wanted = missing();
  if (wanted.length > 0 && canInstall()) {
    console.error(`rangecast: installing ${wanted.join(" and ")} for the tests …`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    if (runQuietly("apt-get", ["update", "-qq"], { env }) === 0) {
      runQuietly("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], { env });
    }
  }
  nameChromium();
  return missing().map((name) => HOW_TO_GET[name]);
}

const HOW_TO_GET = {
  chromium: `chromium is missing: the browser tests can't run. Install it ("apt-get install chromium" on Debian), or name one in ${CHROMIUM_PATH}.`,
  "firefox-esr":
    'Firefox is missing: nothing is tested in it. Install it ("apt-get install firefox-esr" on Debian), or name one in FIREFOX_PATH.',
  coturn: 'coturn is missing: nothing over TURN can be tested. Install it ("apt-get install coturn" on Debian and Ubuntu).',
  iproute2: 'ip is missing: nothing can be tested that needs networks of its own. Install it ("apt-get install iproute2").',
  ffmpeg: 'ffmpeg is missing: the tests can\'t make their films. Install it ("apt-get install ffmpeg" on Debian and Ubuntu).',
};

function missing() {
  const chromium = process.env[CHROMIUM_PATH] === undefined ? CHROMIUM_NAMES.some(isInstalled) : existsSync(process.env[CHROMIUM_PATH]);
  // Networks of their own are Linux's; elsewhere Firefox is in many places.
  const tools =
    process.platform === "linux"
      ? [
          ["coturn", "turnserver"],
          ["iproute2", "ip"],
        ]
      : [];
  return [
    ...(chromium ? [] : ["chromium"]),
    ...(isInstalled("ffmpeg") && isInstalled("ffprobe") ? [] : ["ffmpeg"]),
    ...(process.platform !== "linux" || existsSync(process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr") ? [] : ["firefox-esr"]),
    ...tools.filter(([, command]) => !isInstalled(command)).map(([name]) => name),
  ];
}

/** Debian itself: Ubuntu's package of that name is a stub for a snap, which has no access to temporary folders. */
function canInstall() {
  if (process.getuid?.() !== 0 || !existsSync("/etc/os-release") || !isInstalled("apt-get")) return false;
  return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Tells the tests where Chromium is, if it isn't where Debian has it. */
function nameChromium() {
  if (process.env[CHROMIUM_PATH] !== undefined || existsSync("/usr/bin/chromium")) return;
  const path = CHROMIUM_NAMES.map((name) => `/usr/bin/${name}`).find((candidate) => existsSync(candidate));
  if (path !== undefined) process.env[CHROMIUM_PATH] = path;
}
