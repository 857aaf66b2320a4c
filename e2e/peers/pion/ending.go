package main

import (
	"context"
	"sync"
)

// Ending records why a session ends; the first reason counts. Its context is done from then on.
type Ending struct {
	once    sync.Once
	context context.Context
	cancel  context.CancelFunc
	reason  string
	detail  string
	fault   bool
}

func NewEnding(parent context.Context) *Ending {
	e := &Ending{}
	e.context, e.cancel = context.WithCancel(parent)
	return e
}

// End ends the session normally.
func (e *Ending) End(reason string) { e.set(reason, "", false) }

// Fail ends the session with an error.
func (e *Ending) Fail(reason, detail string) { e.set(reason, detail, true) }

func (e *Ending) set(reason, detail string, fault bool) {
	e.once.Do(func() {
		e.reason, e.detail, e.fault = reason, detail, fault
		e.cancel()
	})
}

// Wait returns once the session has ended, with the line to print and the code to exit with.
func (e *Ending) Wait() (line fields, exitCode int) {
	<-e.context.Done()
	e.End("stopped") // the parent was cancelled without a reason
	line = fields{"reason": e.reason, "ok": !e.fault}
	if e.detail != "" {
		line["detail"] = e.detail
	}
	if e.fault {
		return line, 1
	}
	return line, 0
}
