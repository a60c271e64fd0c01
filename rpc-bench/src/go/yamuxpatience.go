package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/hashicorp/yamux"
)

// runYamuxPatience opens a stream that the server does not accept, outlasts its own time for an acknowledgement, and
// then reads another stream to the end.
func runYamuxPatience(address string) {
	config := quiet(yamux.DefaultConfig())
	config.StreamOpenTimeout = 12 * time.Second
	session, _ := dialYamux(address, config)
	if _, err := session.OpenStream(); err != nil {
		fail(err.Error())
	}
	select {
	case <-session.CloseChan():
		fmt.Println("ended")
		os.Exit(1)
	case <-time.After(config.StreamOpenTimeout + time.Second):
		fmt.Println("lives")
	}
	stream, err := session.OpenStream()
	if err != nil {
		fail(err.Error())
	}
	answer, err := io.ReadAll(stream)
	if err != nil {
		fail(err.Error())
	}
	fmt.Println("read", string(answer))
	untilInputEnds(func(string) {})
}
