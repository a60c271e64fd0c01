package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
)

// typedListener accepts what begins with type byte 8, and takes that byte off, as Consul's port does.
type typedListener struct {
	net.Listener
}

func (l typedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		first := make([]byte, 1)
		conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.ReadFull(conn, first); err == nil && first[0] == typeByte {
			conn.SetReadDeadline(time.Time{})
			return conn, nil
		}
		fmt.Println("refused", first)
		conn.Close()
	}
}

// runServer serves health and reflection until its standard input ends.
func runServer() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "grpcpeer:", err)
		os.Exit(1)
	}
	server := grpc.NewServer(grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 15 * time.Second}))
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)
	go server.Serve(typedListener{listener})
	fmt.Println("listening", listener.Addr())
	io.Copy(io.Discard, os.Stdin)
	server.Stop()
}
