package main

import (
	"sync"
	"sync/atomic"

	"github.com/pion/webrtc/v4"
)

// channelServer answers the frames of one data channel, after it has sent HELLO.
type channelServer struct {
	d       *daemon
	channel *webrtc.DataChannel
	ranges  *RangeServer
	greeted chan struct{}
	sending sync.Mutex
	dropped atomic.Uint64
}

func newChannelServer(d *daemon, channel *webrtc.DataChannel) *channelServer {
	s := &channelServer{d: d, channel: channel, greeted: make(chan struct{})}
	gate := NewGate(channel, d.o.HighMark)
	s.ranges = NewRangeServer(d.ending.context, d.content(), d.size, s.send, gate.Wait, d.lines)
	return s
}

// greet sends HELLO; until then no frame is answered.
func (s *channelServer) greet() {
	flags, size := FlagSeekable, s.d.size
	if s.d.o.Transcode {
		flags, size = FlagSeekable|FlagTranscoding, s.d.o.ClaimedSize
	}
	hello, err := EncodeHello(flags, size, s.d.name)
	if err != nil {
		s.d.ending.Fail("hello", err.Error()) // the name was checked at the start
		return
	}
	s.d.open.Store(true)
	s.d.lines.Event("open", fields{"label": s.channel.Label()})
	if s.send(hello) == nil {
		close(s.greeted)
	}
}

// controlSlack is how far small frames (PONG, RANGE_END), which don't wait, may exceed the high mark.
// If they exceed it further, the browser sends without reading.
const controlSlack = 4 << 20

// send ends the session if the channel accepts no more. It sends one message at a time: pion numbers a message before it queues it, so two
// concurrent senders may queue them in the wrong order, and the receiver then waits for a message that its full window can't accept.
func (s *channelServer) send(frame []byte) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	if s.channel.BufferedAmount() > s.d.o.HighMark+controlSlack {
		s.d.ending.Fail("control-flood", "the browser asks without reading the answers")
		return s.d.ending.context.Err()
	}
	err := s.channel.Send(frame)
	if err != nil && s.channel.ReadyState() == webrtc.DataChannelStateOpen {
		s.d.ending.Fail("send", err.Error())
	}
	return err
}

// take handles one message; pion calls it for each one in order.
func (s *channelServer) take(message webrtc.DataChannelMessage) {
	select {
	case <-s.greeted:
	case <-s.d.ending.context.Done():
		return
	}
	if message.IsString {
		s.drop("a text message")
		return
	}
	f, err := DecodeFrame(message.Data)
	if err != nil {
		s.drop(err.Error())
		return
	}
	switch f.Type {
	case TypeRangeReq:
		offset, length := f.Range()
		s.ranges.Request(f.StreamID, offset, length)
	case TypeCancel:
		s.ranges.Cancel(f.StreamID)
	case TypePing:
		_ = s.send(EncodeFrame(TypePong, 0, f.StreamID, nil))
	case TypePong:
	case TypeSeekHint:
		s.d.lines.Event("seek-hint", fields{"ms": U64(f.SeekHintMs()).String()})
	default:
		s.drop("a frame that only an agent sends")
	}
}

// drop counts dropped frames, and prints an event at 1, 2, 4, 8 …, so that a flood doesn't flood the log.
func (s *channelServer) drop(reason string) {
	if n := s.dropped.Add(1); n&(n-1) == 0 {
		s.d.lines.Event("dropped", fields{"count": n, "reason": reason})
	}
}
