// Measures Consul's msgpack codec: codec NAME FILE SECONDS, where FILE has the value's bytes.
// Prints two lines, "encode" and "decode", each with nanoseconds, bytes and allocations per operation.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"

	"github.com/hashicorp/go-msgpack/codec"
)

// handle has the settings of Consul's.
var handle = &codec.MsgpackHandle{RawToString: true}

func main() {
	testing.Init()
	handle.MapType = reflect.TypeOf(map[string]any(nil))
	if len(os.Args) != 4 {
		fail("usage: codec NAME FILE SECONDS")
	}
	if err := flag.Set("test.benchtime", os.Args[3]+"s"); err != nil {
		fail(err)
	}
	input, err := os.ReadFile(os.Args[2])
	if err != nil {
		fail(err)
	}
	switch os.Args[1] {
	case "IndexedCheckServiceNodes":
		measure[indexedCheckServiceNodes](input)
	case "KVSRequest":
		measure[kvsRequest](input)
	default:
		fail("no such struct: " + os.Args[1])
	}
}

func measure[T any](input []byte) {
	value := new(T)
	decode(input, value)
	check(input, value)
	report("encode", func(b *testing.B) {
		var out bytes.Buffer
		encoder := codec.NewEncoder(&out, handle) // kept per connection, as Consul keeps it
		for range b.N {
			out.Reset()
			if err := encoder.Encode(value); err != nil {
				fail(err)
			}
		}
	})
	report("decode", func(b *testing.B) {
		for range b.N {
			decode(input, new(T))
		}
	})
}

func decode(input []byte, target any) {
	if err := codec.NewDecoderBytes(input, handle).Decode(target); err != nil {
		fail(err)
	}
}

// check fails unless every field was taken over: maps may be written in another order, but nothing may be missing.
func check[T any](input []byte, value *T) {
	var out []byte
	if err := codec.NewEncoderBytes(&out, handle).Encode(value); err != nil {
		fail(err)
	}
	again := new(T)
	decode(out, again)
	if len(out) != len(input) || !reflect.DeepEqual(value, again) {
		fail(fmt.Sprintf("wrote %d bytes for a value that came in %d", len(out), len(input)))
	}
}

func report(operation string, body func(*testing.B)) {
	result := testing.Benchmark(body)
	nanos := float64(result.T.Nanoseconds()) / float64(result.N)
	fmt.Printf("%s %.1f %d %d\n", operation, nanos, result.AllocedBytesPerOp(), result.AllocsPerOp())
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, "codec:", reason)
	os.Exit(1)
}
