/** The frame of the local server's pages. They need neither scripts nor a secure context: the browser plays files by its own range requests. */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { PAGE_STYLE } from "./style.ts";

/** As one piece, because the policy has a hash of what is between the tags. */
const STYLE = raw(`<style>${PAGE_STYLE}</style>`);
const STYLE_HASH = createHash("sha256").update(PAGE_STYLE).digest("base64");

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; img-src 'self'; media-src 'self'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** A page as HTML. @param name of what it shows; escaped @param content of its main part */
export async function renderDocument(name: string, content: ReturnType<typeof html>): Promise<string> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${name}</title>
        ${STYLE}
      </head>
      <body>
        <main>
          ${content}
          <p class="notice">
            This address stops working when sharing stops. What is shown here is <strong>not encrypted</strong> on the way: anyone who can
            listen in on this network can see it, and this address as well. Anyone who has the address can open it.
          </p>
        </main>
      </body>
    </html>`;
  return String(await page);
}
