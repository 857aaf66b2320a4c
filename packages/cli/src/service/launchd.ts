/** The launchd agent of macOS (launchd.plist(5)). */
import type { ServiceProgram } from "./service-program.ts";
import { escapeXml } from "./xml.ts";

export const AGENT_LABEL = "example.rangecast.service";

/** `KeepAlive` after a failure only: the program ends by itself when nothing is kept any more. @param log absolute path of the log file */
export function launchdAgent({ command, env }: ServiceProgram, log: string): string {
  const variables = Object.entries(env).map(([name, value]) => `    <key>${name}</key>\n    <string>${escapeXml(value)}</string>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${AGENT_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${escapeXml(word)}</string>`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join("\n")}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  <string>${escapeXml(log)}</string>
  <key>StandardErrorPath</key>
  <string>${escapeXml(log)}</string>
</dict>
</plist>
`;
}
