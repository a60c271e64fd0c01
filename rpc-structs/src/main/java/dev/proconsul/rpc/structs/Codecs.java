package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.util.List;

/// Codecs of the replies that are no structs.
public final class Codecs {
    /// A text, such as the address of the leader.
    public static final Codec<String> STRING = new Codec<>() {
        @Override
        public void encode(String value, MsgpackWriter out) {
            out.writeString(value);
        }

        @Override
        public String decode(MsgpackReader in) throws IOException {
            return in.readString();
        }

        @Override
        public Shape shape() {
            return Shape.Scalar.STRING;
        }
    };

    /// True or false, such as whether a write was applied. Refuses nil, as Consul does.
    public static final Codec<Boolean> BOOL = new Codec<>() {
        @Override
        public void encode(Boolean value, MsgpackWriter out) {
            out.writeBoolean(value);
        }

        @Override
        public Boolean decode(MsgpackReader in) throws IOException {
            return in.readBooleanOnly();
        }

        @Override
        public Shape shape() {
            return Shape.Scalar.BOOL;
        }
    };

    /// A byte string as a whole request or reply, or as a record: a Protobuf message. Unlike a field, it is not taken
    /// from a list of numbers.
    public static final Codec<Bytes> BYTES = new Codec<>() {
        @Override
        public void encode(Bytes value, MsgpackWriter out) {
            out.writeBytes(value);
        }

        @Override
        public Bytes decode(MsgpackReader in) throws IOException {
            return in.readMessage();
        }

        @Override
        public Shape shape() {
            return Shape.Scalar.BYTES;
        }
    };

    /// A reply that is always nil. Takes anything.
    public static final Codec<Empty> NIL = new Codec<>() {
        @Override
        public void encode(Empty value, MsgpackWriter out) {
            out.writeNil();
        }

        @Override
        public Empty decode(MsgpackReader in) throws IOException {
            in.skipValue();
            return Empty.ZERO;
        }

        @Override
        public Shape shape() {
            return new Shape.Pointer(Empty.CODEC.shape());
        }
    };

    /// A list of texts, such as the addresses of all servers; written as empty even if it is nil.
    public static final Codec<List<String>> STRINGS = new ListCodec<>(STRING, false);

    private Codecs() {}

    /// {@return the codec of a list as a whole reply}
    ///
    /// @param <T>     type of the elements
    /// @param element codec of one element
    public static <T> Codec<List<T>> listOf(Codec<T> element) {
        return new ListCodec<>(element, true);
    }

    private record ListCodec<T>(Codec<T> element, boolean nil) implements Codec<List<T>> {
        @Override
        public void encode(List<T> value, MsgpackWriter out) {
            out.writeList(nil || !Nil.is(value) ? value : List.of(), (e, o) -> element.encode(e, o));
        }

        @Override
        public List<T> decode(MsgpackReader in) throws IOException {
            return in.readList(element::decode);
        }

        @Override
        public Shape shape() {
            return new Shape.ListOf(element.shape());
        }
    }
}
