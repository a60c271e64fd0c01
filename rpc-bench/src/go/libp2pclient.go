package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	libp2p "github.com/libp2p/go-yamux/v5"
)

// checkLibp2p checks a server that follows the script of yamuxserver.go, with libp2p's implementation on this side.
func checkLibp2p(address string) {
	list := &checklist{}
	peer := dialLibp2p(address, libp2pConfig())
	list.check("echo, this side finishes first", func() error { return peer.echo("hello") })
	list.check("the peer finishes first", peer.peerFinishesFirst)
	list.check("the peer resets", peer.peerResets)
	list.check("a reset from here, with a code", peer.resets)
	list.check("1,000 streams at once", peer.thousandStreams)
	list.slowly("1 GiB there", func() error { return peer.upload(libp2pBulk) })
	list.slowly("1 GiB back", func() error { return peer.download(libp2pBulk) })
	list.slowly("64 MiB both ways on eight streams", peer.bothWays)
	list.check("ping from here", func() error { _, err := peer.session.Ping(); return err })
	list.check("ping from there", func() error { return peer.wantAnswer(scriptPing, "pong") })
	peer.conn.Close()

	list.check("go away from here", func() error { return libp2pGoesAway(address) })
	list.check("go away from there", func() error { return libp2pIsSentAway(address) })
	list.check("keep-alive", func() error { return libp2pKeepAlive(address) })
	list.check("the peer leaves in order", func() error { return libp2pPeerLeaves(address) })
	list.check("the peer dies", func() error { return libp2pPeerDies(address) })
	list.check("this side dies, and the server lives", func() error { return libp2pDies(address) })
	list.end()
}

const libp2pBulk = bulkBytes

type libp2pPeer struct {
	conn    net.Conn
	session *libp2p.Session
}

func dialLibp2p(address string, config *libp2p.Config) *libp2pPeer {
	conn, err := net.DialTimeout("tcp", address, checkTimeout)
	if err != nil {
		fail(err.Error())
	}
	session, err := libp2p.Client(conn, config, nil)
	if err != nil {
		fail(err.Error())
	}
	return &libp2pPeer{conn, session}
}

func (p *libp2pPeer) begin(command byte) (*libp2p.Stream, error) {
	stream, err := p.session.OpenStream(context.Background())
	if err != nil {
		return nil, err
	}
	stream.SetDeadline(time.Now().Add(bulkTimeout))
	_, err = stream.Write([]byte{command})
	return stream, err
}

func (p *libp2pPeer) wantAnswer(command byte, expected string) error {
	stream, err := p.begin(command)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(stream)
	return first(err, want("answer", string(answer), expected), stream.Close())
}

func (p *libp2pPeer) echo(text string) error {
	stream, err := p.begin(scriptEcho)
	if err != nil {
		return err
	}
	defer stream.Close()
	io.WriteString(stream, text)
	if err := stream.CloseWrite(); err != nil {
		return err
	}
	back, err := io.ReadAll(stream)
	return first(err, want("echo", string(back), text))
}

func (p *libp2pPeer) peerFinishesFirst() error {
	stream, err := p.begin(scriptFinish)
	if err != nil {
		return err
	}
	bye, err := io.ReadAll(stream)
	if err := first(err, want("farewell", string(bye), "bye")); err != nil {
		return err
	}
	if _, err := stream.Write(make([]byte, 400_000)); err != nil { // more than a window
		return err
	}
	return first(stream.CloseWrite(), p.wantAnswer(scriptNote, noteFinished+"400000"), stream.Close())
}

func (p *libp2pPeer) peerResets() error {
	stream, err := p.begin(scriptReset)
	if err != nil {
		return err
	}
	if _, err = io.ReadAll(stream); !isReset(err) {
		return fmt.Errorf("expected a reset, but reading ended with: %v", err)
	}
	return p.echo("after their reset")
}

func (p *libp2pPeer) resets() error {
	stream, err := p.begin(scriptGenerate)
	if err != nil {
		return err
	}
	stream.Write(binary.BigEndian.AppendUint64(nil, 1<<40))
	if _, err := io.ReadFull(stream, make([]byte, 1_000)); err != nil {
		return err
	}
	return first(stream.ResetWithError(resetCode), p.wantAnswer(scriptNote, noteReset), p.echo("after our reset"))
}

func (p *libp2pPeer) thousandStreams() error {
	streams := make([]*libp2p.Stream, thousand)
	for i := range streams {
		stream, err := p.begin(scriptEcho)
		if err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		streams[i] = stream
	}
	for i, stream := range streams {
		fmt.Fprintf(stream, "stream %d", i)
		stream.CloseWrite()
	}
	for i, stream := range streams {
		back, err := io.ReadAll(stream)
		if err := first(err, want("echo", string(back), fmt.Sprintf("stream %d", i)), stream.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (p *libp2pPeer) upload(length int64) error {
	stream, err := p.begin(scriptDigest)
	if err != nil {
		return err
	}
	if _, err := io.Copy(stream, io.LimitReader(&generated{}, length)); err != nil {
		return err
	}
	stream.CloseWrite()
	digest, err := io.ReadAll(stream)
	return first(err, want("length of the digest", len(digest), 32), want("digest", [32]byte(digest), digestOf(length)))
}

func (p *libp2pPeer) download(length int64) error {
	stream, err := p.begin(scriptGenerate)
	if err != nil {
		return err
	}
	defer stream.Close()
	stream.Write(binary.BigEndian.AppendUint64(nil, uint64(length)))
	digest := sha256.New()
	received, err := io.Copy(digest, stream)
	return first(err, want("length", received, length), want("digest", [32]byte(digest.Sum(nil)), digestOf(length)))
}

func (p *libp2pPeer) bothWays() error {
	const streams = 8
	errs := make(chan error, 2*streams)
	for range streams {
		go func() { errs <- p.upload(bothWaysBytes / streams) }()
		go func() { errs <- p.download(bothWaysBytes / streams) }()
	}
	var failed error
	for range 2 * streams {
		failed = first(failed, <-errs)
	}
	return failed
}

// libp2pGoesAway: the peer may open no more streams, which it does not want to; ours go on.
func libp2pGoesAway(address string) error {
	peer := dialLibp2p(address, libp2pConfig())
	defer peer.conn.Close()
	return first(peer.session.GoAway(), peer.echo("after go away"))
}

// libp2pIsSentAway: to this library any go away is the end of the session, and it says whose.
func libp2pIsSentAway(address string) error {
	peer := dialLibp2p(address, libp2pConfig())
	defer peer.conn.Close()
	stream, err := peer.begin(scriptGoAway)
	if err != nil {
		return err
	}
	io.ReadAll(stream)
	select {
	case <-peer.session.CloseChan():
	case <-time.After(checkTimeout / 2):
		return errors.New("the session goes on")
	}
	var goAway *libp2p.GoAwayError
	if _, err = peer.begin(scriptEcho); !errors.As(err, &goAway) || !goAway.Remote || goAway.ErrorCode != 0 {
		return fmt.Errorf("expected a remote go away with code 0, but opening ended with: %v", err)
	}
	return nil
}

func libp2pKeepAlive(address string) error {
	config := libp2pConfig()
	config.KeepAliveInterval = 100 * time.Millisecond
	config.MeasureRTTInterval = 100 * time.Millisecond
	peer := dialLibp2p(address, config)
	defer peer.conn.Close()
	select {
	case <-peer.session.CloseChan():
		return errors.New("the session has ended: a ping was not answered")
	case <-time.After(2 * time.Second):
	}
	if peer.session.RTT() == 0 {
		return errors.New("no round trip was measured")
	}
	return peer.echo("still here")
}

// libp2pPeerLeaves: this library may drop what it has not read when it sees the go away, and says then that it saw one.
func libp2pPeerLeaves(address string) error {
	peer := dialLibp2p(address, libp2pConfig())
	defer peer.conn.Close()
	stream, err := peer.begin(scriptLeave)
	if err != nil {
		return err
	}
	words := make([]byte, 10)
	_, err = io.ReadFull(stream, words)
	var goAway *libp2p.GoAwayError
	if errors.As(err, &goAway) && goAway.Remote && goAway.ErrorCode == 0 {
		return nil
	}
	return first(err, want("last words", string(words), "last words"))
}

func libp2pPeerDies(address string) error {
	peer := dialLibp2p(address, libp2pConfig())
	stream, err := peer.begin(scriptDie)
	if err != nil {
		return err
	}
	if _, err := io.ReadAll(stream); err == nil {
		return errors.New("a dead peer looks like one that has finished")
	}
	return nil
}

func libp2pDies(address string) error {
	peer := dialLibp2p(address, libp2pConfig())
	if err := peer.echo("alive"); err != nil {
		return err
	}
	abort(peer.conn)
	other := dialLibp2p(address, libp2pConfig())
	defer other.conn.Close()
	return other.echo("next session")
}
