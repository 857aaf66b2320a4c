/** A relay with a domain name of its own, which gets and renews its certificate by itself. */
import type { RunningRelay, ServeRelayOptions } from "@rangecast/relay";
import { createAcmeAuthority } from "../certificate/acme-authority.ts";
import { type AcmeLibrary, loadAcmeLibrary } from "../certificate/acme-library.ts";
import { CertificateStore } from "../certificate/certificate-store.ts";
import { ACME_TLS_PROTOCOL, ChallengeBoard } from "../certificate/challenge-board.ts";
import { placeholderCertificate } from "../certificate/challenge-certificate.ts";
import type { ChallengeServer } from "../certificate/challenge-server.ts";
import { keepCertificate, type KeeperEvent } from "../certificate/keep-certificate.ts";
import { userFolders } from "../config/folders.ts";
import { aborted } from "../stop-signals.ts";
import { certificateFiles } from "./certificate-files.ts";
import { certificateReport, type Report } from "./certificate-report.ts";
import { openHttp, openHttps } from "./domain-ports.ts";
import type { DomainSettings } from "./domain-settings.ts";

export interface DomainRelayOptions {
  readonly settings: DomainSettings;
  /** What the relay serves, without ports and certificates. */
  readonly relay: Pick<ServeRelayOptions, "fallback" | "apiKeys" | "iceServers" | "turn" | "onTrouble">;
  readonly onReport: (report: Report) => void;
  /** The relay can be used from now on. Called once. */
  readonly onReady: (ports: OpenPorts) => void;
  readonly warn: (text: string) => void;
}

export interface OpenPorts {
  readonly https: number;
  /** Undefined: the port can't be used. */
  readonly http: number | undefined;
}

/** Half a year, as testers of https servers ask for. Seconds. */
const HSTS_SECONDS = 15_552_000;

/** Runs it until the signal aborts. @throws CliError */
export async function runDomainRelay(options: DomainRelayOptions, signal: AbortSignal): Promise<void> {
  const { settings, relay, warn } = options;
  const library = await loadAcmeLibrary({ ca: settings.acme.ca, signal });
  const board = new ChallengeBoard();
  const { stateFolder } = await userFolders();
  const store = new CertificateStore(certificateFiles(stateFolder), settings.acme.directoryUrl, settings.domains);
  const server = await openHttps(
    {
      ...relay,
      port: settings.httpsPort,
      origins: settings.origins,
      trustProxy: false,
      tls: {
        // Until there is a certificate, the handshakes of challenges are the only ones that succeed.
        ...(await placeholderCertificate(library, settings.domains[0])),
        hstsSeconds: HSTS_SECONDS,
        challenges: { protocol: ACME_TLS_PROTOCOL, certificate: (name) => board.tlsCertificate(name) },
      },
    },
    settings.host,
    settings.domains[0],
  );
  let plain: ChallengeServer | undefined;
  try {
    const opened = await openHttp({ board, origin: settings.origin, port: settings.httpPort, onTrouble: relay.onTrouble }, settings.host);
    if (typeof opened === "string") warn(opened);
    else plain = opened;
    await keepAndServe({ ...options, library, server, store, board, httpPort: plain?.port }, signal);
  } finally {
    await Promise.all([plain?.close(), server.close()]);
  }
}

interface Serving extends DomainRelayOptions {
  readonly library: AcmeLibrary;
  readonly server: RunningRelay;
  readonly store: CertificateStore;
  readonly board: ChallengeBoard;
  readonly httpPort: number | undefined;
}

async function keepAndServe(serving: Serving, signal: AbortSignal): Promise<void> {
  const { settings, library, server, store, board, httpPort, onReport, onReady } = serving;
  const { domains, acme } = settings;
  const authority = createAcmeAuthority({
    library,
    directoryUrl: acme.directoryUrl,
    accountKey: await store.accountKey(),
    email: acme.email,
    onTerms: (url) => onReport(termsReport(url)),
    board,
    types: () => (httpPort === undefined ? ["tls-alpn-01"] : ["http-01", "tls-alpn-01"]),
  });
  const surroundings = { domains, ca: new URL(acme.directoryUrl).host, http: httpPort !== undefined };
  let ready = false;
  const onEvent = (event: KeeperEvent): void => {
    onReport(certificateReport(event, surroundings, Date.now()));
    if (event.type !== "certificate") return;
    server.setCertificate(event.certificate);
    if (ready || event.certificate.validTo <= Date.now()) return;
    ready = true;
    onReady({ https: server.port, http: httpPort });
  };
  const keeping = keepCertificate({ domains, authority, store, onEvent }, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  await Promise.race([aborted(signal), keeping]);
  // An order that is under way ends before the servers do.
  await keeping;
}

function termsReport(url: string): Report {
  return {
    event: { event: "terms", url },
    text: `By ordering a certificate you accept the terms of the certificate authority: ${url}`,
    isTrouble: false,
  };
}
