package main

import (
	"fmt"
	"runtime"
	"syscall"
)

// namespace is a network namespace of its own (network_namespaces(7)), and the OS thread that is in it. A socket or a device belongs to
// the namespace of the thread that opens it, whoever uses it later.
type namespace struct {
	jobs chan func()
}

// newNamespace starts the thread, which runs until the process ends.
func newNamespace() (*namespace, error) {
	n := &namespace{jobs: make(chan func())}
	entered := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlock it: no other goroutine may run in this namespace
		err := syscall.Unshare(syscall.CLONE_NEWNET)
		entered <- err
		if err != nil {
			return // which ends the thread
		}
		for job := range n.jobs {
			job()
		}
	}()
	if err := <-entered; err != nil {
		return nil, fmt.Errorf("no network namespace can be created (it needs root): %w", err)
	}
	return n, nil
}

// do runs a job in the namespace, and waits for it.
func (n *namespace) do(job func() error) error {
	done := make(chan error)
	n.jobs <- func() { done <- job() }
	return <-done
}
