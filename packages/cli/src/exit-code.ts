/**
 * How the program ends, as a number. Scripts read these: a number keeps its meaning for ever, and new kinds of failure get new numbers.
 * 1 and 2 are the usual "it failed" and "you asked wrongly"; 128 + n is the shell's way to say "ended by signal n".
 */
export const ExitCode = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  notAFile: 4,
  unreadable: 5,
  portInUse: 6,
  cannotListen: 7,
  badTls: 8,
  badConfig: 9,
  relayFailed: 10,
  notBuilt: 11,
  badLink: 12,
  hostOffline: 13,
  hostBusy: 14,
  noConnection: 15,
  fileChanged: 16,
  remoteFailed: 17,
  exists: 18,
  noSpace: 19,
  cannotWrite: 20,
  checkFailed: 21,
  hangup: 129,
  interrupted: 130,
  outputClosed: 141,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What each code says to a person, in the order of the table in `--help` and the README. */
export const EXIT_CODE_MEANINGS: ReadonlyArray<readonly [ExitCode, string]> = [
  [ExitCode.ok, "it ended as asked"],
  [ExitCode.unexpected, "something unforeseen: a fault of rangecast itself"],
  [ExitCode.usage, "an option or argument is unknown, missing or has a bad value"],
  [ExitCode.notFound, "there is no such file"],
  [ExitCode.notAFile, "a folder, or something else that is no regular file"],
  [ExitCode.unreadable, "the file may not be read"],
  [ExitCode.portInUse, "the port is in use"],
  [ExitCode.cannotListen, "the host or port can't be listened on for another reason"],
  [ExitCode.badTls, "the TLS certificate or key can't be used"],
  [ExitCode.badConfig, "the config file or the kept key can't be read or written"],
  [ExitCode.relayFailed, "the relay can't be reached, or refuses"],
  [ExitCode.notBuilt, "the page that browsers load isn't built"],
  [ExitCode.badLink, "the link is damaged or incomplete, or leads to nothing"],
  [ExitCode.hostOffline, "the host isn't there, or stopped sharing"],
  [ExitCode.hostBusy, "host or relay take no more viewers now"],
  [ExitCode.noConnection, "no connection to the host came about, or it was lost for good"],
  [ExitCode.fileChanged, "the file changed at the host"],
  [ExitCode.remoteFailed, "the host can't deliver the file, or can't be trusted"],
  [ExitCode.exists, "there is a file of that name already"],
  [ExitCode.noSpace, "the disk is full"],
  [ExitCode.cannotWrite, "the file can't be written"],
  [ExitCode.checkFailed, "the doctor found something that does not work"],
  [ExitCode.hangup, "ended because the terminal closed (SIGHUP)"],
  [ExitCode.interrupted, "ended by Ctrl-C (SIGINT)"],
  [ExitCode.outputClosed, "ended because nobody reads its output any more (SIGPIPE)"],
  [ExitCode.terminated, "ended by SIGTERM"],
];
