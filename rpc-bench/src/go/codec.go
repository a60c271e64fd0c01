package main

import (
	"bufio"
	"errors"
	"io"
	"net/rpc"
	"reflect"
	"sync/atomic"

	"github.com/hashicorp/go-msgpack/codec"
)

// msgpack has the settings of Consul's handle.
var msgpack = newHandle()

func newHandle() *codec.MsgpackHandle {
	handle := &codec.MsgpackHandle{RawToString: true}
	handle.MapType = reflect.TypeOf(map[string]any(nil))
	return handle
}

// messages reads and writes msgpack values on a connection.
type messages struct {
	conn io.ReadWriteCloser
	out  *bufio.Writer
	enc  *codec.Encoder
	dec  *codec.Decoder
}

func newMessages(conn io.ReadWriteCloser) messages {
	out := bufio.NewWriter(conn)
	return messages{conn, out, codec.NewEncoder(out, msgpack), codec.NewDecoder(bufio.NewReader(conn), msgpack)}
}

func (m messages) write(header, body any) error {
	if err := m.enc.Encode(header); err != nil {
		return err
	}
	if err := m.enc.Encode(body); err != nil {
		return err
	}
	return m.out.Flush()
}

// read takes one value; a nil target drops it.
func (m messages) read(target any) error {
	if target == nil {
		var dropped any
		target = &dropped
	}
	return m.dec.Decode(target)
}

// serverCodec lets net/rpc speak msgpack.
type serverCodec struct{ messages }

func (c serverCodec) ReadRequestHeader(header *rpc.Request) error { return c.read(header) }
func (c serverCodec) ReadRequestBody(body any) error              { return c.read(body) }
func (c serverCodec) WriteResponse(header *rpc.Response, body any) error {
	return c.write(header, body)
}
func (c serverCodec) Close() error { return c.conn.Close() }

// refusal is an error that the server answered with.
type refusal string

func (r refusal) Error() string { return string(r) }

var sequence atomic.Uint64

// conversation calls, one call after the other.
type conversation struct{ messages }

func converse(conn io.ReadWriteCloser) *conversation {
	return &conversation{newMessages(conn)}
}

func (c *conversation) call(method string, request, reply any) error {
	if err := c.send(method, request); err != nil {
		return err
	}
	return c.receive(method, reply)
}

func (c *conversation) send(method string, request any) error {
	return c.write(&rpc.Request{ServiceMethod: method, Seq: sequence.Add(1)}, request)
}

func (c *conversation) receive(method string, reply any) error {
	var header rpc.Response
	if err := c.read(&header); err != nil {
		return err
	}
	if header.ServiceMethod != method {
		return errors.New("the answer is to " + header.ServiceMethod + ", not to " + method)
	}
	if header.Error != "" {
		return first(c.read(nil), refusal(header.Error))
	}
	return c.read(reply)
}
