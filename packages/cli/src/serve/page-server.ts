/** Serves the page that browsers load, from a folder, as `(Request) → Response`. */
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { CliError } from "../failure/cli-error.ts";

/** index.html is built for `/s/ID`, so its relative URLs begin with this. */
const UP = "../";
/** File names in this folder contain a hash of the content (Vite), so these files never change and may be cached for a year. */
const ASSETS = "/assets/";
const IMMUTABLE = "public, max-age=31536000, immutable";
/** The other files keep their names, so browsers must revalidate them; the response is 304 if nothing changed. */
const REVALIDATE = "no-cache";

/** Finds the folder of the built page. @throws CliError `not-built` */
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

/** Serves the page. It is the same for every share: the browser reads the share from the link. */
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
  // The build compresses the files: browsers load a third of the bytes.
  app.get("*", serveStatic({ root: folder, precompressed: true }));
  app.notFound((context) => context.text("There is nothing here.", 404));
  return async (request) => app.fetch(request);
}

/** Adapts the page's relative URLs to the requested path. They stay relative because a proxy may have removed a prefix that only the browser sees. */
function withFolderAt(html: string, url: string): string {
  const depth = new URL(url).pathname.split("/").length - 2;
  return html.replaceAll(/ (href|src)="\.\.\//gu, (_found, name: string) => ` ${name}="${depth === 0 ? "./" : UP.repeat(depth)}`);
}

/** The page may run only its own code, connect to any relay (the link names it), show what its service worker serves, and not be framed. */
function securityHeaders(): ReturnType<typeof secureHeaders> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      // Films that the page repackages itself have an address of their own.
      mediaSrc: ["'self'", "blob:"],
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
    // That is up to the operator of TLS for the whole host; over http on this computer it must not be sent.
    strictTransportSecurity: false,
    xFrameOptions: "DENY",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });
}
