// Command peer is the other side of Proconsul's interoperability tests and benchmarks: a program of our own that
// speaks through hashicorp/yamux, Go's net/rpc and hashicorp/go-msgpack, as Consul's agents and servers do, and through
// libp2p's yamux, which is another implementation of the same protocol.
//
//	peer client ADDR [observed]   checks a server of Consul's RPC port; one line for each check
//	peer server                   is such a server, with Status and an in-memory KVS
//	peer yamux-client ADDR        checks a yamux server that follows the script of yamuxserver.go
//	peer yamux-server             is such a server
//	peer yamux-patience ADDR      opens a stream to a yamux server that accepts late
//	peer libp2p-client ADDR       checks a yamux server that follows the same script, with libp2p's yamux
//	peer libp2p-server            is such a server, with libp2p's yamux
//	peer bench-server             serves RPC
//	peer bench ADDR               makes load, as it is told on standard input
//	peer mux-server               serves bare yamux streams of five kinds, a port for each
//	peer mux ADDR...              makes load on them, as it is told on standard input
//
// A server prints its addresses on its first line and lives until its standard input ends, so that it never outlives
// whoever started it.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: peer client|server|yamux-client|yamux-server|yamux-patience|libp2p-client|libp2p-server|bench-server|bench|mux-server|mux [ADDR]...")
	}
	switch mode, args := os.Args[1], os.Args[2:]; mode {
	case "client":
		checkServer(argument(args, 0, "ADDR"), len(args) > 1 && args[1] == "observed")
	case "server":
		runServer()
	case "yamux-client":
		checkYamux(argument(args, 0, "ADDR"))
	case "yamux-server":
		runYamuxServer()
	case "yamux-patience":
		runYamuxPatience(argument(args, 0, "ADDR"))
	case "libp2p-client":
		checkLibp2p(argument(args, 0, "ADDR"))
	case "libp2p-server":
		runLibp2pServer()
	case "bench-server":
		runBenchServer()
	case "bench":
		runBench(argument(args, 0, "ADDR"))
	case "mux-server":
		runMuxServer()
	case "mux":
		argument(args, 4, "ADDR")
		runMux(args)
	default:
		fail("unknown mode " + mode)
	}
}

func argument(args []string, index int, name string) string {
	if index >= len(args) {
		fail("missing argument " + name)
	}
	return args[index]
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "peer: "+message)
	os.Exit(2)
}

// listen takes any free port of the loopback interface and serves each connection on a goroutine of its own.
func listen(serve func(net.Conn)) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err.Error())
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return listener.Addr().String()
}

// untilInputEnds hands each line of standard input over, and returns at its end.
func untilInputEnds(line func(string)) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		line(lines.Text())
	}
}
