// Measures Consul's msgpack codec: codec NAME FILE ROUNDS MILLISECONDS, where FILE has the bytes of the value.
// Prints two lines, "encode" and "decode", each with nanoseconds, bytes and allocations per operation, taken from the
// fastest round.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"testing"

	"github.com/hashicorp/go-msgpack/codec"
)

// handle has the settings of Consul's.
var handle = &codec.MsgpackHandle{RawToString: true}

var rounds int

func main() {
	testing.Init()
	handle.MapType = reflect.TypeOf(map[string]any(nil))
	if len(os.Args) != 5 {
		fail("usage: codec NAME FILE ROUNDS MILLISECONDS")
	}
	if err := flag.Set("test.benchtime", os.Args[4]+"ms"); err != nil {
		fail(err)
	}
	input, err := os.ReadFile(os.Args[2])
	if err != nil {
		fail(err)
	}
	if rounds, err = strconv.Atoi(os.Args[3]); err != nil || rounds < 1 {
		fail("not a number of rounds: " + os.Args[3])
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
	var result testing.BenchmarkResult
	nanos := math.Inf(1)
	for range rounds {
		round := testing.Benchmark(body)
		if n := float64(round.T.Nanoseconds()) / float64(round.N); n < nanos {
			result, nanos = round, n
		}
	}
	fmt.Printf("%s %.1f %d %d\n", operation, nanos, result.AllocedBytesPerOp(), result.AllocsPerOp())
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, "codec:", reason)
	os.Exit(1)
}
