/** The systemd user unit (systemd.service(5)). */
import type { ServiceProgram } from "./service-program.ts";

export const UNIT_NAME = "rangecast.service";

/** `Restart=on-failure`: the program ends by itself when nothing is kept any more. */
export function systemdUnit({ command, env }: ServiceProgram): string {
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  return `${[
    "[Unit]",
    "Description=rangecast: shares files that are kept",
    "Documentation=https://git.rangecast.example/rangecast",
    "",
    "[Service]",
    `ExecStart=${command.map((word, index) => (index === 0 ? quoted(word) : quoted(word).replaceAll("$", "$$$$"))).join(" ")}`,
    ...variables,
    "Restart=on-failure",
    "RestartSec=10",
    "NoNewPrivileges=yes",
    "UMask=0077",
    "",
    "[Install]",
    "WantedBy=default.target",
  ].join("\n")}\n`;
}

/** A word of systemd's syntax: quoted, with `%` doubled, because it begins a specifier. */
function quoted(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("%", "%%");
  return `"${escaped}"`;
}
