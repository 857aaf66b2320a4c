package main

import (
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

const (
	schedFIFO = 1 // SCHED_FIFO of sched(7)
	// priority is the lowest of real-time processes: before all ordinary ones.
	priority = 1
)

// runInRealTime applies to all threads that exist, and to those that they start. A kernel handles packets before any process runs. Here
// this process carries them: if it waited for a busy core, acknowledgements would come in bursts, and so would the packets that they
// release. A few milliseconds of them overflow a small queue. Without the privilege it does nothing.
func runInRealTime() {
	threads, _ := os.ReadDir("/proc/self/task")
	parameter := struct{ priority int32 }{priority}
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			_, _, _ = syscall.Syscall(syscall.SYS_SCHED_SETSCHEDULER, uintptr(id), schedFIFO, uintptr(unsafe.Pointer(&parameter)))
		}
	}
}
