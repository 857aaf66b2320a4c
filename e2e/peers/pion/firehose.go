package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/pion/webrtc/v4"
)

// FirehoseOptions are the flags of the role "firehose".
type FirehoseOptions struct {
	Message int // bytes of each
	Net     NetOptions
	MaxRun  time.Duration
}

func firehoseFlags(set *flag.FlagSet) *FirehoseOptions {
	o := &FirehoseOptions{}
	set.IntVar(&o.Message, "message", 16<<10, "`bytes` of each message")
	netFlags(set, &o.Net)
	set.DurationVar(&o.MaxRun, "max-run", defaultMaxRun, "end after this time")
	return o
}

// RunFirehose reads an offer from stdin, {"type": "offer", "sdp": …} in one line, prints an answer with all candidates, and sends messages on
// the data channel of the other side for as long as stdin is open.
func RunFirehose(ctx context.Context, o FirehoseOptions, stdin io.Reader, lines *Lines) int {
	ctx, cancel := context.WithTimeout(ctx, o.MaxRun)
	defer cancel()
	if err := runFirehose(ctx, cancel, o, stdin, lines); err != nil {
		lines.Event("end", fields{"ok": false, "detail": err.Error()})
		return 1
	}
	lines.Event("end", fields{"ok": true})
	return 0
}

func runFirehose(ctx context.Context, end func(), o FirehoseOptions, stdin io.Reader, lines *Lines) error {
	pc, err := newPeerConnection(o.Net)
	if err != nil {
		return err
	}
	defer closePeerConnection(pc)
	pc.OnDataChannel(func(channel *webrtc.DataChannel) {
		channel.OnOpen(func() { go fillChannel(ctx, channel, o.Message) })
	})
	lines.Event("start", nil)
	input := bufio.NewReader(stdin)
	line, err := input.ReadString('\n')
	if err != nil {
		return fmt.Errorf("no offer on stdin: %w", err)
	}
	answer, err := answerTo(ctx, pc, line)
	if err != nil {
		return err
	}
	lines.Event("answer", fields{"sdp": answer})
	go func() {
		_, _ = io.Copy(io.Discard, input)
		end()
	}()
	<-ctx.Done()
	return nil
}

// answerTo returns the SDP of the answer, with all candidates in it.
func answerTo(ctx context.Context, pc *webrtc.PeerConnection, line string) (string, error) {
	var offer webrtc.SessionDescription
	if err := json.Unmarshal([]byte(line), &offer); err != nil {
		return "", err
	}
	if err := pc.SetRemoteDescription(offer); err != nil {
		return "", err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", err
	}
	select {
	case <-gathered:
		return pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// fillChannel keeps the channel's buffer full until it fails.
func fillChannel(ctx context.Context, channel *webrtc.DataChannel, size int) {
	gate := NewGate(channel, highWaterMark)
	message := make([]byte, size)
	for gate.Wait(ctx) == nil {
		if channel.Send(message) != nil {
			return
		}
	}
}
