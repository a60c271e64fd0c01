package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

const (
	manyStreams = 256
	largeValue  = 300_000
)

// dialed opens conversations with the server under test, each on a stream or connection of its own.
type dialed struct {
	open func() (net.Conn, error)
	end  func()
}

func dialType(address string, typeByte byte) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", address, checkTimeout)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte{typeByte}); err != nil {
		return nil, err
	}
	return conn, nil
}

func dialSingle(address string) dialed {
	return dialed{func() (net.Conn, error) { return dialType(address, byteRPC) }, func() {}}
}

func dialMux(address string, config *yamux.Config) dialed {
	conn, err := dialType(address, byteMux)
	if err != nil {
		fail(err.Error())
	}
	session, err := yamux.Client(conn, config)
	if err != nil {
		fail(err.Error())
	}
	return dialed{func() (net.Conn, error) { return session.Open() }, func() { session.Close() }}
}

func (d dialed) conversation() (*conversation, net.Conn, error) {
	conn, err := d.open()
	if err != nil {
		return nil, nil, err
	}
	conn.SetDeadline(time.Now().Add(checkTimeout))
	return converse(conn), conn, nil
}

// once makes one call on a stream of its own.
func (d dialed) once(method string, request, reply any) error {
	talk, conn, err := d.conversation()
	if err != nil {
		return err
	}
	defer conn.Close()
	return talk.call(method, request, reply)
}

// checkServer checks the server of an RPC port. With observed, it asks whoever started it whether the server has
// forgotten a blocking call.
func checkServer(address string, observed bool) {
	list := &checklist{}
	checkCalls(list, "byte 0: ", dialSingle(address))

	mux := dialMux(address, quiet(yamux.DefaultConfig()))
	checkCalls(list, "byte 4: ", mux)
	list.check("byte 4: 256 calls at once", func() error { return atOnce(mux) })
	list.check("byte 4: blocking calls do not hold up others", func() error { return besideBlocked(mux) })
	mux.end()

	short := quiet(yamux.DefaultConfig())
	short.StreamCloseTimeout = 200 * time.Millisecond // after it, yamux resets a stream that it has closed
	resetting := dialMux(address, short)
	list.check("byte 4: a reset frees a blocking call", func() error { return resetBlocking(resetting, observed) })
	resetting.end()
	list.end()
}

func checkCalls(list *checklist, way string, d dialed) {
	prefix := "go/" + strings.NewReplacer(" ", "", ":", "").Replace(way) + "/"
	list.check(way+"Status.Ping", func() error { return d.once("Status.Ping", struct{}{}, &struct{}{}) })
	list.check(way+"Status.Leader and Status.Peers", func() error { return leaderIsPeer(d) })
	list.check(way+"KVS.Apply set, KVS.Get", func() error { return setAndGet(d, prefix+"a", []byte("value")) })
	list.check(way+"a value of 300,000 bytes", func() error {
		return setAndGet(d, prefix+"large", bytes.Repeat([]byte{0, 1, 254, 255}, largeValue/4))
	})
	list.check(way+"KVS.Get of a missing key", func() error { return missing(d, prefix+"nothing") })
	list.check(way+"KVS.Apply cas", func() error { return compareAndSet(d, prefix+"cas") })
	list.check(way+"KVS.Apply delete", func() error { return deletes(d, prefix+"deleted") })
	list.check(way+"KVS.List and KVS.ListKeys", func() error { return lists(d, prefix+"tree/") })
	list.check(way+"a blocking KVS.Get is woken by a write", func() error { return wakes(d, prefix+"watched") })
	list.check(way+"a blocking KVS.Get ends with its time", func() error { return timesOut(d, prefix+"watched") })
	list.check(way+"unknown method and service", func() error { return unknown(d) })
	list.check(way+"after a handler's error the stream goes on", func() error { return handlerError(d) })
	list.check(way+"three requests before the first answer", func() error { return pipelined(d) })
	list.check(way+"half-close after the request", func() error { return halfClose(d) })
}

func leaderIsPeer(d dialed) error {
	var leader string
	var peers []string
	request := DCSpecificRequest{Datacenter: "dc1"}
	err := first(d.once("Status.Leader", request, &leader), d.once("Status.Peers", request, &peers))
	if err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(leader); err != nil {
		return fmt.Errorf("leader: %w", err)
	}
	return first(want("number of peers", len(peers), 1), want("the only peer", peers[0], leader))
}

func apply(d dialed, op string, entry DirEntry) (bool, error) {
	var applied bool
	err := d.once("KVS.Apply", KVSRequest{Datacenter: "dc1", Op: op, DirEnt: entry}, &applied)
	return applied, err
}

func set(d dialed, key string, value []byte) error {
	_, err := apply(d, "set", DirEntry{Key: key, Value: value, Flags: 42})
	return err
}

func get(d dialed, key string, options QueryOptions) (IndexedDirEntries, error) {
	var reply IndexedDirEntries
	err := d.once("KVS.Get", KeyRequest{"dc1", key, options}, &reply)
	return reply, err
}

// entry gets the one entry of a key.
func entry(d dialed, key string) (*DirEntry, error) {
	reply, err := get(d, key, QueryOptions{})
	if err := first(err, want("number of entries", len(reply.Entries), 1)); err != nil {
		return nil, err
	}
	return reply.Entries[0], first(
		want("key", reply.Entries[0].Key, key),
		want("known leader", reply.KnownLeader, true),
		want("index", reply.Index, reply.Entries[0].ModifyIndex))
}

func setAndGet(d dialed, key string, value []byte) error {
	if err := set(d, key, value); err != nil {
		return err
	}
	found, err := entry(d, key)
	if err != nil {
		return err
	}
	return first(
		want("value is the one written", bytes.Equal(found.Value, value), true),
		want("flags", found.Flags, 42))
}

func missing(d dialed, key string) error {
	reply, err := get(d, key, QueryOptions{})
	return first(err, want("number of entries", len(reply.Entries), 0), want("index is set", reply.Index > 0, true))
}

func compareAndSet(d dialed, key string) error {
	if err := set(d, key, []byte("old")); err != nil {
		return err
	}
	old, err := entry(d, key)
	if err != nil {
		return err
	}
	cas := func(index uint64) (bool, error) {
		return apply(d, "cas", DirEntry{Key: key, Value: []byte("new"), RaftIndex: RaftIndex{ModifyIndex: index}})
	}
	done, err := cas(old.ModifyIndex)
	if err := first(err, want("cas with the right index", done, true)); err != nil {
		return err
	}
	done, err = cas(old.ModifyIndex)
	if err := first(err, want("cas with an old index", done, false)); err != nil {
		return err
	}
	changed, err := entry(d, key)
	if err != nil {
		return err
	}
	return first(
		want("value", string(changed.Value), "new"),
		want("create index", changed.CreateIndex, old.CreateIndex),
		want("modify index has grown", changed.ModifyIndex > old.ModifyIndex, true))
}

func deletes(d dialed, key string) error {
	if err := set(d, key, nil); err != nil {
		return err
	}
	if _, err := apply(d, "delete", DirEntry{Key: key}); err != nil {
		return err
	}
	return missing(d, key)
}

func lists(d dialed, prefix string) error {
	for _, name := range []string{"b/2", "a", "b/1"} {
		if err := set(d, prefix+name, []byte(name)); err != nil {
			return err
		}
	}
	var all IndexedDirEntries
	var keys, level IndexedKeyList
	if err := first(
		d.once("KVS.List", KeyRequest{Datacenter: "dc1", Key: prefix}, &all),
		d.once("KVS.ListKeys", KeyListRequest{Datacenter: "dc1", Prefix: prefix}, &keys),
		d.once("KVS.ListKeys", KeyListRequest{Datacenter: "dc1", Prefix: prefix, Seperator: "/"}, &level)); err != nil {
		return err
	}
	var found []string
	for _, entry := range all.Entries {
		found = append(found, entry.Key+"="+string(entry.Value))
	}
	join := func(names []string) string { return strings.ReplaceAll(strings.Join(names, " "), prefix, "") }
	return first(
		want("entries", join(found), "a=a b/1=b/1 b/2=b/2"),
		want("keys", join(keys.Keys), "a b/1 b/2"),
		want("keys of one level", join(level.Keys), "a b/"))
}

func wakes(d dialed, key string) error {
	if err := set(d, key, []byte("before")); err != nil {
		return err
	}
	before, err := entry(d, key)
	if err != nil {
		return err
	}
	woken := make(chan error, 1)
	go func() {
		reply, err := get(d, key, QueryOptions{MinQueryIndex: before.ModifyIndex, MaxQueryTime: checkTimeout})
		if err == nil && (len(reply.Entries) != 1 || string(reply.Entries[0].Value) != "after") {
			err = errors.New("woken without the new value")
		}
		woken <- err
	}()
	select { // a call that did not block would be seen here
	case err := <-woken:
		return fmt.Errorf("ended before the write: %w", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := set(d, key, []byte("after")); err != nil {
		return err
	}
	return <-woken
}

func timesOut(d dialed, key string) error {
	start := time.Now()
	now, err := entry(d, key)
	if err != nil {
		return err
	}
	reply, err := get(d, key, QueryOptions{MinQueryIndex: now.ModifyIndex, MaxQueryTime: 200 * time.Millisecond})
	return first(err, want("index", reply.Index, now.ModifyIndex), want("has waited", time.Since(start) >= 200*time.Millisecond, true))
}

// unknown wants Go's own text, and then the end of the stream.
func unknown(d dialed) error {
	for method, text := range map[string]string{
		"KVS.Nope":  "rpc: can't find method KVS.Nope",
		"Nope.Get":  "rpc: can't find service Nope.Get",
		"nodothere": "rpc: service/method request ill-formed: nodothere",
	} {
		talk, conn, err := d.conversation()
		if err != nil {
			return err
		}
		err = talk.call(method, KeyRequest{Datacenter: "dc1", Key: "k"}, nil)
		if err := first(wantRefusal(err, text), want("what follows", talk.read(nil), io.EOF)); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		conn.Close()
	}
	return nil
}

func wantRefusal(err error, text string) error {
	var refused refusal
	if !errors.As(err, &refused) {
		return fmt.Errorf("expected the refusal %q, but got: %v", text, err)
	}
	return want("error", string(refused), text)
}

func handlerError(d dialed) error {
	talk, conn, err := d.conversation()
	if err != nil {
		return err
	}
	defer conn.Close()
	var applied bool
	err = talk.call("KVS.Apply", KVSRequest{Datacenter: "dc1", Op: "set"}, &applied)
	return first(wantRefusal(err, "Must provide key"), talk.call("Status.Ping", struct{}{}, &struct{}{}))
}

func pipelined(d dialed) error {
	talk, conn, err := d.conversation()
	if err != nil {
		return err
	}
	defer conn.Close()
	methods := []string{"Status.Ping", "Status.Leader", "Status.Ping"}
	for _, method := range methods {
		if err := talk.send(method, struct{}{}); err != nil {
			return err
		}
	}
	for _, method := range methods {
		if err := talk.receive(method, nil); err != nil {
			return err
		}
	}
	return nil
}

func halfClose(d dialed) error {
	talk, conn, err := d.conversation()
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := talk.send("Status.Leader", DCSpecificRequest{Datacenter: "dc1"}); err != nil {
		return err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = tcp.CloseWrite()
	} else {
		err = conn.Close() // a yamux stream that is closed can still be read
	}
	return first(err, talk.receive("Status.Leader", nil), want("what follows", talk.read(nil), io.EOF))
}

func atOnce(d dialed) error {
	var all sync.WaitGroup
	errs := make(chan error, manyStreams)
	for i := range manyStreams {
		all.Add(1)
		go func() {
			defer all.Done()
			errs <- setAndGet(d, fmt.Sprintf("go/many/%d", i), fmt.Appendf(nil, "value %d", i))
		}()
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// besideBlocked keeps 256 calls waiting for one key, makes others beside them, and wakes them all with one write.
func besideBlocked(d dialed) error {
	const key = "go/blocked"
	if err := set(d, key, nil); err != nil {
		return err
	}
	now, err := entry(d, key)
	if err != nil {
		return err
	}
	woken := make(chan error, manyStreams)
	for range manyStreams {
		go func() {
			_, err := get(d, key, QueryOptions{MinQueryIndex: now.ModifyIndex, MaxQueryTime: checkTimeout})
			woken <- err
		}()
	}
	for range 10 {
		if err := setAndGet(d, "go/beside", []byte("v")); err != nil {
			return err
		}
	}
	if err := want("calls that ended too early", len(woken), 0); err != nil {
		return err
	}
	if err := set(d, key, []byte("wake")); err != nil {
		return err
	}
	for range manyStreams {
		if err := <-woken; err != nil {
			return err
		}
	}
	return nil
}

func resetBlocking(d dialed, observed bool) error {
	const key = "go/reset"
	if err := set(d, key, nil); err != nil {
		return err
	}
	now, err := entry(d, key)
	if err != nil {
		return err
	}
	talk, conn, err := d.conversation()
	if err != nil {
		return err
	}
	options := QueryOptions{MinQueryIndex: now.ModifyIndex, MaxQueryTime: 10 * time.Minute}
	if err := talk.send("KVS.Get", KeyRequest{"dc1", key, options}); err != nil {
		return err
	}
	if observed {
		err = first(ask("blocking 1"), conn.Close(), ask("blocking 0"))
	} else {
		err = conn.Close()
	}
	return first(err, d.once("Status.Ping", struct{}{}, &struct{}{})) // the session has lived on
}

var answers = bufio.NewReader(os.Stdin)

// ask waits until whoever started this program has seen something at the server.
func ask(question string) error {
	fmt.Println("? " + question)
	answer, err := answers.ReadString('\n')
	return first(err, want("answer to '"+question+"'", strings.TrimSpace(answer), "yes"))
}
