package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// The frames of the base protocol (PROTOCOL.md, section 1), big-endian:
//
//	0      1       2..3       4..7         8..11     12..
//	type   flags   reserved   stream id    length    payload

// FrameType is the first byte of a frame.
type FrameType uint8

const (
	TypeHello     FrameType = 0x00
	TypeRangeReq  FrameType = 0x01
	TypeRangeData FrameType = 0x02
	TypeRangeEnd  FrameType = 0x03
	TypeCancel    FrameType = 0x04
	TypePing      FrameType = 0x05
	TypePong      FrameType = 0x06
	TypeSeekHint  FrameType = 0x07
)

func (t FrameType) String() string {
	names := [...]string{"HELLO", "RANGE_REQ", "RANGE_DATA", "RANGE_END", "CANCEL", "PING", "PONG", "SEEK_HINT"}
	if int(t) < len(names) {
		return names[t]
	}
	return fmt.Sprintf("0x%02x", uint8(t))
}

const (
	FlagLastChunk   uint8 = 0x01 // on RANGE_DATA
	FlagTranscoding uint8 = 0x02 // on HELLO
	FlagSeekable    uint8 = 0x04 // on HELLO
)

const (
	StatusDone       uint32 = 0
	StatusBusy       uint32 = 1
	StatusOutOfRange uint32 = 2
	StatusUnreadable uint32 = 3
)

const (
	headerBytes     = 12
	maxFieldLength  = 65_536 // a length field over this is malformed
	maxPayload      = 16_384 // most that an agent of the base protocol sends in a frame
	rangeReqBytes   = 16
	rangeEndBytes   = 4
	seekHintBytes   = 8
	helloFixedBytes = 12        // u64 size, u32 name length
	unknownSize     = 1<<63 - 1 // HELLO's value for "size unknown"
)

// Frame is a decoded data-channel message. Payload aliases the message.
type Frame struct {
	Type     FrameType
	Flags    uint8
	Reserved uint16
	StreamID uint32
	Payload  []byte
}

// Why a frame is refused; the texts are those of the shared vectors.
var (
	errShortHeader  = errors.New("shorter than a header")
	errLengthOver   = errors.New("length over 65536")
	errLengthDiffer = errors.New("length does not match")
	errRangeReqSize = errors.New("range_req must be 16 bytes")
	errRangeEndSize = errors.New("range_end must be 4 bytes")
	errSeekHintSize = errors.New("seek_hint must be 8 bytes")
	errHelloShort   = errors.New("hello too short")
	errHelloName    = errors.New("name length past the payload")
	errUnknownType  = errors.New("unknown type")
)

// DecodeFrame decodes one message, or returns why it must be dropped.
func DecodeFrame(message []byte) (Frame, error) {
	if len(message) < headerBytes {
		return Frame{}, errShortHeader
	}
	length := binary.BigEndian.Uint32(message[8:])
	if length > maxFieldLength {
		return Frame{}, errLengthOver
	}
	if int(length) != len(message)-headerBytes {
		return Frame{}, errLengthDiffer
	}
	f := Frame{
		Type:     FrameType(message[0]),
		Flags:    message[1],
		Reserved: binary.BigEndian.Uint16(message[2:]),
		StreamID: binary.BigEndian.Uint32(message[4:]),
		Payload:  message[headerBytes:],
	}
	return f, f.checkPayload()
}

func (f Frame) checkPayload() error {
	switch f.Type {
	case TypeHello:
		if len(f.Payload) < helloFixedBytes {
			return errHelloShort
		}
		if uint64(binary.BigEndian.Uint32(f.Payload[8:])) > uint64(len(f.Payload)-helloFixedBytes) {
			return errHelloName
		}
	case TypeRangeReq:
		if len(f.Payload) != rangeReqBytes {
			return errRangeReqSize
		}
	case TypeRangeEnd:
		if len(f.Payload) != rangeEndBytes {
			return errRangeEndSize
		}
	case TypeSeekHint:
		if len(f.Payload) != seekHintBytes {
			return errSeekHintSize
		}
	case TypeRangeData, TypeCancel, TypePing, TypePong:
	default:
		return errUnknownType
	}
	return nil
}

// putHeader writes the header of a frame whose payload already follows in buf.
func putHeader(buf []byte, t FrameType, flags uint8, streamID uint32) {
	buf[0], buf[1], buf[2], buf[3] = byte(t), flags, 0, 0
	binary.BigEndian.PutUint32(buf[4:], streamID)
	binary.BigEndian.PutUint32(buf[8:], uint32(len(buf)-headerBytes))
}

// EncodeFrame encodes a frame.
func EncodeFrame(t FrameType, flags uint8, streamID uint32, payload []byte) []byte {
	buf := make([]byte, headerBytes+len(payload))
	copy(buf[headerBytes:], payload)
	putHeader(buf, t, flags, streamID)
	return buf
}

// HelloInfo is the content of a HELLO.
type HelloInfo struct {
	Size  uint64
	Name  string
	Extra []byte // the bytes after the name, which the base protocol ignores
}

// Hello reads the payload of a decoded HELLO.
func (f Frame) Hello() HelloInfo {
	end := helloFixedBytes + int(binary.BigEndian.Uint32(f.Payload[8:]))
	return HelloInfo{
		Size:  binary.BigEndian.Uint64(f.Payload),
		Name:  string(f.Payload[helloFixedBytes:end]),
		Extra: f.Payload[end:],
	}
}

// EncodeHello encodes a HELLO. It refuses a name that is not UTF-8, or is too long for a frame.
func EncodeHello(flags uint8, size uint64, name string) ([]byte, error) {
	if !utf8.ValidString(name) {
		return nil, errors.New("the file's name is not UTF-8; give one with --name")
	}
	if len(name) > maxPayload-helloFixedBytes {
		return nil, errors.New("the file's name does not fit a frame")
	}
	payload := binary.BigEndian.AppendUint64(nil, size)
	payload = binary.BigEndian.AppendUint32(payload, uint32(len(name)))
	return EncodeFrame(TypeHello, flags, 0, append(payload, name...)), nil
}

// Range reads the payload of a decoded RANGE_REQ.
func (f Frame) Range() (offset, length uint64) {
	return binary.BigEndian.Uint64(f.Payload), binary.BigEndian.Uint64(f.Payload[8:])
}

func EncodeRangeReq(streamID uint32, offset, length uint64) []byte {
	payload := binary.BigEndian.AppendUint64(nil, offset)
	return EncodeFrame(TypeRangeReq, 0, streamID, binary.BigEndian.AppendUint64(payload, length))
}

// Status reads the payload of a decoded RANGE_END.
func (f Frame) Status() uint32 { return binary.BigEndian.Uint32(f.Payload) }

func EncodeRangeEnd(streamID, status uint32) []byte {
	return EncodeFrame(TypeRangeEnd, 0, streamID, binary.BigEndian.AppendUint32(nil, status))
}

// SeekHintMs reads the payload of a decoded SEEK_HINT.
func (f Frame) SeekHintMs() uint64 { return binary.BigEndian.Uint64(f.Payload) }

func EncodeSeekHint(ms uint64) []byte {
	return EncodeFrame(TypeSeekHint, 0, 0, binary.BigEndian.AppendUint64(nil, ms))
}

// resolveRange converts a requested range into the one to serve. ok is false if the offset is at or past the end.
// Length 0, past the end, or over 2^63-1 means "to the end".
func resolveRange(size, offset, length uint64) (served uint64, ok bool) {
	if offset >= size {
		return 0, false
	}
	rest := size - offset
	if length == 0 || length > rest {
		return rest, true
	}
	return length, true
}
