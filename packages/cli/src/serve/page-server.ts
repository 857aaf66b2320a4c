/** Serves the page that browsers load, from a folder, as `(Request) → Response`. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { CliError } from "../cli-error.ts";

/** Vite puts a hash of the content into the names below this: such a file never changes, so a year (the longest that RFC 9111 readers honour). */
const ASSETS = "/assets/";
const IMMUTABLE = "public, max-age=31536000, immutable";
/** The entry and the worker keep their names: they are asked for anew each time, and answered with 304 where nothing changed. */
const REVALIDATE = "no-cache";

/** The built page's folder, as npm installed it. @throws CliError `not-built` */
export async function findPageFolder(): Promise<string> {
  const folder = join(dirname(fileURLToPath(import.meta.resolve("@rangecast/web/package.json"))), "dist", "page");
  try {
    await access(join(folder, "index.html"));
  } catch (cause) {
    throw new CliError(
      "not-built",
      `The page isn't built (${join(folder, "index.html")} is missing). Run "npm run build" in the checkout.`,
      { cause },
    );
  }
  return folder;
}

/** Every share has the same page: what differs is read from the link, in the browser. */
export function createPageServer(folder: string): (request: Request) => Promise<Response> {
  const app = new Hono();
  app.use(securityHeaders());
  app.use(async (context, next) => {
    await next();
    const cache = context.req.path.startsWith(ASSETS) && context.res.ok ? IMMUTABLE : REVALIDATE;
    context.res.headers.set("Cache-Control", cache);
  });
  app.use(etag());
  app.get("/s/*", serveStatic({ root: folder, path: "index.html" }));
  app.get("/plain/*", serveStatic({ root: folder, path: "index.html" }));
  app.get("*", serveStatic({ root: folder }));
  app.notFound((context) => context.text("There is nothing here.", 404));
  return async (request) => app.fetch(request);
}

/**
 * The page runs only its own code, talks to any relay (the link names it), shows what its service worker serves, and can't be framed.
 */
function securityHeaders(): ReturnType<typeof secureHeaders> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      mediaSrc: ["'self'"],
      frameSrc: ["'self'"],
      connectSrc: ["*"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    referrerPolicy: "no-referrer",
    // Said by who ends TLS for the whole host, and never by http on this computer.
    strictTransportSecurity: false,
    xFrameOptions: "DENY",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });
}
