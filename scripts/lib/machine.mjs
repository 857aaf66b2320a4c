// Programs that the tests need besides Node: Chromium, ffmpeg to create films, Go and usrsctp for the interop peers, and on Linux Firefox, network namespaces,
// a TURN server, other implementations of DTLS, curl and mpv for the local servers, and an SSH server for tunnels.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { isInstalled, runQuietly } from "./run.mjs";

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const CHROMIUM_PATH = "CHROMIUM_PATH";

/** What only long tests need. */
const ONLY_LONG = ["gnutls-bin", "mpv", "openssh-server"];

/**
 * Installs missing programs if that is possible without asking (Debian, as root).
 * @param {{ long?: boolean }} [tests] whether long tests will run
 * @returns a line for each program that is still missing
 */
export async function ensureMachine({ long = false } = {}) {
  const needed = () => missing().filter((name) => long || !ONLY_LONG.includes(name));
  const wanted = needed();
  if (wanted.length > 0 && canInstall()) {
    console.error(`rangecast: installing ${wanted.join(" and ")} for the tests …`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    if ((await runQuietly("apt-get", ["update", "-qq"], { env })) === 0) {
      const packages = wanted
        .filter((name) => name !== "golang-go" || debianHasGo())
        .flatMap((name) => [name, ...(BROUGHT_ALONG[name] ?? [])]);
      await runQuietly("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
    }
  }
  nameChromium();
  return needed().map((name) => HOW_TO_GET[name]);
}

/** What a package is of no use without, and does not depend on: a library's header without a compiler. */
const BROUGHT_ALONG = { "libusrsctp-dev": ["gcc", "libc6-dev"] };

const HOW_TO_GET = {
  chromium: `chromium is missing: the browser tests can't run. Install it ("apt-get install chromium" on Debian), or set ${CHROMIUM_PATH}.`,
  "firefox-esr":
    'Firefox is missing: the tests in it are skipped. Install it ("apt-get install firefox-esr" on Debian), or set FIREFOX_PATH.',
  coturn: 'coturn is missing: the tests over TURN are skipped. Install it ("apt-get install coturn" on Debian and Ubuntu).',
  iproute2: 'ip is missing: the tests that need separate networks are skipped. Install it ("apt-get install iproute2").',
  openssl: 'openssl is missing: the tests of DTLS against OpenSSL and GnuTLS are skipped. Install it ("apt-get install openssl").',
  "gnutls-bin": 'gnutls-cli is missing: the tests of DTLS against GnuTLS are skipped. Install it ("apt-get install gnutls-bin").',
  "golang-go":
    'go is missing: the tests against the peer in Go are skipped. Install it ("apt-get install golang-go" on Debian 13, https://go.dev elsewhere).',
  "libusrsctp-dev":
    'usrsctp or gcc is missing: the SCTP tests with it are skipped. Install them ("apt-get install libusrsctp-dev gcc libc6-dev" on Debian and Ubuntu).',
  curl: 'curl is missing: the tests of "share --lan" and "open" with it are skipped. Install it ("apt-get install curl").',
  mpv: 'mpv is missing: the tests with this player are skipped. Install it ("apt-get install mpv" on Debian and Ubuntu).',
  "openssh-server":
    'sshd is missing: the test of a tunnel by ssh is skipped. Install it ("apt-get install openssh-server" on Debian and Ubuntu).',
  ffmpeg: 'ffmpeg is missing: the tests can\'t create their films. Install it ("apt-get install ffmpeg" on Debian and Ubuntu).',
};

function missing() {
  const chromium = process.env[CHROMIUM_PATH] === undefined ? CHROMIUM_NAMES.some(isInstalled) : existsSync(process.env[CHROMIUM_PATH]);
  // Only Linux has network namespaces; elsewhere Firefox may be in many places.
  const tools =
    process.platform === "linux"
      ? [
          ["coturn", "turnserver"],
          ["iproute2", "ip"],
          ["openssl", "openssl"],
          ["gnutls-bin", "gnutls-cli"],
          ["curl", "curl"],
          ["mpv", "mpv"],
          ["openssh-server", "sshd"],
        ]
      : [];
  return [
    ...(chromium ? [] : ["chromium"]),
    ...(isInstalled("go") ? [] : ["golang-go"]),
    ...(isInstalled("ffmpeg") && isInstalled("ffprobe") ? [] : ["ffmpeg"]),
    ...(process.platform !== "linux" || existsSync(process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr") ? [] : ["firefox-esr"]),
    ...(process.platform !== "linux" || (isInstalled("gcc") && existsSync("/usr/include/usrsctp.h")) ? [] : ["libusrsctp-dev"]),
    ...tools.filter(([, command]) => !isInstalled(command)).map(([name]) => name),
  ];
}

/** Only Debian: Ubuntu's package of that name is a stub for a snap, which has no access to temporary folders. */
function canInstall() {
  if (process.getuid?.() !== 0 || !existsSync("/etc/os-release") || !isInstalled("apt-get")) return false;
  return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Go 1.21 and later download the toolchain that a module requires; Debian 12 has an older Go, which can't build the peer. */
function debianHasGo() {
  const { stdout } = spawnSync("apt-cache", ["policy", "golang-go"], { encoding: "utf8" });
  const minor = /Candidate: (?:\d+:)?1\.(\d+)/.exec(stdout ?? "")?.[1];
  return Number(minor) >= 21;
}

/** Sets CHROMIUM_PATH for the tests if Chromium isn't at Debian's path. */
function nameChromium() {
  if (process.env[CHROMIUM_PATH] !== undefined || existsSync("/usr/bin/chromium")) return;
  const path = CHROMIUM_NAMES.map((name) => `/usr/bin/${name}`).find((candidate) => existsSync(candidate));
  if (path !== undefined) process.env[CHROMIUM_PATH] = path;
}
