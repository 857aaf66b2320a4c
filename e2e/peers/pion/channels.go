package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/pion/datachannel"
	"github.com/pion/logging"
	"github.com/pion/sctp"
)

// controlLabel is the label of the other side's channel whose texts are commands.
const controlLabel = "control"

// echoing is an association with data channels that return each message, straight over UDP.
type echoing struct {
	association *sctp.Association
	lines       *Lines
	running     sync.WaitGroup
}

// RunChannels opens an association, and returns each message of each data channel to its sender. A text "close" closes its channel
// from this side. Texts on the channel "control" are commands: see the README.
func RunChannels(ctx context.Context, o AssociationOptions, lines *Lines) int {
	ctx, cancel := context.WithTimeout(ctx, o.MaxRun)
	defer cancel()
	association, closeConn, err := overUDP(ctx, o, lines)
	if err != nil {
		lines.Event("end", fields{"ok": false, "detail": err.Error()})
		return 1
	}
	defer closeConn()
	lines.Event("open", nil)
	e := &echoing{association: association, lines: lines}
	e.acceptAll()
	e.running.Wait()
	lines.Event("end", fields{"ok": true})
	return 0
}

// acceptAll accepts channels until the association ends.
func (e *echoing) acceptAll() {
	for {
		stream, err := e.association.AcceptStream()
		if err != nil {
			return
		}
		channel, err := datachannel.Server(stream, &datachannel.Config{LoggerFactory: logging.NewDefaultLoggerFactory()})
		if err != nil {
			e.lines.Event("not-accepted", fields{"id": stream.StreamIdentifier(), "detail": err.Error()})
			continue
		}
		e.start(channel, "accepted")
	}
}

// start prints what the channel is, and serves it.
func (e *echoing) start(channel *datachannel.DataChannel, event string) {
	e.lines.Event(event, fields{
		"id": channel.StreamIdentifier(), "label": channel.Label, "protocol": channel.Protocol,
		"type": byte(channel.ChannelType), "parameter": channel.ReliabilityParameter,
	})
	e.running.Go(func() {
		messages, err := e.serve(channel)
		e.lines.Event("closed", fields{"label": channel.Label, "messages": messages, "detail": fmt.Sprint(err)})
	})
}

// serve returns the number of messages that came until the other side reset its direction.
func (e *echoing) serve(channel *datachannel.DataChannel) (int, error) {
	buffer := make([]byte, associationMaxMessage)
	for messages := 0; ; messages++ {
		n, isText, err := channel.ReadDataChannel(buffer)
		if errors.Is(err, io.EOF) {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		text := string(buffer[:n])
		switch {
		case isText && text == "close":
			err = channel.Close()
		case isText && channel.Label == controlLabel:
			err = e.command(strings.Fields(text))
		default:
			_, err = channel.WriteDataChannel(buffer[:n], isText)
		}
		if err != nil {
			return messages, err
		}
	}
}

// command opens a channel ("open ID LABEL TYPE PARAMETER"), which greets with a text, bytes, and both empty; or also closes it at once
// ("open-close ID LABEL TYPE PARAMETER").
func (e *echoing) command(words []string) error {
	var id uint16
	var channelType, parameter uint32
	if len(words) != 5 {
		return fmt.Errorf("no command: %q", words)
	}
	if _, err := fmt.Sscan(strings.Join([]string{words[1], words[3], words[4]}, " "), &id, &channelType, &parameter); err != nil {
		return err
	}
	channel, err := datachannel.Dial(e.association, id, &datachannel.Config{
		ChannelType: datachannel.ChannelType(channelType), ReliabilityParameter: parameter,
		Label: words[2], Protocol: "greeting", LoggerFactory: logging.NewDefaultLoggerFactory(),
	})
	if err != nil {
		return err
	}
	for _, greeting := range []struct {
		bytes  string
		isText bool
	}{{"hello", true}, {"\x00\x01\xff", false}, {"", true}, {"", false}} {
		if _, err := channel.WriteDataChannel([]byte(greeting.bytes), greeting.isText); err != nil {
			return err
		}
	}
	if words[0] == "open-close" {
		if err := channel.Close(); err != nil {
			return err
		}
	}
	e.start(channel, "opened")
	return nil
}
