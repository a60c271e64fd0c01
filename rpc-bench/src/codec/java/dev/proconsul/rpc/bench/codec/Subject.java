package dev.proconsul.rpc.bench.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.msgpack.core.MessagePack;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/// One value in all its forms: for us, for databind, and as bytes.
///
/// @param <T>    our type
/// @param codec  our codec
/// @param value  our form
/// @param mirror form for databind
/// @param bytes  form on the wire
/// @param writer of databind
/// @param reader of databind
record Subject<T>(Codec<T> codec, T value, Object mirror, byte[] bytes, ObjectWriter writer, ObjectReader reader) {
    /// {@return the value with this name}
    ///
    /// @throws IOException if the contenders do not agree on it
    static Subject<?> named(String name) throws IOException {
        return switch (name) {
            case "IndexedCheckServiceNodes" -> of(IndexedCheckServiceNodes.CODEC, Values.serviceNodes(),
                    Mirror.IndexedCheckServiceNodes.class);
            case "KVSRequest" -> of(KVSRequest.CODEC, Values.kvsRequest(), Mirror.KVSRequest.class);
            default -> throw new IllegalArgumentException("no such struct: " + name);
        };
    }

    private static <T> Subject<T> of(Codec<T> codec, T value, Class<?> mirrorType) throws IOException {
        var out = new MsgpackWriter();
        codec.encode(value, out);
        byte[] bytes = out.toByteArray();
        var mapper = mapper();
        Object mirror = mapper.readValue(bytes, mirrorType); // fails for a field that the mirror does not have
        var subject = new Subject<>(codec, value, mirror, bytes, mapper.writerFor(mirrorType),
                mapper.readerFor(mirrorType));
        subject.check();
        return subject;
    }

    /// Writes our form; the writer keeps its buffer, as between the messages of a busy stream.
    int encode(MsgpackWriter out) {
        out.truncate(0);
        codec.encode(value, out);
        return out.size();
    }

    T decode() throws IOException {
        return codec.decode(MsgpackReader.of(bytes, DecodeLimits.DEFAULT));
    }

    int encodeMirror(ByteArrayOutputStream out) throws IOException {
        out.reset();
        writer.writeValue(out, mirror);
        return out.size();
    }

    Object decodeMirror() throws IOException {
        return reader.readValue(bytes);
    }

    /// Without the form `str8`, which Consul's codec does not write either.
    private static ObjectMapper mapper() {
        var packer = new MessagePack.PackerConfig().withStr8FormatSupport(false);
        return new ObjectMapper(new MessagePackFactory(packer));
    }

    /// Databind must write what we read back as the same value, in as many bytes; one less where it writes `Value` as
    /// binary, `c4 len` and not `da len len`.
    private void check() throws IOException {
        byte[] theirs = writer.writeValueAsBytes(mirror);
        T back = codec.decode(MsgpackReader.of(theirs, DecodeLimits.DEFAULT));
        if (theirs.length > bytes.length || bytes.length - theirs.length > 1 || !back.equals(value)) {
            throw new IOException("databind wrote " + theirs.length + " bytes, expected " + bytes.length
                    + " bytes with the same value");
        }
    }
}
