package main

import (
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"net"
	"net/rpc"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

const (
	valueBytes = 256
	benchKeys  = 1_000
)

// runBenchServer serves the port of the RPC scenarios.
func runBenchServer() {
	server := &rpcServer{methods: rpc.NewServer(), sessions: map[*yamux.Session]net.Conn{}}
	address := listen(server.serve)
	server.register(address)
	fmt.Println("listening", address)
	untilInputEnds(func(string) {})
}

// runBench obeys lines "SCENARIO CALLERS MILLISECONDS" and answers each with
// "operations nanoseconds p50 p99 beside", times in nanoseconds.
func runBench(rpcAddress string) {
	rpcSide := dialMux(rpcAddress, quiet(yamux.DefaultConfig()))
	prepare(rpcSide)
	fmt.Println("ready")
	untilInputEnds(func(line string) {
		var scenario string
		var callers, millis int
		if _, err := fmt.Sscan(line, &scenario, &callers, &millis); err != nil {
			fail("not a command: " + line)
		}
		fmt.Println(load(callers, time.Duration(millis)*time.Millisecond, operations(scenario, rpcSide)))
	})
}

func prepare(d dialed) {
	for i := range benchKeys {
		if err := set(d, benchKey(i), make([]byte, valueBytes)); err != nil {
			fail(err.Error())
		}
	}
}

func benchKey(i int) string { return fmt.Sprintf("bench/%04d", i) }

// operations returns how a caller gets ready, and what it then does again and again.
func operations(scenario string, d dialed) func(int) (func() error, io.Closer) {
	return func(int) (func() error, io.Closer) {
		conn, err := d.open()
		if err != nil {
			fail(err.Error())
		}
		return rpcOperation(scenario, converse(conn)), conn
	}
}

func rpcOperation(scenario string, talk *conversation) func() error {
	value := make([]byte, valueBytes)
	switch scenario {
	case "ping":
		return func() error { return talk.call("Status.Ping", struct{}{}, &struct{}{}) }
	case "kv-get":
		return func() error {
			var reply IndexedDirEntries
			key := benchKey(rand.IntN(benchKeys))
			return first(talk.call("KVS.Get", &KeyRequest{Key: key}, &reply), want("entries", len(reply.Entries), 1))
		}
	case "kv-put":
		return func() error {
			var applied bool
			entry := DirEntry{Key: benchKey(rand.IntN(benchKeys)), Value: value}
			return talk.call("KVS.Apply", &KVSRequest{Op: "set", DirEnt: entry}, &applied)
		}
	}
	fail("unknown scenario " + scenario)
	return nil
}

// load lets callers work for a time, and says what came of it. Those whose closer says that they only make load are
// counted apart.
func load(callers int, duration time.Duration, ready func(int) (func() error, io.Closer)) string {
	latencies := make([]histogram, callers)
	beside := make([]bool, callers)
	var starting, ending, endingBeside sync.WaitGroup
	starting.Add(callers)
	begin := make(chan struct{})
	var deadline time.Time
	for i := range callers {
		operation, closer := ready(i)
		ended := &ending
		if other, ok := closer.(interface{ isBeside() bool }); ok && other.isBeside() {
			beside[i], ended = true, &endingBeside
		}
		ended.Add(1)
		go func() {
			defer ended.Done()
			defer closer.Close()
			starting.Done()
			<-begin
			for now := time.Now(); now.Before(deadline); {
				if err := operation(); err != nil {
					fail(err.Error())
				}
				end := time.Now()
				latencies[i].add(end.Sub(now).Nanoseconds())
				now = end
			}
		}()
	}
	starting.Wait()
	start := time.Now()
	deadline = start.Add(duration)
	close(begin)
	ending.Wait()
	elapsed := time.Since(start) // who is beside may have to wait for what is on its way
	endingBeside.Wait()
	total, apart := &histogram{}, &histogram{}
	for i := range latencies {
		if beside[i] {
			apart.merge(&latencies[i])
		} else {
			total.merge(&latencies[i])
		}
	}
	return fmt.Sprint(
		total.count(), " ", elapsed.Nanoseconds(), " ", total.quantile(0.50), " ", total.quantile(0.99), " ", apart.count())
}

// histogram counts durations in buckets of about 3 %: 32 to each power of two. The Java side has the same.
type histogram [64 * 32]int32

func (h *histogram) add(nanos int64) { h[bucket(nanos)]++ }

func bucket(nanos int64) int {
	if nanos < 32 {
		return int(max(0, nanos))
	}
	exponent := bits.Len64(uint64(nanos)) - 6
	return exponent*32 + int(nanos>>exponent)
}

func (h *histogram) merge(other *histogram) {
	for i, count := range other {
		h[i] += count
	}
}

func (h *histogram) count() int64 {
	var sum int64
	for _, count := range h {
		sum += int64(count)
	}
	return sum
}

func (h *histogram) quantile(q float64) int64 {
	rank := int64(float64(h.count()) * q)
	for i, count := range h {
		if rank -= int64(count); rank < 0 {
			return lowest(i)
		}
	}
	return 0
}

func lowest(bucket int) int64 {
	if bucket < 64 {
		return int64(bucket)
	}
	exponent := bucket/32 - 1
	return int64(bucket-exponent*32) << exponent
}
