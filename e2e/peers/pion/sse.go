package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Limits for a reader of server-sent events (S-3): more is an error, so memory is bounded.
const (
	maxLineBytes  = 256 << 10
	maxEventBytes = 1 << 20
)

var (
	errLineTooLong  = errors.New("event stream: a line over 256 KiB")
	errEventTooLong = errors.New("event stream: an event over 1 MiB")
)

// sseEvent is one event; an event without a name is a "signal".
type sseEvent struct {
	Name string
	Data string
}

// readEvents passes each complete event to emit until the stream ends, and then returns nil;
// an event that is cut off by the end is dropped. Lines end in LF or CR LF.
func readEvents(r io.Reader, emit func(sseEvent)) error {
	lines := bufio.NewReaderSize(r, maxLineBytes+2)
	var name string
	var data []byte
	lineCount := 0
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return errLineTooLong
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
		if len(line) > maxLineBytes {
			return errLineTooLong
		}
		if len(line) == 0 {
			if lineCount > 0 {
				emit(sseEvent{Name: name, Data: string(data)})
			}
			name, data, lineCount = "", nil, 0
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if lineCount > 0 {
				data = append(data, '\n')
			}
			data = append(data, value...)
			lineCount++
			if len(data) > maxEventBytes {
				return errEventTooLong
			}
		} // id, retry, heartbeats (an empty field name) and unknown fields mean nothing to a base peer
	}
}
