/** The meaning of the operating system's error codes, as clauses for people. This is the one place that translates them. */
const CLAUSES: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission is denied"],
  ["EADDRINUSE", "another program uses the port"],
  ["EADDRNOTAVAIL", "this computer does not have that address"],
  ["EAGAIN", "the system is short of resources"],
  ["EAI_AGAIN", "the name could not be looked up"],
  ["EBADF", "it was closed in the meantime"],
  ["EBUSY", "another program uses it"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ECONNRESET", "the connection was cut"],
  ["EDQUOT", "your disk quota is used up"],
  ["EEXIST", "something with that name exists already"],
  ["EFBIG", "the file is too large for its file system"],
  ["EHOSTDOWN", "the computer is down"],
  ["EHOSTUNREACH", "the computer is unreachable"],
  ["EINVAL", "the system does not allow it here"],
  ["EIO", "the disk has an error"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its symbolic links form a loop"],
  ["EMFILE", "too many files are open"],
  ["EMLINK", "the file has too many links"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENETDOWN", "the network is down"],
  ["ENETUNREACH", "the network is unreachable"],
  ["ENFILE", "too many files are open on this computer"],
  ["ENODEV", "there is no such device"],
  ["ENOENT", "it does not exist"],
  ["ENOMEM", "there is not enough memory"],
  ["ENOSPC", "the disk is full"],
  ["ENOSYS", "the system does not support it"],
  ["ENOTCONN", "there is no connection"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["ENOTEMPTY", "the folder is not empty"],
  ["ENOTFOUND", "the name is unknown"],
  ["ENOTSUP", "the system does not support it"],
  ["ENXIO", "there is no such device"],
  ["EOPNOTSUPP", "the system does not support it"],
  ["EOVERFLOW", "the file is too large"],
  ["EPERM", "the system does not permit it"],
  ["EPIPE", "the program that was to read it has ended"],
  ["EROFS", "the disk can only be read"],
  ["ESTALE", "the network disk no longer has it"],
  ["ETIMEDOUT", "there was no answer in time"],
  ["ETXTBSY", "another program runs from it"],
  ["EXDEV", "it is on another disk"],
]);

const UNKNOWN = "the system refused it for an unknown reason";

/** A clause that explains a system error. It names neither the code nor the system call: keep the error as `cause` for the log. */
export function systemErrorWords(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return CLAUSES.get(code) ?? UNKNOWN;
}

/** Whether a system error means that nothing exists at the path. */
export function namesNothing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
