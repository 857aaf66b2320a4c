package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
)

// DaemonOptions are the daemon role's flags, resolved.
type DaemonOptions struct {
	Base, Session, Key string
	File               string
	Name               string // the file's name in HELLO; empty: its own name
	Net                NetOptions
	HighMark           uint64 // bytes buffered at which sending pauses
	Order              Order
	Seed               uint64 // for the delays of a chaotic order
	SkipOwn            bool   // skip this side's own messages that the relay sends back
	Transcode          bool   // announce that the size is an estimate
	ClaimedSize        uint64 // the estimate
	StopAt             uint64 // the file can't be read from this byte on, as if it ended there; 0: no limit
	OpenWithin         time.Duration
	MaxRun             time.Duration
}

const outboxCloseTime = 2 * time.Second

// daemon is one session of the agent, as old agents behave.
type daemon struct {
	o      DaemonOptions
	lines  *Lines
	file   *os.File
	size   uint64
	name   string
	ending *Ending
	signal *Signal
	outbox *Outbox
	pc     *webrtc.PeerConnection

	offered  bool          // used only by the reader's goroutine
	answered chan struct{} // closed once the answer is in the outbox; with ordered posts, candidates wait for it
	served   atomic.Pointer[channelServer]
	open     atomic.Bool
}

// RunDaemon serves one session and returns the exit code: 0 if it ended normally.
func RunDaemon(ctx context.Context, o DaemonOptions, lines *Lines) int {
	d := &daemon{o: o, lines: lines, answered: make(chan struct{})}
	if err := d.openFile(); err != nil {
		lines.Event("end", fields{"reason": "refused", "ok": false, "detail": err.Error()})
		return 1
	}
	defer func() { _ = d.file.Close() }()
	pc, err := newPeerConnection(o.Net)
	if err != nil {
		lines.Event("end", fields{"reason": "refused", "ok": false, "detail": err.Error()})
		return 1
	}
	d.pc = pc
	d.ending = NewEnding(ctx)
	d.signal = NewSignal(o.Base, o.Session, o.Key, SideAgent)
	d.signal.skipOwn = o.SkipOwn
	d.signal.onOwn = func(messageType string) { lines.Event("own-message", fields{"type": messageType}) }
	d.signal.onOpen = sync.OnceFunc(func() { lines.Event("reading", nil) })
	d.outbox = NewOutbox(d.signal, o.Order, o.Seed, d.relayLost)
	d.watchConnection()
	lines.Event("start", fields{"size": fmt.Sprint(d.size), "name": d.name})

	openTimer := time.AfterFunc(o.OpenWithin, d.openTimeout)
	runTimer := time.AfterFunc(o.MaxRun, func() { d.ending.Fail("max-run", o.MaxRun.String()) })
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		d.relayLost(d.signal.Read(d.ending.context, d.take))
	}()

	line, code := d.ending.Wait()
	openTimer.Stop()
	runTimer.Stop()
	<-reading
	d.outbox.Close(outboxCloseTime)
	closePeerConnection(pc)
	if s := d.served.Load(); s != nil {
		s.ranges.Close()
	}
	d.signal.Close()
	lines.Event("end", line)
	return code
}

func (d *daemon) openFile() error {
	if d.o.Session == "" {
		return errors.New("the session id is empty")
	}
	if d.o.File == "" {
		return errors.New("the file's path is empty")
	}
	file, err := os.Open(d.o.File)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", d.o.File)
	}
	d.name = d.o.Name
	if d.name == "" {
		d.name = filepath.Base(d.o.File)
	}
	if err == nil {
		_, err = EncodeHello(0, 0, d.name)
	}
	if err != nil {
		_ = file.Close()
		return err
	}
	d.file, d.size = file, uint64(info.Size())
	return nil
}

// content is the source of ranges.
func (d *daemon) content() io.ReaderAt {
	if d.o.StopAt == 0 {
		return d.file
	}
	return io.NewSectionReader(d.file, 0, int64(d.o.StopAt))
}

func (d *daemon) openTimeout() {
	if !d.open.Load() {
		d.ending.Fail("no-channel", fmt.Sprintf("no channel opened within %s", d.o.OpenWithin))
	}
}

// relayLost ends the session only while it needs the relay: until the channel is open.
func (d *daemon) relayLost(err error) {
	switch {
	case d.ending.context.Err() != nil:
	case d.open.Load():
		d.lines.Event("relay-lost", fields{"detail": err.Error()})
	default:
		d.ending.Fail("relay", err.Error())
	}
}

func (d *daemon) watchConnection() {
	d.pc.OnICEConnectionStateChange(func(state webrtc.ICEConnectionState) {
		d.lines.Event("ice", fields{"state": state.String()})
		switch state {
		case webrtc.ICEConnectionStateFailed:
			d.ending.End("ice-failed")
		case webrtc.ICEConnectionStateClosed:
			d.ending.End("ice-closed")
		default: // also disconnected: a lost packet must not end a film
		}
	})
	d.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if d.o.Order == Ordered {
			select {
			case <-d.answered:
			case <-d.ending.context.Done():
				return
			}
		}
		if c == nil {
			d.outbox.Send(MsgCandidateEnd, "")
			return
		}
		d.outbox.Send(MsgCandidate, string(mustJSON(c.ToJSON())))
	})
	d.pc.OnDataChannel(d.takeChannel)
}

// take is called for each message of the browser, in order.
func (d *daemon) take(m SignalMessage) {
	switch m.Type {
	case MsgOffer:
		if d.offered {
			return // only the first is answered
		}
		d.offered = true
		d.lines.Event("offer", nil)
		if err := d.answer(m.Payload); err != nil {
			d.ending.Fail("bad-offer", err.Error())
		}
	case MsgCandidate:
		d.takeCandidate(m.Payload)
	case MsgBye:
		d.ending.End("bye")
	default: // an answer, candidate-end, and unknown types
	}
}

func (d *daemon) takeCandidate(payload string) {
	if !d.offered {
		d.lines.Event("early-candidate-dropped", nil)
		return
	}
	candidate, err := decodeCandidate(payload)
	if err == nil {
		err = d.pc.AddICECandidate(candidate)
	}
	if err != nil && !d.open.Load() {
		d.ending.Fail("bad-candidate", err.Error())
	}
}

func (d *daemon) answer(payload string) error {
	offer, err := decodeDescription(payload, MsgOffer)
	if err != nil {
		return err
	}
	if err := d.pc.SetRemoteDescription(offer); err != nil {
		return err
	}
	answer, err := d.pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	if err := d.pc.SetLocalDescription(answer); err != nil {
		return err
	}
	d.outbox.Send(MsgAnswer, string(mustJSON(d.pc.LocalDescription())))
	close(d.answered)
	d.lines.Event("answer", nil)
	return nil
}

// takeChannel serves the first channel and ignores the others. Pion calls it for each remote channel, in the order in which they open.
func (d *daemon) takeChannel(channel *webrtc.DataChannel) {
	s := newChannelServer(d, channel)
	if !d.served.CompareAndSwap(nil, s) {
		d.lines.Event("second-channel-ignored", fields{"label": channel.Label()})
		channel.OnMessage(func(webrtc.DataChannelMessage) {})
		return
	}
	channel.OnMessage(s.take)
	channel.OnOpen(s.greet)
	channel.OnClose(func() { d.ending.End("channel-closed") })
}
