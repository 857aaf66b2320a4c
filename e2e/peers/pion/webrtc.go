package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// segmentBytes is the part of a channel's bytes that has a SHA-256 of its own: see e2e/src/lib/webrtc-program.ts.
const segmentBytes = 1 << 20

// WebrtcOptions are the flags of the role "webrtc".
type WebrtcOptions struct {
	Net    NetOptions
	MaxRun time.Duration
}

func webrtcFlags(set *flag.FlagSet) *WebrtcOptions {
	o := &WebrtcOptions{}
	netFlags(set, &o.Net)
	set.DurationVar(&o.MaxRun, "max-run", defaultMaxRun, "end after this time")
	return o
}

// counter counts the binary messages of one direction.
type counter struct {
	messages, bytes int
	segment         []byte
	digests         []byte
}

func (c *counter) add(message []byte) {
	c.messages++
	c.bytes += len(message)
	for len(message) > 0 {
		n := min(len(message), segmentBytes-len(c.segment))
		c.segment = append(c.segment, message[:n]...)
		message = message[n:]
		if len(c.segment) == segmentBytes {
			digest := sha256.Sum256(c.segment)
			c.digests = append(c.digests, digest[:]...)
			c.segment = c.segment[:0]
		}
	}
}

func (c *counter) count() fields {
	all := append([]byte{}, c.digests...)
	if len(c.segment) > 0 {
		digest := sha256.Sum256(c.segment)
		all = append(all, digest[:]...)
	}
	digest := sha256.Sum256(all)
	return fields{"messages": c.messages, "bytes": c.bytes, "sha256": hex.EncodeToString(digest[:])}
}

// countedChannel is a channel and what passed through it.
type countedChannel struct {
	channel        *webrtc.DataChannel
	mu             sync.Mutex
	sent, received counter
	texts          []string
	sending        bool
}

// driven is one connection that takes commands.
type driven struct {
	ctx      context.Context
	pc       *webrtc.PeerConnection
	mu       sync.Mutex
	channels map[string]*countedChannel
}

// RunWebrtc reads commands from stdin, {"id": 1, "command": "offer", "args": ["label"]} in one line each, and prints an event "done" with
// "id" and "result", or "failed" with "id" and "detail". It ends with stdin.
func RunWebrtc(ctx context.Context, o WebrtcOptions, stdin io.Reader, lines *Lines) int {
	ctx, cancel := context.WithTimeout(ctx, o.MaxRun)
	defer cancel()
	pc, err := newPeerConnection(o.Net)
	if err != nil {
		lines.Event("end", fields{"ok": false, "detail": err.Error()})
		return 1
	}
	defer closePeerConnection(pc)
	d := &driven{ctx: ctx, pc: pc, channels: map[string]*countedChannel{}}
	pc.OnDataChannel(d.adopt)
	d.serve(stdin, lines)
	lines.Event("end", fields{"ok": true})
	return 0
}

func (d *driven) serve(stdin io.Reader, lines *Lines) {
	commands := make(chan []byte)
	go func() {
		defer close(commands)
		input := bufio.NewReader(stdin)
		for {
			line, err := input.ReadBytes('\n')
			if err != nil {
				return
			}
			commands <- line
		}
	}()
	for {
		select {
		case <-d.ctx.Done():
			return
		case line, more := <-commands:
			if !more {
				return
			}
			d.answer(line, lines)
		}
	}
}

func (d *driven) answer(line []byte, lines *Lines) {
	var c struct {
		ID      int
		Command string
		Args    []string
	}
	err := json.Unmarshal(line, &c)
	var result any
	if err == nil {
		result, err = d.do(c.Command, append(c.Args, "", "", ""))
	}
	if err != nil {
		lines.Event("failed", fields{"id": c.ID, "detail": err.Error()})
		return
	}
	lines.Event("done", fields{"id": c.ID, "result": result})
}

func (d *driven) do(command string, args []string) (any, error) {
	switch command {
	case "offer":
		return d.offer(args[0])
	case "answer":
		line, _ := json.Marshal(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: args[0]})
		return answerTo(d.ctx, d.pc, string(line))
	case "accept":
		return nil, d.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: args[0]})
	case "open":
		return nil, d.open(args[0])
	case "status":
		return d.status(), nil
	case "close":
		closePeerConnection(d.pc)
		return nil, nil
	}
	d.mu.Lock()
	c := d.channels[args[0]]
	d.mu.Unlock()
	if c == nil {
		return nil, fmt.Errorf("no channel %q for %q", args[0], command)
	}
	switch command {
	case "text":
		return nil, c.channel.SendText(args[1])
	case "send":
		return nil, c.send(d.ctx, args[1], args[2])
	case "tally":
		return c.tally(), nil
	case "closeChannel":
		return nil, c.channel.Close()
	}
	return nil, fmt.Errorf("no command %q", command)
}

func (d *driven) offer(label string) (string, error) {
	if err := d.open(label); err != nil {
		return "", err
	}
	offer, err := d.pc.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(d.pc)
	if err := d.pc.SetLocalDescription(offer); err != nil {
		return "", err
	}
	<-gathered
	return d.pc.LocalDescription().SDP, nil
}

func (d *driven) open(label string) error {
	channel, err := d.pc.CreateDataChannel(label, nil)
	if err == nil {
		d.adopt(channel)
	}
	return err
}

func (d *driven) adopt(channel *webrtc.DataChannel) {
	c := &countedChannel{channel: channel}
	channel.OnMessage(func(message webrtc.DataChannelMessage) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if message.IsString {
			c.texts = append(c.texts, string(message.Data))
		} else {
			c.received.add(message.Data)
		}
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.channels[channel.Label()] = c
}

func (d *driven) status() fields {
	d.mu.Lock()
	defer d.mu.Unlock()
	states := fields{}
	for label, c := range d.channels {
		states[label] = c.channel.ReadyState().String()
	}
	return fields{"connection": d.pc.ConnectionState().String(), "channels": states}
}

func (c *countedChannel) tally() fields {
	c.mu.Lock()
	defer c.mu.Unlock()
	texts := append([]string{}, c.texts...)
	return fields{"sent": c.sent.count(), "received": c.received.count(), "texts": texts, "sending": c.sending}
}

func (c *countedChannel) send(ctx context.Context, bytes, messageBytes string) error {
	left, err := strconv.Atoi(bytes)
	if err != nil {
		return err
	}
	size, err := strconv.Atoi(messageBytes)
	if err != nil {
		return err
	}
	if left == 0 {
		return c.sendOne(nil)
	}
	c.setSending(true)
	go func() {
		defer c.setSending(false)
		gate := NewGate(c.channel, highWaterMark)
		random := rand.NewChaCha8([32]byte{1})
		message := make([]byte, size)
		for left > 0 && gate.Wait(ctx) == nil {
			part := message[:min(left, size)]
			_, _ = random.Read(part)
			if c.sendOne(part) != nil {
				return
			}
			left -= len(part)
		}
	}()
	return nil
}

func (c *countedChannel) sendOne(message []byte) error {
	c.mu.Lock()
	c.sent.add(message)
	c.mu.Unlock()
	return c.channel.Send(message)
}

func (c *countedChannel) setSending(sending bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending = sending
}
