package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Side is the sender of a message.
type Side string

const (
	SideBrowser Side = "browser"
	SideAgent   Side = "agent"
)

// Message types (PROTOCOL.md, section 2).
const (
	MsgOffer        = "offer"
	MsgAnswer       = "answer"
	MsgCandidate    = "candidate"
	MsgCandidateEnd = "candidate-end"
	MsgBye          = "bye"
)

// SignalMessage is a posted message, and the content of an event.
type SignalMessage struct {
	From    Side   `json:"from"`
	Type    string `json:"type"`
	Payload string `json:"payload"`
}

const (
	postTimeout   = 10 * time.Second
	readTimeout   = 60 * time.Second      // a relay ends a response after about 25 s; a longer one is abandoned
	readRetryWait = time.Second           // after a failure (S-2)
	reopenWait    = 50 * time.Millisecond // "at once", but without flooding a relay that ends every response immediately
)

// errRefused is a response of the relay after which a retry is useless.
type errRefused struct{ status int }

func (e errRefused) Error() string { return fmt.Sprintf("the relay refused with status %d", e.status) }

func isRefusal(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound
}

// Signal is one side's client of the relay.
type Signal struct {
	url  string
	key  string
	side Side
	http *http.Client

	skipOwn bool         // skip this side's own messages; old peers don't
	onOwn   func(string) // called with the type of each own message that the relay sent back, skipped or not; may be nil
	onOpen  func()       // called for each event stream that opens; may be nil
}

// NewSignal creates a client for a session at the relay; base is the URL before /api/.
func NewSignal(base, session, key string, side Side) *Signal {
	return &Signal{
		url:  base + "/api/internal/stream/signal/" + url.PathEscape(session),
		key:  key,
		side: side,
		http: &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}},
	}
}

// Close ends the connections that the reader and the posts left open.
func (s *Signal) Close() { s.http.CloseIdleConnections() }

// Post sends one message, once. errRefused is final; after any other error the caller may retry.
func (s *Signal) Post(ctx context.Context, msgType, payload string) error {
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	body, err := json.Marshal(SignalMessage{From: s.side, Type: msgType, Payload: payload})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxLineBytes))
	return nil
}

// Read passes the other side's messages to handle, in order, and reopens the stream whenever it ends.
// It returns when ctx is done, or when the relay refuses.
func (s *Signal) Read(ctx context.Context, handle func(SignalMessage)) error {
	for {
		err := s.readOnce(ctx, handle)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var refused errRefused
		if errors.As(err, &refused) {
			return err
		}
		wait := readRetryWait
		if err == nil {
			wait = reopenWait
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (s *Signal) readOnce(ctx context.Context, handle func(SignalMessage)) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/events", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Cache-Control", "no-cache")
	res, err := s.do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if s.onOpen != nil {
		s.onOpen()
	}
	return readEvents(res.Body, func(e sseEvent) {
		if m, ok := s.parse(e); ok && ctx.Err() == nil {
			handle(m)
		}
	})
}

// parse skips events of other names and data that isn't JSON. Like old peers, it treats this side's own messages as the other side's, unless skipOwn is set.
func (s *Signal) parse(e sseEvent) (SignalMessage, bool) {
	if e.Name != "" && e.Name != "signal" {
		return SignalMessage{}, false
	}
	var m SignalMessage
	if json.Unmarshal([]byte(e.Data), &m) != nil {
		return SignalMessage{}, false
	}
	own := m.From == s.side
	if own && s.onOwn != nil {
		s.onOwn(m.Type)
	}
	return m, !own || !s.skipOwn
}

func (s *Signal) do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+s.key)
	res, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	_ = res.Body.Close()
	if isRefusal(res.StatusCode) {
		return nil, errRefused{res.StatusCode}
	}
	return nil, fmt.Errorf("the relay answered %d", res.StatusCode)
}
