package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// daemonAlone runs a daemon without a browser; a test may post messages as one.
func daemonAlone(t *testing.T, relay *testRelay, change func(*DaemonOptions), messages ...SignalMessage) map[string]any {
	t.Helper()
	path, _ := tempFile(t, 10)
	o := DaemonOptions{Base: startRelay(t, relay), Session: "s", Key: testKey + "agent", File: path,
		Net: NetOptions{Bind: "127.0.0.1", NoMDNS: true}, HighMark: highWaterMark, OpenWithin: testBound, MaxRun: testBound}
	change(&o)
	for _, m := range messages {
		relay.say(m)
	}
	out := newOutput()
	code := RunDaemon(boundedContext(t), o, out.lines)
	lines := out.all(t)
	end := lines[len(lines)-1]
	if (code == 0) != (end["ok"] == true) {
		t.Errorf("code %d, but %v", code, end)
	}
	return end
}

// realOffer is what a browser that then stays silent would post.
func realOffer(t *testing.T) string {
	t.Helper()
	pc, err := newPeerConnection(NetOptions{Bind: "127.0.0.1", NoMDNS: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closePeerConnection(pc)
	if _, err := pc.CreateDataChannel("stream", nil); err != nil {
		t.Fatal(err)
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(mustJSON(offer))
}

func TestADaemonSaysWhyItEnds(t *testing.T) {
	from := func(msgType, payload string) SignalMessage {
		return SignalMessage{From: SideBrowser, Type: msgType, Payload: payload}
	}
	cases := []struct {
		name     string
		status   int // of the relay
		change   func(*DaemonOptions)
		messages []SignalMessage
		reason   string
		ok       bool
	}{
		{name: "no offer", change: func(o *DaemonOptions) { o.OpenWithin = 50 * time.Millisecond }, reason: "no-channel"},
		{name: "an answer, then bye", messages: []SignalMessage{from(MsgAnswer, "{}"), from("new", ""), from(MsgBye, "")}, reason: "bye", ok: true},
		{name: "an offer that isn't JSON", messages: []SignalMessage{from(MsgOffer, "{")}, reason: "bad-offer"},
		{name: "an offer that is an answer", messages: []SignalMessage{from(MsgOffer, `{"type":"answer","sdp":"v=0"}`)}, reason: "bad-offer"},
		{name: "an offer with an invalid SDP", messages: []SignalMessage{from(MsgOffer, `{"type":"offer","sdp":"x"}`)}, reason: "bad-offer"},
		{name: "a candidate that isn't JSON", messages: []SignalMessage{from(MsgOffer, realOffer(t)), from(MsgCandidate, "{")}, reason: "bad-candidate"},
		{name: "a second offer is ignored", messages: []SignalMessage{from(MsgOffer, realOffer(t)), from(MsgOffer, "{"), from(MsgBye, "")}, reason: "bye", ok: true},
		{name: "early candidates are dropped", messages: []SignalMessage{from(MsgCandidate, "{"), from(MsgBye, "")}, reason: "bye", ok: true},
		{name: "a wrong key", change: func(o *DaemonOptions) { o.Key = "wrong" }, reason: "relay"},
		{name: "an unknown session", status: 404, reason: "relay"},
		{name: "no session id", change: func(o *DaemonOptions) { o.Session = "" }, reason: "refused"},
		{name: "no path", change: func(o *DaemonOptions) { o.File = "" }, reason: "refused"},
		{name: "no file", change: func(o *DaemonOptions) { o.File += "x" }, reason: "refused"},
		{name: "a folder", change: func(o *DaemonOptions) { o.File = filepath.Dir(o.File) }, reason: "refused"},
		{name: "a name that is not UTF-8", change: func(o *DaemonOptions) { o.Name = "\xff" }, reason: "refused"},
		{name: "an invalid address", change: func(o *DaemonOptions) { o.Net.Bind = "here" }, reason: "refused"},
		{name: "its time limit is reached", change: func(o *DaemonOptions) { o.MaxRun = 20 * time.Millisecond }, reason: "max-run"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			relay := &testRelay{life: time.Second, status: c.status}
			if c.change == nil {
				c.change = func(*DaemonOptions) {}
			}
			end := daemonAlone(t, relay, c.change, c.messages...)
			if end["reason"] != c.reason || end["ok"] != c.ok {
				t.Errorf("ended with %v, want %s", end, c.reason)
			}
		})
	}
}

func TestASignalStopsADaemon(t *testing.T) {
	path, _ := tempFile(t, 10)
	ctx, stop := context.WithCancel(boundedContext(t))
	time.AfterFunc(50*time.Millisecond, stop)
	out := newOutput()
	code := run(ctx, []string{"daemon", "--base", startRelay(t, &testRelay{life: time.Second}), "--session", "s",
		"--key", testKey + "agent", "--file", path, "--no-mdns"}, nil, out, out)
	if lines := out.all(t); code != 0 || lines[len(lines)-1]["reason"] != "stopped" {
		t.Errorf("code %d, %v", code, lines)
	}
}

func TestFlagsThatAreMissingAreNamed(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "usage"}, {"nothing", "usage"}, {"daemon --base x --session y --key z", "--file"},
		{"daemon --base x --session y --key z --file f --firehose-mark 9", "--firehose-mark"},
		{"browser --base x --session y", "--key"}, {"browser --base x --session y --key z --script [1", "--script"},
		{"browser --base x --session y --key z more", "more"},
	} {
		var said bytes.Buffer
		code := run(context.Background(), strings.Fields(c.args), nil, &said, &said)
		if code != exitUsage || !strings.Contains(said.String(), c.want) {
			t.Errorf("%q: code %d, %s", c.args, code, said.String())
		}
	}
}
