package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// operations are the steps by name. It is filled only here.
var operations map[string]func(*browser, context.Context, Step) (fields, error)

func init() {
	operations = map[string]func(*browser, context.Context, Step) (fields, error){
		"range":          (*browser).stepRange,
		"ranges":         (*browser).stepRanges,
		"cancel-after":   (*browser).stepCancelAfter,
		"cancel-reuse":   (*browser).stepCancelReuse,
		"ping":           (*browser).stepPing,
		"raw":            (*browser).stepRaw,
		"seek-hint":      (*browser).stepSeekHint,
		"wait":           (*browser).stepWait,
		"second-channel": (*browser).stepSecondChannel,
		"flood":          (*browser).stepFlood,
		"firehose-seek":  (*browser).stepFirehoseSeek,
		"bye":            (*browser).stepBye,
		"await-close":    (*browser).stepAwaitClose,
	}
}

var errChannelClosed = errors.New("the channel closed")

// perform runs one step within its time limit and prints its line.
func (b *browser) perform(s Step) error {
	ctx, cancel := context.WithTimeoutCause(b.ending.context, s.timeout(), fmt.Errorf("not done within %s", s.timeout()))
	defer cancel()
	result, err := operations[s.Op](b, ctx, s)
	if result == nil {
		result = fields{}
	}
	result["ok"] = err == nil
	if err != nil {
		result["error"] = err.Error()
	}
	b.lines.Print("op", s.Op, result)
	return err
}

// wait returns when the event happens, or with the reason why it won't.
func (b *browser) wait(ctx context.Context, event <-chan struct{}) error {
	return b.waitEither(ctx, event, nil)
}

// waitEither returns when one of two events happens. If the session has also ended, the event counts.
func (b *browser) waitEither(ctx context.Context, one, other <-chan struct{}) error {
	select {
	case <-one:
		return nil
	case <-other:
		return nil
	default:
	}
	select {
	case <-one:
		return nil
	case <-other:
		return nil
	case <-b.closed:
		return errChannelClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (b *browser) sleep(ctx context.Context, d time.Duration) error {
	passed := make(chan struct{})
	timer := time.AfterFunc(d, func() { close(passed) })
	defer timer.Stop()
	return b.wait(ctx, passed)
}

func (b *browser) newID() uint32 {
	b.nextID++
	return b.nextID
}

// rangeID returns the id of a range that has ended, if there is one and the browser is as careless as old ones.
func (b *browser) rangeID() uint32 {
	if last := len(b.freeIDs) - 1; last >= 0 && !b.o.FreshIDs {
		id := b.freeIDs[last]
		b.freeIDs = b.freeIDs[:last]
		return id
	}
	return b.newID()
}

// ended returns a range's id for reuse. The steps run one after another, so no lock is needed.
func (b *browser) ended(s *Stream) { b.freeIDs = append(b.freeIDs, s.ID) }

func (b *browser) ask(r ByteRange, onData func(uint64)) (*Stream, error) {
	s := b.inbox.Expect(b.rangeID(), uint64(r.Offset), uint64(r.Length), onData)
	return s, b.send(EncodeRangeReq(s.ID, uint64(r.Offset), uint64(r.Length)))
}

func (b *browser) cancel(s *Stream) error {
	b.inbox.Cancelled(s)
	return b.send(EncodeFrame(TypeCancel, 0, s.ID, nil))
}

// ping sends PING at once; arrived is closed once its PONG has arrived, after onPong (may be nil) was called in the reader's goroutine.
func (b *browser) ping(id uint32, onPong func()) (arrived chan struct{}, err error) {
	arrived = make(chan struct{})
	b.inbox.OnPong(id, func() {
		if onPong != nil {
			onPong()
		}
		close(arrived)
	})
	return arrived, b.send(EncodeFrame(TypePing, 0, id, nil))
}

// pingAndWait proves that the session is alive.
func (b *browser) pingAndWait(ctx context.Context, id uint32) (time.Duration, error) {
	start := time.Now()
	arrived, err := b.ping(id, nil)
	if err != nil {
		return 0, err
	}
	if err := b.wait(ctx, arrived); err != nil {
		return 0, fmt.Errorf("no PONG: %w", err)
	}
	return time.Since(start), nil
}
