package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/hashicorp/yamux"
)

const (
	thousand  = 1_000
	bulkBytes = 1 << 30
	// bothWaysBytes go each way at the same time.
	bothWaysBytes = 64 << 20
)

// checkYamux checks a server that follows the script.
func checkYamux(address string) {
	list := &checklist{}
	session, conn := dialYamux(address, quiet(yamux.DefaultConfig()))
	with := func(name string, body func(*yamux.Session) error) {
		list.check(name, func() error { return body(session) })
	}
	with("echo", echoes)
	with("this side finishes first", finishFirst)
	with("the peer finishes first", peerFinishesFirst)
	with("the peer resets", peerResets)
	with("1,000 streams at once", thousandStreams)
	list.slowly("1 GiB there", func() error { return bulkThere(session) })
	list.slowly("1 GiB back", func() error { return bulkBack(session) })
	list.slowly("64 MiB both ways on eight streams", func() error { return bulkBothWays(session) })
	with("ping from here", func(s *yamux.Session) error { _, err := s.Ping(); return err })
	with("ping from there", func(s *yamux.Session) error { return wantAnswer(s, scriptPing, "pong") })
	with("go away from here", goAwayHere)
	conn.Close()

	list.check("a reset from here", func() error { return resetHere(address) })
	list.check("go away from there", func() error { return goAwayThere(address) })
	list.check("keep-alive", func() error { return keepAlive(address) })
	list.check("a window of 16 MiB", func() error { return largeWindow(address) })
	list.check("the peer leaves in order", func() error { return peerLeaves(address) })
	list.check("the peer dies", func() error { return peerDies(address) })
	list.check("this side dies, and the server lives", func() error { return diesHere(address) })
	list.end()
}

func dialYamux(address string, config *yamux.Config) (*yamux.Session, net.Conn) {
	conn, err := net.DialTimeout("tcp", address, checkTimeout)
	if err != nil {
		fail(err.Error())
	}
	session, err := yamux.Client(conn, config)
	if err != nil {
		fail(err.Error())
	}
	return session, conn
}

// begin opens a stream and says what the peer is to do with it.
func begin(session *yamux.Session, command byte) (*yamux.Stream, error) {
	stream, err := session.OpenStream()
	if err != nil {
		return nil, err
	}
	stream.SetDeadline(time.Now().Add(bulkTimeout))
	_, err = stream.Write([]byte{command})
	return stream, err
}

// beginEnd is begin with a command that ends the session, perhaps before this library has seen its own write through.
func beginEnd(session *yamux.Session, command byte) (*yamux.Stream, error) {
	stream, err := begin(session, command)
	if stream != nil && errors.Is(err, yamux.ErrSessionShutdown) {
		err = nil
	}
	return stream, err
}

func wantAnswer(session *yamux.Session, command byte, expected string) error {
	stream, err := begin(session, command)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(stream)
	return first(err, want("answer", string(answer), expected), stream.Close())
}

func echo(session *yamux.Session, text string) error {
	stream, err := begin(session, scriptEcho)
	if err != nil {
		return err
	}
	defer stream.Close()
	if _, err := io.WriteString(stream, text); err != nil {
		return err
	}
	back := make([]byte, len(text))
	_, err = io.ReadFull(stream, back)
	return first(err, want("echo", string(back), text))
}

func echoes(session *yamux.Session) error { return echo(session, "hello") }

func finishFirst(session *yamux.Session) error {
	stream, err := begin(session, scriptEcho)
	if err != nil {
		return err
	}
	io.WriteString(stream, "all")
	stream.Close()
	back, err := io.ReadAll(stream)
	return first(err, want("echo", string(back), "all"))
}

func peerFinishesFirst(session *yamux.Session) error {
	stream, err := begin(session, scriptFinish)
	if err != nil {
		return err
	}
	bye, err := io.ReadAll(stream)
	if err := first(err, want("farewell", string(bye), "bye")); err != nil {
		return err
	}
	if _, err := stream.Write(make([]byte, 400_000)); err != nil { // more than a window
		return fmt.Errorf("write after the peer has finished: %w", err)
	}
	return first(stream.Close(), wantAnswer(session, scriptNote, noteFinished+"400000"))
}

// peerResets: a peer of this library finishes before it resets, others reset at once; in the end writing fails.
func peerResets(session *yamux.Session) error {
	stream, err := begin(session, scriptReset)
	if err != nil {
		return err
	}
	io.ReadAll(stream)
	for err == nil {
		_, err = stream.Write([]byte("still there?"))
		time.Sleep(10 * time.Millisecond)
	}
	if !errors.Is(err, yamux.ErrConnectionReset) {
		return fmt.Errorf("expected a reset, but writing ended with: %v", err)
	}
	return nil
}

func thousandStreams(session *yamux.Session) error {
	streams := make([]*yamux.Stream, thousand)
	for i := range streams {
		stream, err := begin(session, scriptEcho)
		if err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		streams[i] = stream
	}
	for i, stream := range streams {
		if _, err := fmt.Fprintf(stream, "stream %d", i); err != nil {
			return err
		}
		stream.Close()
	}
	for i, stream := range streams {
		back, err := io.ReadAll(stream)
		if err := first(err, want("echo", string(back), fmt.Sprintf("stream %d", i))); err != nil {
			return err
		}
	}
	return nil
}

func digestOf(length int64) [32]byte {
	digest := sha256.New()
	io.Copy(digest, io.LimitReader(&generated{}, length))
	return [32]byte(digest.Sum(nil))
}

func bulkThere(session *yamux.Session) error { return upload(session, bulkBytes) }
func bulkBack(session *yamux.Session) error  { return download(session, bulkBytes) }

func upload(session *yamux.Session, length int64) error {
	stream, err := begin(session, scriptDigest)
	if err != nil {
		return err
	}
	if _, err := io.Copy(stream, io.LimitReader(&generated{}, length)); err != nil {
		return err
	}
	stream.Close()
	digest, err := io.ReadAll(stream)
	return first(err, want("length of the digest", len(digest), 32), want("digest", [32]byte(digest), digestOf(length)))
}

func download(session *yamux.Session, length int64) error {
	stream, err := begin(session, scriptGenerate)
	if err != nil {
		return err
	}
	defer stream.Close()
	stream.Write(binary.BigEndian.AppendUint64(nil, uint64(length)))
	digest := sha256.New()
	received, err := io.Copy(digest, stream)
	return first(err, want("length", received, length), want("digest", [32]byte(digest.Sum(nil)), digestOf(length)))
}

func bulkBothWays(session *yamux.Session) error {
	const streams = 8
	errs := make(chan error, 2*streams)
	for range streams {
		go func() { errs <- upload(session, bothWaysBytes/streams) }()
		go func() { errs <- download(session, bothWaysBytes/streams) }()
	}
	var failed error
	for range 2 * streams {
		failed = first(failed, <-errs)
	}
	return failed
}

// goAwayHere: the peer may open no more streams, which it does not want to; ours go on.
func goAwayHere(session *yamux.Session) error {
	return first(session.GoAway(), echo(session, "after go away"))
}

func resetHere(address string) error {
	config := quiet(yamux.DefaultConfig())
	config.StreamCloseTimeout = 200 * time.Millisecond
	session, conn := dialYamux(address, config)
	defer conn.Close()
	// The peer goes on sending after our FIN, so that only the reset ends the stream.
	stream, err := begin(session, scriptGenerate)
	if err != nil {
		return err
	}
	stream.Write(binary.BigEndian.AppendUint64(nil, 1<<40))
	if _, err := io.ReadFull(stream, make([]byte, 1_000)); err != nil {
		return err
	}
	stream.Close()
	return first(wantAnswer(session, scriptNote, noteReset), echo(session, "after reset"))
}

// goAwayThere: what is open goes on, and nothing new may be opened.
func goAwayThere(address string) error {
	session, conn := dialYamux(address, quiet(yamux.DefaultConfig()))
	defer conn.Close()
	open, err := begin(session, scriptEcho)
	if err := first(err, wantAnswer(session, scriptGoAway, "")); err != nil {
		return err
	}
	if _, err := session.OpenStream(); err != yamux.ErrRemoteGoAway {
		return fmt.Errorf("expected %v, but opening ended with: %v", yamux.ErrRemoteGoAway, err)
	}
	io.WriteString(open, "still here")
	open.Close()
	back, err := io.ReadAll(open)
	return first(err, want("echo", string(back), "still here"))
}

func keepAlive(address string) error {
	config := quiet(yamux.DefaultConfig())
	config.KeepAliveInterval = 100 * time.Millisecond
	config.ConnectionWriteTimeout = time.Second
	session, conn := dialYamux(address, config)
	defer conn.Close()
	select {
	case <-session.CloseChan():
		return errors.New("the session has ended: a ping was not answered")
	case <-time.After(2 * time.Second):
	}
	return echo(session, "still here")
}

func largeWindow(address string) error {
	config := quiet(yamux.DefaultConfig())
	config.MaxStreamWindowSize = 16 << 20
	session, conn := dialYamux(address, config)
	defer conn.Close()
	return first(download(session, bothWaysBytes), upload(session, bothWaysBytes))
}

// peerLeaves: what the peer has sent is read before its end shows.
func peerLeaves(address string) error {
	session, conn := dialYamux(address, quiet(yamux.DefaultConfig()))
	defer conn.Close()
	stream, err := beginEnd(session, scriptLeave)
	if err != nil {
		return err
	}
	words, _ := io.ReadAll(stream) // this library may report the end of the session, or just an end
	return want("last words", string(words), "last words")
}

func peerDies(address string) error {
	session, _ := dialYamux(address, quiet(yamux.DefaultConfig()))
	stream, err := beginEnd(session, scriptDie)
	if err != nil {
		return err
	}
	io.ReadAll(stream) // however it ends: it ends
	select {
	case <-session.CloseChan():
		return nil
	case <-time.After(checkTimeout / 2):
		return errors.New("the session has not noticed")
	}
}

func diesHere(address string) error {
	session, conn := dialYamux(address, quiet(yamux.DefaultConfig()))
	if err := echo(session, "alive"); err != nil {
		return err
	}
	abort(conn)
	other, conn := dialYamux(address, quiet(yamux.DefaultConfig()))
	defer conn.Close()
	return echo(other, "next session")
}
