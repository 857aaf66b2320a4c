package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// U64 is a JSON number, or a string of decimal digits, because doubles can't represent every u64.
type U64 uint64

func (u *U64) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseUint(strings.Trim(string(text), `"`), 10, 64)
	*u = U64(n)
	return err
}

func (u U64) String() string { return strconv.FormatUint(uint64(u), 10) }

// ByteRange is the range of a RANGE_REQ.
type ByteRange struct {
	Offset U64 `json:"offset"`
	Length U64 `json:"length"`
}

// Step is one step of the browser; README.md lists the fields that each op reads.
type Step struct {
	Op string `json:"op"`
	ByteRange
	Ranges    []ByteRange `json:"ranges"`
	Bytes     U64         `json:"bytes"`
	StreamID  *uint32     `json:"streamId"`
	Ms        U64         `json:"ms"`
	Hex       string      `json:"hex"`
	Text      bool        `json:"text"`
	Count     int         `json:"count"`
	Seeks     int         `json:"seeks"`
	EveryMs   U64         `json:"everyMs"`
	StallMs   U64         `json:"stallMs"`
	QuietMs   *U64        `json:"quietMs"`
	TimeoutMs *U64        `json:"timeoutMs"`
	Seed      U64         `json:"seed"`
	Reason    string      `json:"reason"`
}

const (
	defaultStepTime  = 60 * time.Second
	defaultQuietTime = 500 * time.Millisecond
	maxStepTime      = time.Hour
	maxScriptLine    = 1 << 20
)

func duration(ms U64) time.Duration {
	return time.Duration(min(uint64(ms), uint64(maxStepTime.Milliseconds()))) * time.Millisecond
}

// timeout is the step's limit: its own timeoutMs, or a minute more than it should take.
func (s Step) timeout() time.Duration {
	if s.TimeoutMs != nil {
		return duration(*s.TimeoutMs)
	}
	planned := duration(s.StallMs)
	switch s.Op {
	case "wait":
		planned += duration(s.Ms)
	case "firehose-seek":
		planned += time.Duration(s.Seeks+1) * (duration(s.EveryMs) + seekAllowance)
	}
	return defaultStepTime + planned
}

func (s Step) quiet() time.Duration {
	if s.QuietMs != nil {
		return duration(*s.QuietMs)
	}
	return defaultQuietTime
}

// StepSource returns the next step, or false if there are no more.
type StepSource func(ctx context.Context) (Step, bool, error)

// OpenScript reads the steps: a JSON array given inline, the name of a file with one, or "-" for one step per line on stdin.
func OpenScript(script string, stdin io.Reader) (StepSource, error) {
	if script == "-" {
		return stepsFromLines(stdin), nil
	}
	text := []byte(script)
	if script == "" {
		text = []byte("[]")
	} else if !strings.HasPrefix(strings.TrimSpace(script), "[") {
		var err error
		if text, err = os.ReadFile(script); err != nil {
			return nil, err
		}
	}
	var steps []Step
	if err := decodeStrict(text, &steps); err != nil {
		return nil, fmt.Errorf("--script: %w", err)
	}
	for _, s := range steps {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("--script: %w", err)
		}
	}
	return func(context.Context) (Step, bool, error) {
		if len(steps) == 0 {
			return Step{}, false, nil
		}
		next := steps[0]
		steps = steps[1:]
		return next, true, nil
	}, nil
}

func (s Step) check() error {
	if operations[s.Op] == nil {
		return fmt.Errorf("there is no op %q", s.Op)
	}
	return nil
}

// stepsFromLines reads in its own goroutine, so that waiting for a line ends with the session.
func stepsFromLines(r io.Reader) StepSource {
	type item struct {
		step Step
		err  error
	}
	items := make(chan item)
	go func() {
		defer close(items)
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxScriptLine)
		for lines.Scan() {
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			var i item
			if i.err = decodeStrict(lines.Bytes(), &i.step); i.err == nil {
				i.err = i.step.check()
			}
			items <- i
		}
	}()
	return func(ctx context.Context) (Step, bool, error) {
		select {
		case i, ok := <-items:
			return i.step, ok, i.err
		case <-ctx.Done():
			return Step{}, false, ctx.Err()
		}
	}
}

func decodeStrict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
