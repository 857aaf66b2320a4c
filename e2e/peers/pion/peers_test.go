package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// output collects a role's JSON lines.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines *Lines
}

func newOutput() *output {
	o := &output{}
	o.lines = &Lines{out: o}
	return o
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

// all parses the lines; first and last are the outermost ones.
func (o *output) all(t *testing.T) []map[string]any {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	var lines []map[string]any
	for text := range strings.Lines(o.text.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		lines = append(lines, line)
	}
	return lines
}

// pair runs a daemon and a browser against each other.
type pair struct {
	relay       *testRelay
	file        string
	steps       StepSource
	daemon      func(*DaemonOptions)
	browserSide func(*BrowserOptions)

	daemonOut, browserOut   *output
	daemonCode, browserCode int
}

func (p *pair) run(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	if p.relay == nil {
		p.relay = &testRelay{life: 200 * time.Millisecond, replay: true}
	}
	base := startRelay(t, p.relay)
	ctx := boundedContext(t)
	network := NetOptions{Bind: "127.0.0.1", NoMDNS: true, UDPBuffer: defaultUDPBuffer}
	d := DaemonOptions{Base: base, Session: "s", Key: testKey + "agent", File: p.file, Net: network,
		HighMark: highWaterMark, OpenWithin: testBound, MaxRun: testBound}
	b := BrowserOptions{Base: base, Session: "s", Key: testKey + "browser", Net: network, OpenWithin: testBound, MaxRun: testBound}
	if p.daemon != nil {
		p.daemon(&d)
	}
	if p.browserSide != nil {
		p.browserSide(&b)
	}
	p.daemonOut, p.browserOut = newOutput(), newOutput()
	var both sync.WaitGroup
	both.Go(func() { p.daemonCode = RunDaemon(ctx, d, p.daemonOut.lines) })
	both.Go(func() { p.browserCode = RunBrowser(ctx, b, p.steps, p.browserOut.lines) })
	both.Wait()
	if t.Failed() || p.daemonCode != 0 || p.browserCode != 0 {
		t.Logf("daemon:\n%s\nbrowser:\n%s", p.daemonOut.text.String(), p.browserOut.text.String())
	}
	awaitGoroutines(t, before)
}

// awaitGoroutines checks that no goroutine is left, except for a few of the test server.
func awaitGoroutines(t *testing.T, before int) {
	t.Helper()
	const ofTheServer = 8
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+ofTheServer; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Errorf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
			return
		}
	}
}

// browserLeft represents the two ways in which a daemon notices that, whichever comes first.
const browserLeft = "channel-closed or ice-closed"

func (p *pair) mustSucceed(t *testing.T, daemonReason string) {
	t.Helper()
	if p.daemonCode != 0 || p.browserCode != 0 {
		t.Errorf("exit codes %d and %d", p.daemonCode, p.browserCode)
	}
	lines := p.daemonOut.all(t)
	if last := lines[len(lines)-1]; last["event"] != "end" || !strings.Contains(daemonReason, last["reason"].(string)) {
		t.Errorf("the daemon ended with %v, want %s", last, daemonReason)
	}
}

func script(t *testing.T, text string) StepSource {
	t.Helper()
	steps, err := OpenScript(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func tempFile(t *testing.T, size int) (path string, content []byte) {
	t.Helper()
	content = make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(content)
	path = filepath.Join(t.TempDir(), "some film.mp4")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, content
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func TestRolesAgreeOnEveryStep(t *testing.T) {
	const size = 3<<20 + 12_345
	path, content := tempFile(t, size)
	p := &pair{file: path, steps: script(t, `[
		{"op":"range","offset":"0","length":"0"},
		{"op":"range","offset":"1000","length":"70000"},
		{"op":"range","offset":3158072,"length":"9223372036854775808"},
		{"op":"range","offset":"3158073","length":"1"},
		{"op":"range","offset":"18446744073709551615","length":"1"},
		{"op":"ping","streamId":77},
		{"op":"raw","hex":"7f0000000000000100000000"},
		{"op":"raw","hex":"0500","text":true},
		{"op":"raw","hex":"050000000000004d00000001ff"},
		{"op":"seek-hint","ms":"3600000"},
		{"op":"ranges","ranges":[{"offset":"0","length":"5"},{"offset":"5","length":"5"}]},
		{"op":"cancel-after","offset":"0","length":"0","bytes":20000},
		{"op":"second-channel","quietMs":100},
		{"op":"flood","count":3000,"seed":5},
		{"op":"range","offset":"7","length":"1"},
		{"op":"wait","ms":10},
		{"op":"bye","reason":"done"}]`)}
	p.run(t)
	p.mustSucceed(t, "bye")
	lines := p.browserOut.all(t)
	if h := lines[0]; h["event"] != "hello" || h["size"] != fmt.Sprint(size) || h["name"] != "some film.mp4" ||
		h["flags"] != 4.0 || h["extraBytes"] != 0.0 {
		t.Errorf("hello: %v", h)
	}
	wants := []struct {
		bytes   []byte
		status  uint32
		frames  int
		largest int
	}{
		{content, 0, 193, maxPayload},
		{content[1000:71_000], 0, 5, maxPayload},
		{content[size-1:], 0, 1, 1},
		{nil, 2, 0, 0},
		{nil, 2, 0, 0},
	}
	for i, want := range wants {
		got := lines[1+i]
		if got["sha256"] != sum(want.bytes) || got["status"] != float64(want.status) || got["bytes"] != float64(len(want.bytes)) ||
			got["frames"] != float64(want.frames) || got["maxPayload"] != float64(want.largest) || got["lastFlag"] != (want.status == 0) {
			t.Errorf("range %d: %v", i, got)
		}
	}
	if end := lines[len(lines)-1]; end["steps"] != 17.0 || end["ok"] != true {
		t.Errorf("end: %v", end)
	}
	p.expectEvents(t, "seek-hint", "second-channel-ignored", "dropped")
}

func (p *pair) expectEvents(t *testing.T, names ...string) {
	t.Helper()
	seen := map[any]int{}
	for _, line := range p.daemonOut.all(t) {
		seen[line["event"]]++
	}
	for _, name := range names {
		if seen[name] == 0 {
			t.Errorf("the daemon printed no %s event", name)
		}
	}
}

func TestSessionsOpenInSpiteOfChaos(t *testing.T) {
	path, content := tempFile(t, 100_000)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := &pair{file: path, steps: script(t, `[{"op":"range"}]`),
				relay:  &testRelay{life: 100 * time.Millisecond, replay: seed%2 == 0},
				daemon: func(o *DaemonOptions) { o.Order, o.Seed = Chaotic, seed }}
			p.run(t)
			p.mustSucceed(t, browserLeft)
			if got := p.browserOut.all(t)[1]["sha256"]; got != sum(content) {
				t.Errorf("sha256 %v", got)
			}
		})
	}
}

func TestSixtyFourMebibytesArriveWhole(t *testing.T) {
	const size = 64 << 20
	path, content := tempFile(t, size)
	p := &pair{file: path, steps: script(t, `[{"op":"range"}]`)}
	p.run(t)
	p.mustSucceed(t, browserLeft)
	line := p.browserOut.all(t)[1]
	if line["sha256"] != sum(content) || line["lastFlag"] != true {
		t.Errorf("%v", line)
	}
	t.Logf("64 MiB in %v ms: %.1f MB/s", line["ms"], size/1000/line["ms"].(float64))
}

func TestAFifthRangeIsRefusedWhileFourStall(t *testing.T) {
	path, _ := tempFile(t, 16<<20)
	p := &pair{file: path, steps: script(t, `[{"op":"ranges","stallMs":5500,"ranges":[{},{},{},{},{"length":1}]}]`)}
	p.run(t)
	p.mustSucceed(t, browserLeft)
	for i, r := range p.browserOut.all(t)[1]["results"].([]any) {
		want := float64(StatusDone)
		if i == maxRanges {
			want = float64(StatusBusy)
		}
		if got := r.(map[string]any)["status"]; got != want {
			t.Errorf("range %d: status %v, want %v", i, got, want)
		}
	}
}

func TestCancelStopsALongRange(t *testing.T) {
	path, _ := tempFile(t, 48<<20)
	p := &pair{file: path, steps: script(t, `[{"op":"cancel-after","bytes":1000000},{"op":"range","offset":9,"length":9}]`)}
	p.run(t)
	p.mustSucceed(t, browserLeft)
	line := p.browserOut.all(t)[1]
	if line["rangeEnd"] != false || line["bytesBeforePong"].(float64) > highWaterMark+lowWaterMark+maxPayload*maxRanges {
		t.Errorf("%v", line)
	}
	p.expectEvents(t, "range-stopped")
}

func TestFirehoseSeekReportsEachSeek(t *testing.T) {
	path, _ := tempFile(t, 8<<20)
	p := &pair{file: path, steps: script(t, `[{"op":"firehose-seek","seeks":5,"everyMs":100,"seed":3}]`),
		daemon: func(o *DaemonOptions) { o.HighMark = 256 << 10 }}
	p.run(t)
	p.mustSucceed(t, browserLeft)
	line := p.browserOut.all(t)[1]
	if len(line["firstByteMs"].([]any)) != 5 || line["readAheadBytesPerSecond"].(float64) <= 0 || line["p95"] != line["max"] {
		t.Errorf("%v", line)
	}
}

func TestAnEmptyFileHasNoRange(t *testing.T) {
	path, _ := tempFile(t, 0)
	p := &pair{file: path, steps: script(t, `[{"op":"range"}]`)}
	p.run(t)
	p.mustSucceed(t, browserLeft)
	if line := p.browserOut.all(t)[1]; line["status"] != float64(StatusOutOfRange) {
		t.Errorf("%v", line)
	}
}

func TestAFailedStepEndsTheScriptWithItsReason(t *testing.T) {
	path, _ := tempFile(t, 10)
	p := &pair{file: path, steps: script(t, `[{"op":"await-close","timeoutMs":50},{"op":"ping"}]`)}
	p.run(t)
	lines := p.browserOut.all(t)
	end := lines[len(lines)-1]
	if p.browserCode != 1 || len(lines) != 3 || end["reason"] != "step-failed" ||
		!strings.Contains(end["detail"].(string), "did not end the session") {
		t.Errorf("code %d: %v", p.browserCode, lines)
	}
}

func TestStepsComeFromStandardInput(t *testing.T) {
	path, _ := tempFile(t, 10)
	steps, err := OpenScript("-", strings.NewReader("{\"op\":\"ping\"}\n\n{\"op\":\"bye\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := &pair{file: path, steps: steps}
	p.run(t)
	p.mustSucceed(t, "bye")
}

func TestScriptsWithTyposAreRefused(t *testing.T) {
	for _, text := range []string{`[{"op":"rnage"}]`, `[{"op":"range","ofset":1}]`, `[{"op":"range","offset":-1}]`, `[`, `/no/such/file`} {
		if _, err := OpenScript(text, nil); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestAnIDIsUsedAgainRightBehindItsCancel(t *testing.T) {
	path, content := tempFile(t, 48<<20)
	p := &pair{file: path, steps: script(t, `[{"op":"cancel-reuse","bytes":1,"ranges":[{"offset":40000000,"length":300000}]}]`)}
	p.run(t)
	p.mustSucceed(t, browserLeft)
	line := p.browserOut.all(t)[1]
	if line["tailSha256"] != sum(content[40_000_000:40_300_000]) || line["status"] != float64(StatusDone) {
		t.Errorf("%v", line)
	}
}

func TestADaemonThatTranscodesServesItsFileWhateverSizeItClaims(t *testing.T) {
	path, content := tempFile(t, 100_000)
	for _, claimed := range []uint64{10, 1_000_000, unknownSize} {
		p := &pair{file: path, steps: script(t, `[{"op":"range","offset":90000,"length":65536}]`),
			daemon: func(o *DaemonOptions) { o.Transcode, o.ClaimedSize = true, claimed }}
		p.run(t)
		lines := p.browserOut.all(t)
		if hello := lines[0]; hello["size"] != fmt.Sprint(claimed) || hello["flags"] != float64(FlagSeekable|FlagTranscoding) {
			t.Errorf("hello: %v", hello)
		}
		if line := lines[1]; line["sha256"] != sum(content[90_000:]) || line["lastFlag"] != true {
			t.Errorf("claimed %d: %v", claimed, line)
		}
	}
}

func TestADaemonThatStopsInTheMiddleFlagsNoLastChunk(t *testing.T) {
	path, content := tempFile(t, 100_000)
	p := &pair{file: path, steps: script(t, `[{"op":"range"}]`), daemon: func(o *DaemonOptions) { o.StopAt = 70_000 }}
	p.run(t)
	line := p.browserOut.all(t)[1]
	if line["sha256"] != sum(content[:70_000]) || line["lastFlag"] != false || line["status"] != float64(StatusDone) {
		t.Errorf("%v", line)
	}
}
