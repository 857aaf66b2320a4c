/** The page's style, like that of the page of a link (packages/web/src/page/style). Inline, so that the page is one response. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f7f6f2; --ink: #1d1e1b; --muted: #63655e; --accent: #0d6b5a; --on-accent: #fff; --warn: #945a00;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #121412; --ink: #ecece6; --muted: #a2a59c; --accent: #63cdb3; --on-accent: #05251d; --warn: #e6b061; }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1.0625rem/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
main { width: min(46rem, 100%); margin-inline: auto; padding: 1.5rem max(1.25rem, env(safe-area-inset-left)) 3rem; }
h1, p { margin: 0 0 1rem; }
h1 { margin-bottom: 0.25rem; font-size: clamp(1.4rem, 1.2rem + 1.4vw, 2rem); line-height: 1.2; letter-spacing: -0.02em; overflow-wrap: anywhere; }
.facts, .fine-print { color: var(--muted); font-size: 0.9rem; }
.stage { display: block; width: 100%; max-height: 75vh; margin-bottom: 1rem; border-radius: 14px; background: #000; object-fit: contain; }
.sound { display: block; width: 100%; margin-bottom: 1rem; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; }
a { display: inline-flex; align-items: center; min-height: 44px; color: var(--accent); }
.button { padding: 0.5rem 1.3rem; border-radius: 999px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.entries { margin: 0 0 1rem; padding: 0; list-style: none; }
.entries li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1rem; border-bottom: 1px solid color-mix(in srgb, var(--muted) 25%, transparent); }
.entries a { overflow-wrap: anywhere; }
.notice { padding: 0.8rem 1rem; border-left: 3px solid var(--warn); border-radius: 4px; background: color-mix(in srgb, var(--warn) 9%, transparent); font-size: 0.95rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
`;
