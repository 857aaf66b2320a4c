/**
 * The exit codes of the program and their meanings, in the order of the tables in `--help` and the README, by the reason for the end. Scripts rely on them:
 * a number never changes its meaning, and a new kind of failure gets a new number. By convention 1 is a general failure, 2 is wrong usage, and 128 + n
 * means "ended by signal n".
 */
export const EXIT_CODES = {
  ok: [0, "success"],
  unexpected: [1, "unexpected error: a bug in rangecast"],
  usage: [2, "an option or argument is unknown, missing or has a bad value"],
  "not-found": [3, "the file does not exist, or the current folder is gone"],
  "not-a-file": [4, "it is a folder, or something else that is not a regular file"],
  unreadable: [5, "the file can't be read"],
  "port-in-use": [6, "the port is in use"],
  "cannot-listen": [7, "rangecast can't listen on that host or port for another reason"],
  "bad-tls": [8, "the TLS certificate or key can't be used"],
  "bad-config": [9, "the config file or the saved keys can't be read or written"],
  "relay-failed": [10, "the relay can't be reached, or refused the request"],
  "not-built": [11, "rangecast isn't built, or its page isn't"],
  "bad-link": [12, "the link is damaged or incomplete, or no share has it"],
  "host-offline": [13, "the host is offline, or stopped sharing"],
  "host-busy": [14, "the host or the relay has too many viewers"],
  "no-connection": [15, "no connection to the host could be made, or it was lost for good"],
  "file-changed": [16, "the file changed on the host"],
  "remote-failed": [17, "the host can't deliver the file, or can't prove its identity"],
  exists: [18, "a file of that name already exists"],
  "no-space": [19, "the disk is full"],
  "cannot-write": [20, "the file can't be written"],
  "check-failed": [21, "rangecast doctor found something that does not work"],
  "in-use": [22, "another rangecast is downloading the same file"],
  "not-set": [23, "rangecast config get: that setting has no value"],
  "player-failed": [24, "the player can't be started, or ended with an error"],
  "tunnel-failed": [25, "the tunnel can't be opened, or its address doesn't lead here"],
  incomplete: [26, "not every file of the folder could be downloaded"],
  "link-ended": [27, "the link has expired, is used up or was taken back, or the host disconnected you"],
  "already-running": [28, "the service runs already"],
  "service-failed": [29, "the process in the background doesn't answer, or the system's service manager refused"],
  hangup: [129, "stopped because the terminal closed (SIGHUP)"],
  interrupted: [130, "stopped by Ctrl-C (SIGINT)"],
  "output-closed": [141, "stopped because nothing reads its output any more (SIGPIPE)"],
  terminated: [143, "stopped by SIGTERM"],
} as const;

export type ExitReason = keyof typeof EXIT_CODES;
export type ExitCode = (typeof EXIT_CODES)[ExitReason][0];

export function exitCodeOf(reason: ExitReason): ExitCode {
  return EXIT_CODES[reason][0];
}
