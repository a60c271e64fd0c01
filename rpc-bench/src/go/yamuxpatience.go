package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/hashicorp/yamux"
)

// runYamuxPatience opens one stream, to a server that accepts late, and reads it to the end.
func runYamuxPatience(address string) {
	config := quiet(yamux.DefaultConfig())
	config.StreamOpenTimeout = 12 * time.Second
	session, _ := dialYamux(address, config)
	stream, err := session.OpenStream()
	if err != nil {
		fail(err.Error())
	}
	select {
	case <-session.CloseChan():
		fmt.Println("ended")
		os.Exit(1)
	case <-time.After(config.StreamOpenTimeout + time.Second):
		fmt.Println("lives")
	}
	answer, err := io.ReadAll(stream)
	if err != nil {
		fail(err.Error())
	}
	fmt.Println("read", string(answer))
	untilInputEnds(func(string) {})
}
