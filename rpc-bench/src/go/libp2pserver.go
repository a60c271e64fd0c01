package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	libp2p "github.com/libp2p/go-yamux/v5"
)

// resetCode is what a stream of this library is reset with.
const resetCode = 5

func libp2pConfig() *libp2p.Config {
	config := libp2p.DefaultConfig()
	config.LogOutput = io.Discard
	config.MaxIncomingStreams = 2 * thousand
	return config
}

// runLibp2pServer follows the script of yamuxserver.go.
func runLibp2pServer() {
	fmt.Println("listening", listen(func(conn net.Conn) {
		session, err := libp2p.Server(conn, libp2pConfig(), nil)
		if err != nil {
			fail(err.Error())
		}
		defer session.Close()
		script := &libp2pScript{conn, session, make(chan string, 1000)}
		for {
			stream, err := session.AcceptStream()
			if err != nil {
				return
			}
			go script.serve(stream)
		}
	}))
	untilInputEnds(func(string) {})
}

// libp2pScript serves the streams of one session.
type libp2pScript struct {
	conn    net.Conn
	session *libp2p.Session
	notes   chan string
}

func (s *libp2pScript) serve(stream *libp2p.Stream) {
	var command [1]byte
	if _, err := io.ReadFull(stream, command[:]); err != nil {
		stream.Close()
		return
	}
	switch command[0] {
	case scriptEcho:
		io.Copy(stream, stream)
	case scriptDigest:
		digest := sha256.New()
		if _, err := io.Copy(digest, stream); err == nil {
			stream.Write(digest.Sum(nil))
		}
	case scriptGenerate:
		var length [8]byte
		io.ReadFull(stream, length[:])
		wanted := io.LimitReader(&generated{}, int64(binary.BigEndian.Uint64(length[:])))
		if _, err := io.Copy(stream, wanted); isReset(err) {
			s.notes <- noteReset
		}
	case scriptFinish:
		io.WriteString(stream, "bye")
		stream.CloseWrite()
		s.note(stream)
	case scriptReset:
		stream.ResetWithError(resetCode)
	case scriptRead:
		s.note(stream)
	case scriptNote:
		select {
		case note := <-s.notes:
			io.WriteString(stream, note)
		case <-time.After(checkTimeout):
			io.WriteString(stream, "nothing to note")
		}
	case scriptPing:
		if _, err := s.session.Ping(); err == nil {
			io.WriteString(stream, "pong")
		}
	case scriptGoAway:
		s.session.GoAway()
	case scriptDie:
		abort(s.conn)
	case scriptLeave:
		io.WriteString(stream, "last words")
		stream.CloseWrite()
		io.Copy(io.Discard, stream) // this library closes the connection over what it has not sent
		s.session.Close()
	}
	stream.Close()
}

func (s *libp2pScript) note(stream io.Reader) {
	length, err := io.Copy(io.Discard, stream)
	switch {
	case err == nil:
		s.notes <- fmt.Sprint(noteFinished, length)
	case isReset(err):
		s.notes <- noteReset
	default:
		s.notes <- err.Error()
	}
}

func isReset(err error) bool {
	var reset *libp2p.StreamError
	return errors.As(err, &reset)
}
