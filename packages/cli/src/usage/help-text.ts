import { EXIT_CODE_MEANINGS } from "../failure/exit-code.ts";

export const EXAMPLES = `Examples:
  rangecast share movie.mp4                      share a file, and watch it on this computer
  rangecast share movie.mp4 --relay https://RELAY
                                                 share it with anybody, through a public relay (kept for the next time)
  rangecast share movie.mp4 --tls-cert cert.pem --tls-key key.pem
                                                 share it by https from this computer
  rangecast get 'LINK' --out films               fetch the file of a link into a folder; when it stops, the same command goes on
  rangecast share movie.mp4 --json               tell programs what goes on, a JSON object a line
  rangecast relay --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
                                                 run a relay, with its page, for others
  rangecast doctor                               see what works from here: relay, STUN, TURN, this computer's network
  rangecast doctor LINK                          see why a link does not work here`;

export const GET_HELP = `Examples:
  rangecast get 'LINK'                           save it in this folder, under the host's name for it
  rangecast get 'LINK' --out films --sha256      save it in another folder, and print its SHA-256
  rangecast get 'LINK' --out - | mpv -           watch it while it comes
  rangecast get < link.txt                       keep the link to yourself

Who has the link has the file, and other users of this computer can see what a program is called with.
Give it in quotes, as it may hold a "&".`;

export const ENVIRONMENT = `Environment:
  RANGECAST_RELAY         the relay, as --relay, but never kept
  RANGECAST_PAGE          the page, as --page, but never kept
  RANGECAST_LINK          the link for "rangecast get": other users of the machine can read arguments, but not this
  RANGECAST_RELAY_KEYS    API keys of "rangecast relay", parted by commas: other users of the machine can read options, but not this
  RANGECAST_TURN_SECRET   the secret of the TURN servers that --turn names: what coturn has as static-auth-secret
  RANGECAST_QR=0          no QR code, as --no-qr
  NO_COLOR                no colours`;

export function exitCodesHelp(): string {
  const rows = EXIT_CODE_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
  return ["Exit codes:", ...rows].join("\n");
}

export const LEGEND: string = [EXAMPLES, ENVIRONMENT, exitCodesHelp()].join("\n\n");
