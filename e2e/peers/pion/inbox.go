package main

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"maps"
	"sync"
	"time"
)

// Stream is the data received for one RANGE_REQ. Its inbox's lock guards it.
type Stream struct {
	ID         uint32
	expected   uint64 // bytes of the range, if the size is known
	known      bool
	asked      time.Time
	first      time.Time // of the first byte; zero: none yet
	hash       hash.Hash
	bytes      uint64
	frames     int
	maxPayload int
	flagged    bool // the last chunk has arrived
	ended      bool
	status     uint32
	cancelled  bool
	atCancel   uint64             // bytes received when CANCEL was sent
	tail       []byte             // the last bytes, at most tailLimit of them
	tailLimit  uint64             // 0: no tail is kept
	onData     func(total uint64) // called by the reader's goroutine, without the lock
	firstByte  chan struct{}
	end        chan struct{} // closed by RANGE_END
}

// Inbox receives the agent's frames in order, and checks that the base protocol allows them.
type Inbox struct {
	mu         sync.Mutex
	hello      chan HelloInfo
	helloFlags uint8
	greeted    bool
	size       uint64
	streams    map[uint32]*Stream
	pongs      map[uint32]func()
	total      uint64          // bytes of RANGE_DATA, of all streams
	onPing     func(id uint32) // called by the reader's goroutine, with the lock; may be nil
	lenient    bool            // answers to a flood or to raw frames may arrive: frames for unknown streams are no violation
	violations map[string]int
}

func NewInbox() *Inbox {
	return &Inbox{
		hello:      make(chan HelloInfo, 1),
		streams:    map[uint32]*Stream{},
		pongs:      map[uint32]func(){},
		violations: map[string]int{},
	}
}

// Expect prepares for the answer to a RANGE_REQ, before it is sent. onData may be nil.
func (in *Inbox) Expect(id uint32, offset, length uint64, onData func(uint64)) *Stream {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := &Stream{ID: id, asked: time.Now(), hash: sha256.New(), onData: onData,
		firstByte: make(chan struct{}), end: make(chan struct{}), known: in.size != unknownSize}
	s.expected, _ = resolveRange(in.size, offset, length)
	in.streams[id] = s
	return s
}

// maxTail limits the stored tail of a stream.
const maxTail = 16 << 20

// ExpectTail prepares for the answers to several RANGE_REQs with the same id, of which only the last bytes count.
func (in *Inbox) ExpectTail(id uint32, limit uint64) *Stream {
	s := in.Expect(id, 0, 0, nil)
	in.mu.Lock()
	defer in.mu.Unlock()
	s.known, s.tailLimit = false, limit
	return s
}

// TailSum is the SHA-256 of a stream's last bytes.
func (in *Inbox) TailSum(s *Stream) string {
	in.mu.Lock()
	defer in.mu.Unlock()
	sum := sha256.Sum256(s.tail)
	return hex.EncodeToString(sum[:])
}

// Cancelled records that CANCEL is about to be sent.
func (in *Inbox) Cancelled(s *Stream) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s.cancelled, s.atCancel = true, s.bytes
}

// OnPong calls back, in the reader's goroutine, when the next PONG with this id arrives: everything sent before it has then been received.
func (in *Inbox) OnPong(id uint32, call func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.pongs[id] = call
}

// BeLenient is for steps that send frames with unpredictable answers.
func (in *Inbox) BeLenient() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.lenient = true
}

// Violate records a violation of the base protocol by the agent. Reasons are constants, so the map stays small.
func (in *Inbox) Violate(reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.violations[reason]++
}

// Violations counts them by reason.
func (in *Inbox) Violations() map[string]int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return maps.Clone(in.violations)
}

// Take handles one message; it is called for each one in order.
func (in *Inbox) Take(message []byte, isText bool) {
	if call := in.take(message, isText); call != nil {
		call()
	}
}

func (in *Inbox) take(message []byte, isText bool) (then func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if isText {
		in.violations["a text message"]++
		return nil
	}
	f, err := DecodeFrame(message)
	if err != nil {
		in.violations["malformed: "+err.Error()]++
		return nil
	}
	if f.Reserved != 0 {
		in.violations["the reserved field is not 0"]++
	}
	if !in.greeted && f.Type != TypeHello {
		in.violations["a frame before HELLO"]++
	}
	switch f.Type {
	case TypeHello:
		in.takeHello(f)
	case TypeRangeData:
		return in.takeData(f)
	case TypeRangeEnd:
		in.takeEnd(f)
	case TypePong:
		return in.takePong(f)
	case TypePing: // the base protocol lets either side ping
		if in.onPing != nil {
			in.onPing(f.StreamID)
		}
	default:
		in.violations["a frame that only a browser sends"]++
	}
	return nil
}

func (in *Inbox) takeHello(f Frame) {
	if in.greeted {
		in.violations["a second HELLO"]++
		return
	}
	if f.StreamID != 0 {
		in.violations["HELLO with a stream id"]++
	}
	in.greeted, in.helloFlags = true, f.Flags
	hello := f.Hello()
	in.size = hello.Size
	in.hello <- hello
}

func (in *Inbox) takePong(f Frame) func() {
	call := in.pongs[f.StreamID]
	delete(in.pongs, f.StreamID)
	if call == nil && !in.lenient {
		in.violations["a PONG without a PING"]++
	}
	return call
}

func (in *Inbox) takeData(f Frame) func() {
	in.total += uint64(len(f.Payload))
	s := in.streams[f.StreamID]
	if s == nil {
		if !in.lenient {
			in.violations["RANGE_DATA that was not asked for"]++
		}
		return nil
	}
	in.checkData(s, f)
	s.bytes += uint64(len(f.Payload))
	s.frames++
	s.maxPayload = max(s.maxPayload, len(f.Payload))
	s.flagged = s.flagged || f.Flags&FlagLastChunk != 0
	s.hash.Write(f.Payload)
	if s.tailLimit > 0 {
		s.tail = append(s.tail, f.Payload...)
		if excess := len(s.tail) - int(s.tailLimit); excess > 0 {
			s.tail = append([]byte(nil), s.tail[excess:]...)
		}
	}
	if s.first.IsZero() {
		s.first = time.Now()
		close(s.firstByte)
	}
	if s.onData == nil {
		return nil
	}
	call, total := s.onData, s.bytes
	return func() { call(total) }
}

func (in *Inbox) checkData(s *Stream, f Frame) {
	switch {
	case s.ended:
		in.violations["RANGE_DATA after RANGE_END"]++
	case s.flagged && s.tailLimit == 0:
		in.violations["RANGE_DATA after the last chunk"]++
	case s.known && s.bytes+uint64(len(f.Payload)) > s.expected:
		in.violations["more bytes than the range has"]++
	}
	if len(f.Payload) == 0 || len(f.Payload) > maxPayload {
		in.violations["RANGE_DATA of no byte, or of over 16384"]++
	}
	if f.Flags&^FlagLastChunk != 0 {
		in.violations["RANGE_DATA with unknown flags"]++
	}
}

func (in *Inbox) takeEnd(f Frame) {
	s := in.streams[f.StreamID]
	switch {
	case s == nil && in.lenient:
		return
	case s == nil:
		in.violations["RANGE_END that was not asked for"]++
		return
	case s.ended:
		in.violations["a second RANGE_END"]++
		return
	}
	s.ended, s.status = true, f.Status()
	if s.status == StatusDone && s.known && s.bytes == s.expected && !s.flagged {
		in.violations["the last chunk is not flagged"]++
	}
	close(s.end)
}

// streamState is a snapshot of a stream.
type streamState struct {
	Stream
	sum string
}

// Look takes a snapshot of a stream.
func (in *Inbox) Look(s *Stream) streamState {
	in.mu.Lock()
	defer in.mu.Unlock()
	return streamState{Stream: *s, sum: hex.EncodeToString(s.hash.Sum(nil))}
}

// Total is the number of bytes received in RANGE_DATA, over all streams.
func (in *Inbox) Total() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.total
}

// Size is the file's size from HELLO.
func (in *Inbox) Size() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.size
}
