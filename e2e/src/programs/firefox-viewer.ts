/*
 * Firefox, controlled from a separate process that can run in another network namespace than the tests: node firefox-viewer.js LINK SECONDS
 * Opens the film, seeks, prints {"event":"shown","mediaTime","frameNumber"}, and closes Firefox again at SIGINT.
 */
import { once } from "node:events";
import { openFilmInFirefox, seekAndReadInFirefox, startFirefox } from "../lib/firefox.ts";

const [link = "", seconds = "0"] = process.argv.slice(2);

const firefox = await startFirefox({ secureHosts: [new URL(link).hostname], signalsAreOurs: true });
const stopped = once(process, "SIGINT");
try {
  const page = await firefox.newPage();
  await openFilmInFirefox(page, link);
  const shown = await seekAndReadInFirefox(page, Number(seconds));
  process.stdout.write(`${JSON.stringify({ event: "shown", ...shown })}\n`);
  await stopped;
} finally {
  await firefox.close();
}
