package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// BrowserOptions are the browser role's flags, resolved.
type BrowserOptions struct {
	Base, Session, Key string
	Net                NetOptions
	Order              Order
	Seed               uint64
	SkipOwn            bool // skip this side's own messages that the relay sends back
	FreshIDs           bool // never use a stream id again
	OpenWithin         time.Duration
	MaxRun             time.Duration
}

const (
	maxEarlyCandidates = 256         // kept until the answer has arrived
	lingerTime         = time.Second // for frames that the last step sent
	lingerPoll         = 5 * time.Millisecond
)

// browser is one session of an old page.
type browser struct {
	o       BrowserOptions
	lines   *Lines
	ending  *Ending
	signal  *Signal
	outbox  *Outbox
	pc      *webrtc.PeerConnection
	channel *webrtc.DataChannel
	sending sync.Mutex
	inbox   *Inbox
	nextID  uint32        // stream ids of ranges and pings
	freeIDs []uint32      // of ranges that have ended: old browsers reuse ids
	closed  chan struct{} // the channel

	offered    time.Time
	answeredAt chan time.Time // one value, when the answer is set
	answered   bool           // the reader's task only, as the next
	early      []webrtc.ICECandidateInit
}

// RunBrowser opens a session, prints HELLO, runs the steps, and returns the exit code: 0 if every step succeeded
// and the agent didn't violate the base protocol.
func RunBrowser(ctx context.Context, o BrowserOptions, steps StepSource, lines *Lines) int {
	pc, err := newPeerConnection(o.Net)
	if err != nil {
		lines.Event("end", fields{"reason": "refused", "ok": false, "detail": err.Error()})
		return 1
	}
	b := &browser{o: o, lines: lines, pc: pc, inbox: NewInbox(), closed: make(chan struct{}),
		answeredAt: make(chan time.Time, 1), ending: NewEnding(ctx)}
	b.signal = NewSignal(o.Base, o.Session, o.Key, SideBrowser)
	b.signal.skipOwn = o.SkipOwn
	b.signal.onOwn = func(messageType string) { lines.Event("own-message", fields{"type": messageType}) }
	b.outbox = NewOutbox(b.signal, o.Order, o.Seed, b.relayLost)
	if b.channel, err = pc.CreateDataChannel("stream", nil); err != nil { // reliable and ordered
		panic(err) // it contains no input from the peer
	}
	b.watchConnection()
	runTimer := time.AfterFunc(o.MaxRun, func() { b.ending.Fail("max-run", o.MaxRun.String()) })
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		b.relayLost(b.signal.Read(b.ending.context, b.take))
	}()

	done, err := b.drive(steps)
	if err != nil {
		b.ending.Fail("step-failed", err.Error())
	}
	b.ending.End("script-done")
	line, code := b.ending.Wait()
	runTimer.Stop()
	<-reading
	b.outbox.Close(outboxCloseTime)
	b.linger()
	closePeerConnection(pc)
	b.signal.Close()
	line["steps"] = done
	if violations := b.inbox.Violations(); len(violations) > 0 {
		line["violations"], line["ok"], code = violations, false, 1
	}
	lines.Event("end", line)
	return code
}

// drive connects and runs the steps. It returns how many were run.
func (b *browser) drive(steps StepSource) (int, error) {
	if err := b.offer(); err != nil {
		return 0, err
	}
	if err := b.awaitHello(); err != nil {
		return 0, err
	}
	for done := 0; ; done++ {
		step, ok, err := steps(b.ending.context)
		if err != nil || !ok {
			return done, err
		}
		if err := b.perform(step); err != nil {
			return done, fmt.Errorf("%s: %w", step.Op, err)
		}
	}
}

func (b *browser) watchConnection() {
	b.inbox.onPing = func(id uint32) { _ = b.send(EncodeFrame(TypePong, 0, id, nil)) } // a closing channel needs no answer
	b.channel.OnMessage(func(m webrtc.DataChannelMessage) { b.inbox.Take(m.Data, m.IsString) })
	b.channel.OnClose(sync.OnceFunc(func() { close(b.closed) }))
	b.pc.OnICEConnectionStateChange(func(state webrtc.ICEConnectionState) {
		if state == webrtc.ICEConnectionStateFailed {
			b.ending.Fail("ice-failed", "")
		}
	})
	b.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			b.outbox.Send(MsgCandidateEnd, "")
			return
		}
		b.outbox.Send(MsgCandidate, string(mustJSON(c.ToJSON())))
	})
}

func (b *browser) offer() error {
	offer, err := b.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	b.offered = time.Now()
	b.outbox.Send(MsgOffer, string(mustJSON(offer))) // before gathering begins, so before the candidates
	return b.pc.SetLocalDescription(offer)
}

func (b *browser) awaitHello() error {
	timer := time.NewTimer(b.o.OpenWithin)
	defer timer.Stop()
	select {
	case hello := <-b.inbox.hello:
		line := fields{"size": fmt.Sprint(hello.Size), "name": hello.Name, "flags": b.inbox.helloFlags,
			"extraBytes": len(hello.Extra), "msFromOffer": milliseconds(time.Since(b.offered))}
		select {
		case at := <-b.answeredAt:
			line["msFromAnswer"] = milliseconds(time.Since(at))
		default:
		}
		b.lines.Event("hello", line)
		return nil
	case <-b.closed:
		return errors.New("the channel closed before HELLO")
	case <-b.ending.context.Done():
		return b.ending.context.Err()
	case <-timer.C:
		return fmt.Errorf("no HELLO within %s (ICE is %s)", b.o.OpenWithin, b.pc.ICEConnectionState())
	}
}

// relayLost ends the session only while it needs the relay: until the channel is open.
func (b *browser) relayLost(err error) {
	switch {
	case b.ending.context.Err() != nil:
	case b.channel.ReadyState() == webrtc.DataChannelStateOpen:
		b.lines.Event("relay-lost", fields{"detail": err.Error()})
	default:
		b.ending.Fail("relay", err.Error())
	}
}

// take is called for each message of the agent, in order.
func (b *browser) take(m SignalMessage) {
	switch m.Type {
	case MsgAnswer:
		if !b.answered {
			b.takeAnswer(m.Payload)
		}
	case MsgCandidate:
		candidate, err := decodeCandidate(m.Payload)
		switch {
		case err != nil:
			b.inbox.Violate("a candidate that isn't JSON")
		case b.answered:
			b.addCandidate(candidate)
		case len(b.early) < maxEarlyCandidates:
			b.early = append(b.early, candidate)
		}
	default: // candidate-end is a hint; other messages are not for a browser
	}
}

func (b *browser) takeAnswer(payload string) {
	answer, err := decodeDescription(payload, MsgAnswer)
	if err == nil {
		err = b.pc.SetRemoteDescription(answer)
	}
	if err != nil {
		b.ending.Fail("bad-answer", err.Error())
		return
	}
	b.answered = true
	b.answeredAt <- time.Now()
	for _, candidate := range b.early {
		b.addCandidate(candidate)
	}
	b.early = nil
}

func (b *browser) addCandidate(candidate webrtc.ICECandidateInit) {
	if b.pc.AddICECandidate(candidate) != nil {
		b.inbox.Violate("a candidate that can't be read")
	}
}

// linger gives the frames of the last step time to arrive.
func (b *browser) linger() {
	for end := time.Now().Add(lingerTime); b.channel.BufferedAmount() > 0 && time.Now().Before(end); {
		time.Sleep(lingerPoll)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// send sends one frame at a time, because pion numbers a message before it queues it.
func (b *browser) send(frame []byte) error {
	b.sending.Lock()
	defer b.sending.Unlock()
	return b.channel.Send(frame)
}
