import { describe, expect, it } from "vitest";
import { serviceManager, type Surroundings } from "./service-manager.ts";
import { serviceProgram } from "./service-program.ts";
import { systemdUnit } from "./systemd.ts";
import { windowsTask } from "./windows-task.ts";

const PROGRAM = serviceProgram(
  { XDG_DATA_HOME: "/d 100%", HOME: "/home/a" },
  { execPath: "/usr/bin/node", argv: ["node", "/opt/range & cast/bin.js"] },
);
const AROUND: Surroundings = {
  platform: "linux",
  env: {},
  home: "/home/a",
  stateFolder: "/home/a/.local/share/rangecast",
  user: "a",
  uid: 1000,
};

describe("the program that the system starts", () => {
  it("is this one, with the variables that say where settings and keys are, and no others", () => {
    expect(PROGRAM).toEqual({
      command: ["/usr/bin/node", "/opt/range & cast/bin.js", "service", "run"],
      env: { XDG_DATA_HOME: "/d 100%" },
    });
  });
});

describe("the systemd unit", () => {
  it("quotes words, and doubles what begins a specifier or a variable", () => {
    const unit = systemdUnit({ command: ["/n$o de", '/a "b"\\$HOME%h', "run"], env: { A: "100%" } });
    expect(unit).toContain('ExecStart="/n$o de" "/a \\"b\\"\\\\$$HOME%%h" "run"\n');
    expect(unit).toContain('Environment="A=100%%"\n');
    expect(unit).toMatch(/^\[Unit\]\n[^]*\n\[Service\]\n[^]*Restart=on-failure\n[^]*\n\[Install\]\nWantedBy=default\.target\n$/);
  });

  it("lies where systemd looks for it, also if the settings are elsewhere", () => {
    expect(serviceManager(PROGRAM, AROUND)?.file).toBe("/home/a/.config/systemd/user/rangecast.service");
    expect(serviceManager(PROGRAM, { ...AROUND, env: { XDG_CONFIG_HOME: "/c" } })?.file).toBe("/c/systemd/user/rangecast.service");
  });
});

describe("the launchd agent", () => {
  it("escapes XML, and names program, variables and log", () => {
    const manager = serviceManager(PROGRAM, { ...AROUND, platform: "darwin" });
    expect(manager?.file).toBe("/home/a/Library/LaunchAgents/example.rangecast.service.plist");
    expect(manager?.content).toContain(
      "<string>/opt/range &amp; cast/bin.js</string>\n    <string>service</string>\n    <string>run</string>",
    );
    expect(manager?.content).toContain("<key>XDG_DATA_HOME</key>\n    <string>/d 100%</string>");
    expect(manager?.content).toContain("<key>StandardErrorPath</key>\n  <string>/home/a/.local/share/rangecast/service.log</string>");
  });
});

describe("the Windows task", () => {
  it("quotes arguments as programs there read them", () => {
    const task = windowsTask(
      { command: [String.raw`C:\n\node.exe`, String.raw`C:\my files\x" \ `.trim(), "run"], env: {} },
      String.raw`PC\a&b`,
    );
    expect(task).toContain(String.raw`<Command>C:\n\node.exe</Command>`);
    expect(task).toContain(String.raw`<Arguments>&quot;C:\my files\x\&quot; \\&quot; run</Arguments>`);
    expect(task.match(/<UserId>PC\\a&amp;b<\/UserId>/g)).toHaveLength(2);
  });
});

it("is unknown on other systems", () => {
  expect(serviceManager(PROGRAM, { ...AROUND, platform: "aix" })).toBeUndefined();
});
