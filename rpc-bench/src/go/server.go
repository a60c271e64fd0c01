package main

import (
	"fmt"
	"io"
	"net"
	"net/rpc"
	"sync"

	"github.com/hashicorp/yamux"
)

const (
	byteRPC = 0
	byteMux = 4
)

// rpcServer routes connections by their first byte, and remembers sessions so that it can be told to end them.
type rpcServer struct {
	methods *rpc.Server

	mu       sync.Mutex
	sessions map[*yamux.Session]net.Conn
}

func runServer() {
	server := &rpcServer{methods: rpc.NewServer(), sessions: map[*yamux.Session]net.Conn{}}
	address := listen(server.serve)
	server.register(address)
	fmt.Println("listening", address)
	untilInputEnds(func(line string) {
		switch line {
		case "goaway": // open no more streams, but finish those that are open
			server.each(func(session *yamux.Session, _ net.Conn) { session.GoAway() })
		case "drop": // die without a word
			server.each(func(_ *yamux.Session, conn net.Conn) { abort(conn) })
		}
		fmt.Println("done", line)
	})
}

func (s *rpcServer) register(address string) {
	for name, service := range map[string]any{"Status": &Status{address}, "KVS": newKVS()} {
		if err := s.methods.RegisterName(name, service); err != nil {
			fail(err.Error())
		}
	}
}

func (s *rpcServer) serve(conn net.Conn) {
	var typeByte [1]byte
	if _, err := io.ReadFull(conn, typeByte[:]); err != nil {
		conn.Close()
		return
	}
	switch typeByte[0] {
	case byteRPC:
		s.talk(conn)
	case byteMux:
		s.multiplex(conn)
	default:
		conn.Close()
	}
}

func (s *rpcServer) multiplex(conn net.Conn) {
	session, err := yamux.Server(conn, quiet(yamux.DefaultConfig()))
	if err != nil {
		fail(err.Error())
	}
	s.mu.Lock()
	s.sessions[session] = conn
	s.mu.Unlock()
	defer func() {
		session.Close()
		s.mu.Lock()
		delete(s.sessions, session)
		s.mu.Unlock()
	}()
	for {
		stream, err := session.AcceptStream()
		if err != nil {
			return
		}
		go s.talk(stream)
	}
}

// talk answers one request after the other, as Consul does, until the stream or the request is at its end.
func (s *rpcServer) talk(conn io.ReadWriteCloser) {
	defer conn.Close()
	messages := serverCodec{newMessages(conn)}
	for s.methods.ServeRequest(messages) == nil {
	}
}

func (s *rpcServer) each(action func(*yamux.Session, net.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for session, conn := range s.sessions {
		action(session, conn)
	}
}

func quiet(config *yamux.Config) *yamux.Config {
	config.LogOutput = io.Discard
	return config
}

// abort ends a TCP connection with a reset instead of a FIN.
func abort(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// Status is the service of that name.
type Status struct{ address string }

func (s *Status) Ping(_ struct{}, _ *struct{}) error { return nil }

func (s *Status) Leader(_ *DCSpecificRequest, reply *string) error {
	*reply = s.address
	return nil
}

func (s *Status) Peers(_ *DCSpecificRequest, reply *[]string) error {
	*reply = []string{s.address}
	return nil
}
