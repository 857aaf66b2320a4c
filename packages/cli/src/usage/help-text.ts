import { EXIT_CODES } from "../failure/exit-code.ts";

const SHARE = `  rangecast share movie.mp4                      share a file on this computer, for example to try it out
  rangecast share 'Season 1' --exclude '*.part'  share a folder: viewers browse it, play and download what they choose
  rangecast share movie.mp4 --expires 2d --max-downloads 3
                                                 share a file with a link that ends by itself
  rangecast share movie.mp4 --relay https://RELAY
                                                 share a file with anyone, through a public relay
  rangecast share movie.mp4 --tls-cert cert.pem --tls-key key.pem
                                                 share a file over https, served by this computer
  rangecast share movie.mp4 --tunnel cloudflared
                                                 share a file over https, through a tunnel; the file itself goes directly
  rangecast share movie.mp4 --lan                share a file with phones, televisions and VLC in the same network, without encryption
  rangecast share movie.mp4 --json               print events for programs, one JSON object per line`;

const GET = "  rangecast get 'LINK' --out films               download the file or folder of a link into a folder";

const OPEN = `  rangecast open 'LINK' --player mpv             play the file of a link in mpv, VLC or another player`;

const RELAY = `  rangecast relay --domain relay.example.org      run a relay, with its page, for others; https by itself
  rangecast relay --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
                                                 the same with a certificate of your own`;

const CONFIG = `  rangecast config set relay https://RELAY       use a public relay from now on
  rangecast config                               print what is saved
  rangecast config unset relay                   use the built-in relay again
  rangecast config unset reach                   be asked again how others should reach a share`;

const SHARES = `  rangecast share 'Season 1' --background        share a folder without a terminal, until you stop it
  rangecast list                                 print what you share, and its links
  rangecast stop 'LINK'                          stop sharing; the same link works when you share it again
  rangecast revoke 'LINK'                        take a link back, for good`;

const SERVICE = `  rangecast service install                      share what is kept after each log-in`;

const DOCTOR = `  rangecast doctor                               check the relay, STUN, TURN and this computer's network
  rangecast doctor 'LINK'                        find out why a link does not work here`;

const examples = (...lines: readonly string[]): string => ["Examples:", ...lines].join("\n");

export const SHARE_HELP: string = examples(SHARE);
export const SERVICE_HELP: string = examples(SHARES, SERVICE);
export const RELAY_HELP: string = examples(RELAY);
export const CONFIG_HELP: string = examples(CONFIG);
export const DOCTOR_HELP: string = examples(DOCTOR);

export const GET_HELP = `Examples:
  rangecast get 'LINK'                           save the file in the current folder, under the name the host gave it
  rangecast get 'LINK' --out films --sha256      save it in another folder, and print its SHA-256
  rangecast get 'LINK' --out - | mpv -           watch it while it downloads
  rangecast get 'LINK' 'Season 1'                of a folder, save one folder or file
  rangecast get 'LINK' --exclude '*.srt' --dry-run
                                                 of a folder, print what would be downloaded without subtitles
  rangecast get < link.txt                       keep the link off the command line

A folder is saved in a folder of its name. Files that are complete are skipped, and others that are there are left alone
without --overwrite.
Anyone who has the link can download the file, and other users of this computer can see the arguments of a program.
Put the link in quotes, because it may contain "&".`;

export const OPEN_HELP = `Examples:
  rangecast open 'LINK'                          print an address that players on this computer can play and seek in
  rangecast open 'LINK' --player mpv             play it in mpv, and stop when mpv ends; of a folder, its films one after the other
  rangecast open 'LINK' --player "vlc --fullscreen"
                                                 with options of the player, separated by spaces
  rangecast open 'LINK' --lan                    print an address for televisions in the local network, without encryption

Anyone who has the printed address can open the file as long as the command runs. Other users of this computer can see the arguments of a
player, and so the address. Put the link in quotes, because it may contain "&".`;

const ENVIRONMENT = `Environment:
  RANGECAST_RELAY         same as --relay
  RANGECAST_PAGE          same as --page
  RANGECAST_LINK          the link for "rangecast get" and "rangecast open"; other users can see arguments, but not this
  RANGECAST_RELAY_KEYS    API keys for "rangecast relay", separated by commas; other users can't see them here
  RANGECAST_TURN_SECRET   secret of the TURN servers given by --turn (static-auth-secret in coturn)
  RANGECAST_QR=0          same as --no-qr
  RANGECAST_MDNS=0        same as --no-mdns
  RANGECAST_TRANSPORT=native
                          use libdatachannel, if node-datachannel is installed
  NO_COLOR                no colors`;

export function exitCodesHelp(): string {
  const rows = Object.values(EXIT_CODES).map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
  return ["Exit codes:", ...rows].join("\n");
}

export const LEGEND: string = [examples(SHARE, SHARES, GET, OPEN, RELAY, CONFIG, SERVICE, DOCTOR), ENVIRONMENT, exitCodesHelp()].join(
  "\n\n",
);
