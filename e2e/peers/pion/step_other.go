package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/pion/webrtc/v4"
)

func (b *browser) stepPing(ctx context.Context, step Step) (fields, error) {
	id := b.newID()
	if step.StreamID != nil {
		id = *step.StreamID
	}
	took, err := b.pingAndWait(ctx, id)
	return fields{"streamId": id, "ms": milliseconds(took)}, err
}

func (b *browser) stepRaw(_ context.Context, step Step) (fields, error) {
	message, err := hex.DecodeString(step.Hex)
	if err != nil {
		return nil, err
	}
	b.inbox.BeLenient()
	if step.Text {
		err = b.channel.SendText(string(message))
	} else {
		err = b.send(message)
	}
	return fields{"bytes": len(message)}, err
}

func (b *browser) stepSeekHint(_ context.Context, step Step) (fields, error) {
	return fields{"ms": step.Ms.String()}, b.send(EncodeSeekHint(uint64(step.Ms)))
}

func (b *browser) stepWait(ctx context.Context, step Step) (fields, error) {
	return fields{"ms": step.Ms.String()}, b.sleep(ctx, duration(step.Ms))
}

// stepSecondChannel opens another channel, sends a request on it, and closes it; the first must continue.
func (b *browser) stepSecondChannel(ctx context.Context, step Step) (fields, error) {
	second, err := b.pc.CreateDataChannel("second", nil)
	if err != nil {
		return nil, err
	}
	opened := make(chan struct{})
	messages := make(chan struct{}, 1)
	second.OnOpen(func() { close(opened) })
	second.OnMessage(func(webrtc.DataChannelMessage) {
		select {
		case messages <- struct{}{}:
		default:
		}
	})
	if err := b.wait(ctx, opened); err != nil {
		return fields{"opened": false}, err
	}
	_ = second.Send(EncodeFrame(TypePing, 0, b.newID(), nil)) // an agent may have closed it at once
	_ = second.Send(EncodeRangeReq(b.newID(), 0, 1))
	if err := b.sleep(ctx, step.quiet()); err != nil {
		return nil, err
	}
	line := fields{"opened": true, "served": len(messages) > 0}
	_ = second.Close()
	if len(messages) > 0 {
		return line, errors.New("the second channel was served")
	}
	_, err = b.pingAndWait(ctx, b.newID())
	return line, err
}

// floodHighMark is how much a flood buffers before it waits.
const floodHighMark = 1 << 20

func (b *browser) stepFlood(ctx context.Context, step Step) (fields, error) {
	b.inbox.BeLenient()
	m := newMutator(uint64(step.Seed))
	for range step.Count {
		for b.channel.BufferedAmount() > floodHighMark {
			if err := b.sleep(ctx, lingerPoll); err != nil {
				return nil, err
			}
		}
		if err := b.send(m.next()); err != nil {
			return nil, err
		}
	}
	took, err := b.pingAndWait(ctx, b.newID())
	return fields{"sent": step.Count, "pongMs": milliseconds(took)}, err
}

// stepBye posts bye to the relay, and waits for the agent to end the session.
func (b *browser) stepBye(ctx context.Context, step Step) (fields, error) {
	b.outbox.Send(MsgBye, step.Reason)
	return b.stepAwaitClose(ctx, step)
}

func (b *browser) stepAwaitClose(ctx context.Context, _ Step) (fields, error) {
	start := time.Now()
	select {
	case <-b.closed:
		return fields{"ms": milliseconds(time.Since(start))}, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("the agent did not end the session: %w", context.Cause(ctx))
	}
}
