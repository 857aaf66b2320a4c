package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"testing"
)

// wireVectorsEnv names another copy of the shared vectors, if the wire package is not available.
const wireVectorsEnv = "RANGECAST_WIRE_VECTORS"

type validVector struct {
	Name, Hex, Type             string
	Flags                       []string
	StreamID                    uint32
	FileSize, FileName          *string
	Offset, Length, TimestampMs *string
	Data                        *string
	Status                      *uint32
	Reencodes                   *bool
}

type wireVectors struct {
	Valid   []validVector
	Invalid []struct{ Name, Hex, Reason string }
}

func loadVectors(t *testing.T) wireVectors {
	t.Helper()
	path := os.Getenv(wireVectorsEnv)
	if path == "" {
		path = "../../../packages/wire/test-data/wire.json"
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no shared vectors at %s; name them with %s", path, wireVectorsEnv)
	}
	if err != nil {
		t.Fatal(err)
	}
	var v wireVectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Valid) == 0 || len(v.Invalid) == 0 {
		t.Fatal("the vectors are empty")
	}
	return v
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func u64(t *testing.T, s *string) uint64 {
	t.Helper()
	if s == nil {
		t.Fatal("the vector lacks a field of its type")
	}
	n, err := strconv.ParseUint(*s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// reencode checks the fields of a decoded frame against its vector, and encodes them again.
func reencode(t *testing.T, v validVector, f Frame) []byte {
	t.Helper()
	switch f.Type {
	case TypeHello:
		hello := f.Hello()
		if hello.Size != u64(t, v.FileSize) || hello.Name != *v.FileName {
			t.Errorf("hello %d %q", hello.Size, hello.Name)
		}
		b, err := EncodeHello(f.Flags, hello.Size, hello.Name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	case TypeRangeReq:
		offset, length := f.Range()
		if offset != u64(t, v.Offset) || length != u64(t, v.Length) {
			t.Errorf("range %d %d", offset, length)
		}
		return EncodeRangeReq(f.StreamID, offset, length)
	case TypeRangeData:
		if !bytes.Equal(f.Payload, unhex(t, *v.Data)) {
			t.Errorf("data %x", f.Payload)
		}
		return EncodeFrame(TypeRangeData, f.Flags, f.StreamID, f.Payload)
	case TypeRangeEnd:
		if f.Status() != *v.Status {
			t.Errorf("status %d", f.Status())
		}
		return EncodeRangeEnd(f.StreamID, f.Status())
	case TypeSeekHint:
		if f.SeekHintMs() != u64(t, v.TimestampMs) {
			t.Errorf("timestamp %d", f.SeekHintMs())
		}
		return EncodeSeekHint(f.SeekHintMs())
	default:
		return EncodeFrame(f.Type, f.Flags, f.StreamID, nil)
	}
}

func TestValidVectorsDecodeAndEncodeBack(t *testing.T) {
	bits := map[string]uint8{"lastChunk": FlagLastChunk, "transcoding": FlagTranscoding, "seekable": FlagSeekable}
	for _, v := range loadVectors(t).Valid {
		t.Run(v.Name, func(t *testing.T) {
			message := unhex(t, v.Hex)
			f, err := DecodeFrame(message)
			if err != nil {
				t.Fatal(err)
			}
			var flags uint8
			for _, name := range v.Flags {
				flags |= bits[name]
			}
			if f.Type.String() != v.Type || f.Flags != flags || f.StreamID != v.StreamID {
				t.Errorf("got %s flags %d stream %d", f.Type, f.Flags, f.StreamID)
			}
			same := bytes.Equal(reencode(t, v, f), message)
			if want := v.Reencodes == nil || *v.Reencodes; same != want {
				t.Errorf("encodes back to the same bytes: %v, want %v", same, want)
			}
		})
	}
}

func TestInvalidVectorsAreRefusedForTheirReason(t *testing.T) {
	for _, v := range loadVectors(t).Invalid {
		t.Run(v.Name, func(t *testing.T) {
			_, err := DecodeFrame(unhex(t, v.Hex))
			if err == nil || err.Error() != v.Reason {
				t.Errorf("got %v, want %q", err, v.Reason)
			}
		})
	}
}

func TestRangesAreClampedToTheFile(t *testing.T) {
	const size = 100
	cases := []struct {
		name           string
		size           uint64
		offset, length uint64
		served         uint64
		ok             bool
	}{
		{"length 0 is to the end", size, 10, 0, 90, true},
		{"past the end is to the end", size, 10, 91, 90, true},
		{"over 2^63-1 is to the end", size, 1, 1 << 63, 99, true},
		{"2^64-1 does not wrap", size, 1, 1<<64 - 1, 99, true},
		{"inside", size, 99, 1, 1, true},
		{"at the end", size, 100, 1, 0, false},
		{"offset over 2^63-1", size, 1 << 63, 1, 0, false},
		{"an empty file has no range", 0, 0, 0, 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if served, ok := resolveRange(c.size, c.offset, c.length); served != c.served || ok != c.ok {
				t.Errorf("got %d %v", served, ok)
			}
		})
	}
}

func TestDecodingArbitraryBytesNeverPanics(t *testing.T) {
	m := newMutator(1)
	for range 20_000 {
		if f, err := DecodeFrame(m.next()); err == nil && f.Type == TypeHello {
			f.Hello()
		}
	}
}
