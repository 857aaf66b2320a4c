/** Serves the page that browsers load, from a folder, as `(Request) → Response`. */
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { CliError } from "../failure/cli-error.ts";

/** index.html is built for `/s/ID`: this is its way to the page's folder. */
const UP = "../";
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
  for (const path of ["/", "/index.html", "/s/*", "/plain/*"]) {
    app.get(path, async ({ req, body }) => {
      const html = await readFile(join(folder, "index.html"), "utf8");
      return body(withFolderAt(html, req.raw.url), { headers: { "Content-Type": "text/html; charset=utf-8" } });
    });
  }
  app.get("*", serveStatic({ root: folder }));
  app.notFound((context) => context.text("There is nothing here.", 404));
  return async (request) => app.fetch(request);
}

/**
 * The page with the way to its folder from where it was asked for. Relative, as a proxy may have taken a path prefix off that only the browser sees.
 */
function withFolderAt(html: string, url: string): string {
  const depth = new URL(url).pathname.split("/").length - 2;
  return html.replaceAll(/ (href|src)="\.\.\//gu, (_found, name: string) => ` ${name}="${depth === 0 ? "./" : UP.repeat(depth)}`);
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
