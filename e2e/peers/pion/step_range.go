package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// report is a range's line; it has no status until a RANGE_END has arrived.
func (b *browser) report(r ByteRange, s *Stream) fields {
	state := b.inbox.Look(s)
	line := fields{"streamId": s.ID, "offset": r.Offset.String(), "length": r.Length.String(), "bytes": state.bytes,
		"sha256": state.sum, "lastFlag": state.flagged, "frames": state.frames, "maxPayload": state.maxPayload,
		"ms": milliseconds(time.Since(state.asked))}
	if state.known {
		line["expected"] = state.expected
	}
	if state.ended {
		line["status"] = state.status
	}
	if !state.first.IsZero() {
		line["firstByteMs"] = milliseconds(state.first.Sub(state.asked))
	}
	return line
}

func (b *browser) finish(ctx context.Context, r ByteRange, s *Stream) (fields, error) {
	err := b.wait(ctx, s.end)
	line := b.report(r, s)
	if err == nil {
		b.ended(s)
	}
	if err != nil {
		return line, fmt.Errorf("no RANGE_END for stream %d after %d bytes: %w", s.ID, line["bytes"], err)
	}
	return line, nil
}

func (b *browser) stepRange(ctx context.Context, step Step) (fields, error) {
	s, err := b.ask(step.ByteRange, nil)
	if err != nil {
		return nil, err
	}
	return b.finish(ctx, step.ByteRange, s)
}

func (b *browser) stepRanges(ctx context.Context, step Step) (fields, error) {
	var stall func(uint64)
	if step.StallMs > 0 {
		stalled := false // the reader's task only
		stall = func(uint64) {
			if !stalled {
				stalled = true
				time.Sleep(duration(step.StallMs))
			}
		}
	}
	start := time.Now()
	streams := make([]*Stream, 0, len(step.Ranges))
	for _, r := range step.Ranges {
		s, err := b.ask(r, stall)
		if err != nil {
			return nil, err
		}
		streams = append(streams, s)
	}
	results := make([]fields, 0, len(streams))
	var failed error
	for i, s := range streams {
		line, err := b.finish(ctx, step.Ranges[i], s)
		results = append(results, line)
		failed = errors.Join(failed, err)
	}
	return fields{"results": results, "ms": milliseconds(time.Since(start))}, failed
}

func (b *browser) stepCancelAfter(ctx context.Context, step Step) (fields, error) {
	enough := make(chan struct{})
	reached := false // the reader's task only
	s, err := b.ask(step.ByteRange, func(total uint64) {
		if !reached && total >= uint64(step.Bytes) {
			reached = true
			close(enough)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := b.waitEither(ctx, enough, s.end); err != nil {
		return b.report(step.ByteRange, s), fmt.Errorf("waiting for %d bytes: %w", step.Bytes, err)
	}
	return b.cancelAndProve(ctx, step, s)
}

// stepCancelReuse is the careless seek of old browsers: CANCEL, and at once the next range with the same stream id; without "bytes" it doesn't even send the
// CANCEL. Data of the old range that still arrives can't be distinguished from the new one, so only the requested number of bytes before the RANGE_END count.
func (b *browser) stepCancelReuse(ctx context.Context, step Step) (fields, error) {
	if len(step.Ranges) != 1 || step.Ranges[0].Length == 0 || step.Ranges[0].Length > maxTail {
		return nil, fmt.Errorf("cancel-reuse needs one range in \"ranges\", of 1 to %d bytes", maxTail)
	}
	next := step.Ranges[0]
	s := b.inbox.ExpectTail(b.rangeID(), uint64(next.Length))
	if err := b.send(EncodeRangeReq(s.ID, uint64(step.Offset), uint64(step.Length))); err != nil {
		return nil, err
	}
	if err := b.waitEither(ctx, s.firstByte, s.end); err != nil {
		return b.report(step.ByteRange, s), fmt.Errorf("waiting for the first byte: %w", err)
	}
	if step.Bytes > 0 {
		if err := b.send(EncodeFrame(TypeCancel, 0, s.ID, nil)); err != nil {
			return nil, err
		}
	}
	if err := b.send(EncodeRangeReq(s.ID, uint64(next.Offset), uint64(next.Length))); err != nil {
		return nil, err
	}
	line, err := b.finish(ctx, next, s)
	line["tailSha256"] = b.inbox.TailSum(s)
	return line, err
}

// cancelAndProve cancels, and proves by two PONGs that no more data arrives. Old agents may still have one frame to send when
// they answer the first PING.
func (b *browser) cancelAndProve(ctx context.Context, step Step, s *Stream) (fields, error) {
	if err := b.cancel(s); err != nil {
		return nil, err
	}
	cancelled := time.Now()
	var atPong [2]uint64
	var pongMs [2]float64
	for i := range atPong {
		arrived, err := b.ping(b.newID(), func() { atPong[i] = b.inbox.Look(s).bytes })
		if err != nil {
			return nil, err
		}
		if err := b.wait(ctx, arrived); err != nil {
			return b.report(step.ByteRange, s), fmt.Errorf("no PONG after CANCEL: %w", err)
		}
		pongMs[i] = milliseconds(time.Since(cancelled))
	}
	if err := b.sleep(ctx, step.quiet()); err != nil {
		return nil, err
	}
	state := b.inbox.Look(s)
	line := b.report(step.ByteRange, s)
	line["bytesAtCancel"] = state.atCancel
	line["bytesBeforePong"] = atPong[0] - state.atCancel
	line["bytesAfterPong"] = state.bytes - atPong[0]
	line["bytesAfterSecondPong"] = state.bytes - atPong[1]
	line["pongMs"] = pongMs[0]
	line["rangeEnd"] = state.ended
	if state.bytes > atPong[1] {
		return line, errors.New("data still came after the second PONG")
	}
	if state.atCancel < uint64(step.Bytes) {
		return line, errors.New("the range ended before it could be cancelled")
	}
	b.ended(s)
	return line, nil
}
