package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

const (
	messageBytes = 128
	blockBytes   = 64 << 10
	idleWorkers  = 64
)

// runMuxServer serves one port for each kind of stream: those that echo until they end, those that echo once, those
// that swallow, those that echo once and then stay, and those that say which of the first and third they want. The Java
// side has the same. It says "memory" when asked.
func runMuxServer() {
	idle := &kept{}
	fmt.Println("listening", listen(serving(echoMessages)), listen(serving(echoOnce)), listen(serving(swallow)),
		listen(idle.serve), listen(serving(either)))
	untilInputEnds(func(string) { fmt.Println(memory()) })
}

// serving gives each stream of a connection a goroutine.
func serving(handle func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		session := muxServer(conn)
		defer session.Close()
		for {
			stream, err := session.AcceptStream()
			if err != nil {
				return
			}
			go handle(stream)
		}
	}
}

func muxServer(conn net.Conn) *yamux.Session {
	session, err := yamux.Server(conn, quiet(yamux.DefaultConfig()))
	if err != nil {
		fail(err.Error())
	}
	return session
}

func echoMessages(stream net.Conn) {
	defer stream.Close()
	message := make([]byte, messageBytes)
	for {
		if _, err := io.ReadFull(stream, message); err != nil {
			return
		}
		if _, err := stream.Write(message); err != nil {
			return
		}
	}
}

func echoOnce(stream net.Conn) {
	defer stream.Close()
	message := make([]byte, messageBytes)
	if _, err := io.ReadFull(stream, message); err == nil {
		stream.Write(message)
	}
}

// either swallows if the first byte is not 0, and echoes otherwise.
func either(stream net.Conn) {
	var kind [1]byte
	if _, err := io.ReadFull(stream, kind[:]); err == nil && kind[0] != 0 {
		swallow(stream)
	} else {
		echoMessages(stream)
	}
}

// swallow reads to the end and answers with how much there was.
func swallow(stream net.Conn) {
	defer stream.Close()
	block := make([]byte, blockBytes)
	var count uint64
	for {
		n, err := stream.Read(block)
		count += uint64(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			return
		}
	}
	stream.Write(binary.BigEndian.AppendUint64(nil, count))
}

// kept holds idle streams. Nobody waits in them: what is measured is the library's memory, not that of goroutines.
type kept struct {
	mu      sync.Mutex
	streams []net.Conn
}

func (k *kept) serve(conn net.Conn) {
	session := muxServer(conn)
	for range idleWorkers {
		go func() {
			message := make([]byte, messageBytes)
			for {
				stream, err := session.AcceptStream()
				if err != nil {
					return
				}
				k.mu.Lock()
				k.streams = append(k.streams, stream)
				k.mu.Unlock()
				if _, err := io.ReadFull(stream, message); err == nil {
					stream.Write(message)
				}
			}
		}()
	}
}

// muxClient has one session for each port, and more where a scenario wants one for each caller.
type muxClient struct {
	addresses []string
	sessions  map[string][]*yamux.Session
	idle      []*yamux.Stream
}

// runMux obeys lines "SCENARIO CALLERS MILLISECONDS" as runBench does, and besides "idle-streams N", "idle-sessions N"
// and "memory".
func runMux(addresses []string) {
	client := &muxClient{addresses: addresses, sessions: map[string][]*yamux.Session{}}
	fmt.Println("ready")
	untilInputEnds(func(line string) {
		var word string
		var number, millis int
		fmt.Sscan(line, &word, &number, &millis)
		switch word {
		case "memory":
			fmt.Println(memory())
		case "idle-streams":
			client.openIdleStreams(number)
			fmt.Println("done")
		case "idle-sessions":
			client.openIdleSessions(number)
			fmt.Println("done")
		default:
			fmt.Println(load(number, time.Duration(millis)*time.Millisecond, client.operations(word)))
		}
	})
}

// session returns the numbered session to a port; sessions stay.
func (c *muxClient) session(port, number int) *yamux.Session {
	address := c.addresses[port]
	for len(c.sessions[address]) <= number {
		session, _ := dialYamux(address, quiet(yamux.DefaultConfig()))
		c.sessions[address] = append(c.sessions[address], session)
	}
	return c.sessions[address][number]
}

func (c *muxClient) open(port, number int) *yamux.Stream {
	stream, err := c.session(port, number).OpenStream()
	if err != nil {
		fail(err.Error())
	}
	return stream
}

func (c *muxClient) operations(scenario string) func(int) (func() error, io.Closer) {
	switch scenario {
	case "mux-open":
		return func(int) (func() error, io.Closer) { return c.streamPerMessage(), io.NopCloser(nil) }
	case "mux-beside":
		return c.eitherOf
	case "mux-bulk-1", "mux-bulk-8":
		return func(int) (func() error, io.Closer) {
			bulk := &bulk{stream: c.open(2, 0), block: make([]byte, blockBytes)}
			return bulk.write, bulk
		}
	case "mux-conns":
		return func(caller int) (func() error, io.Closer) { return exchanges(c.open(0, caller)) }
	default:
		return func(int) (func() error, io.Closer) { return exchanges(c.open(0, 0)) }
	}
}

// eitherOf has every second caller write blocks beside the others.
func (c *muxClient) eitherOf(caller int) (func() error, io.Closer) {
	stream := c.open(4, 0)
	kind := []byte{byte(caller % 2)}
	if _, err := stream.Write(kind); err != nil {
		fail(err.Error())
	}
	if kind[0] == 0 {
		return exchanges(stream)
	}
	bulk := &bulk{stream: stream, block: make([]byte, blockBytes), beside: true}
	return bulk.write, bulk
}

func exchanges(stream *yamux.Stream) (func() error, io.Closer) {
	message := make([]byte, messageBytes)
	return func() error { return exchange(stream, message) }, stream
}

func exchange(stream *yamux.Stream, message []byte) error {
	if _, err := stream.Write(message); err != nil {
		return err
	}
	_, err := io.ReadFull(stream, message)
	return err
}

func (c *muxClient) streamPerMessage() func() error {
	session := c.session(1, 0)
	message := make([]byte, messageBytes)
	return func() error {
		stream, err := session.OpenStream()
		if err != nil {
			return err
		}
		if err := exchange(stream, message); err != nil {
			return err
		}
		return stream.Close()
	}
}

// bulk writes blocks; its end is the receiver's word that all have come.
type bulk struct {
	stream  *yamux.Stream
	block   []byte
	written uint64
	beside  bool
}

func (b *bulk) isBeside() bool { return b.beside }

func (b *bulk) write() error {
	n, err := b.stream.Write(b.block)
	b.written += uint64(n)
	return err
}

func (b *bulk) Close() error {
	b.stream.Close()
	var count [8]byte
	if _, err := io.ReadFull(b.stream, count[:]); err != nil {
		fail("no count of the receiver: " + err.Error())
	}
	if got := binary.BigEndian.Uint64(count[:]); got != b.written {
		fail(fmt.Sprint("wrote ", b.written, " bytes, but ", got, " have come"))
	}
	return nil
}

// openIdleStreams opens streams by several goroutines at once; a message goes there and back on each, and it stays.
func (c *muxClient) openIdleStreams(number int) {
	session := c.session(3, 0)
	streams := make([]*yamux.Stream, number)
	var ending sync.WaitGroup
	ending.Add(idleWorkers)
	for worker := range idleWorkers {
		go func() {
			defer ending.Done()
			message := make([]byte, messageBytes)
			for i := worker; i < number; i += idleWorkers {
				stream, err := session.OpenStream()
				if err == nil {
					err = exchange(stream, message)
				}
				if err != nil {
					fail(err.Error())
				}
				streams[i] = stream
			}
		}()
	}
	ending.Wait()
	c.idle = append(c.idle, streams...)
}

// openIdleSessions opens more sessions; a message goes there and back on a stream of each, which is closed again.
func (c *muxClient) openIdleSessions(number int) {
	message := make([]byte, messageBytes)
	for range number {
		stream := c.open(0, len(c.sessions[c.addresses[0]]))
		if err := exchange(stream, message); err != nil {
			fail(err.Error())
		}
		stream.Close()
	}
}

// memory returns the bytes that live objects and stacks take, and the bytes of the process that are in memory.
func memory() string {
	runtime.GC()
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return fmt.Sprint(stats.HeapAlloc+stats.StackInuse, " ", resident())
}

func resident() int64 {
	file, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0 // not Linux
	}
	defer file.Close()
	var size, pages int64
	fmt.Fscan(bufio.NewReader(file), &size, &pages)
	return pages * int64(os.Getpagesize())
}
