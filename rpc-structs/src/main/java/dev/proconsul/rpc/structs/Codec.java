package dev.proconsul.rpc.structs;

import dev.proconsul.rpc.structs.internal.JsonView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The two wire forms of one type: msgpack, and a tree as a JSON parser would give it.
///
/// Implementations have no state; one instance serves all threads.
///
/// @param <T> the type
public interface Codec<T> {
    /// Appends the msgpack form.
    ///
    /// @param value what to write
    /// @param out   where to append it
    void encode(T value, MsgpackWriter out);

    /// Reads one value.
    ///
    /// @param in where from; stands behind the value afterwards, and at an undefined place after an exception
    /// @return the value
    /// @throws DecodeException      if the bytes are no value of this type or exceed a limit
    /// @throws java.io.EOFException if the input ends inside the value; the text is `EOF` or `unexpected EOF`
    /// @throws IOException          if reading fails
    T decode(MsgpackReader in) throws IOException;

    /// {@return what values of this type look like, for generic readers such as a command line}
    Shape shape();

    /// {@return the value as `Map` (insertion-ordered), `List`, `String`, `Number`, `Boolean` or null}
    ///
    /// Field names and order are those of Consul's HTTP API: Go names in declaration order, embedded structs flattened.
    /// Byte strings are base64, times RFC 3339, durations nanoseconds, nil is null. A config entry starts with its kind
    /// as member `Kind`, whatever its own field says.
    ///
    /// @param value what to show
    default @Nullable Object toJson(T value) {
        MsgpackWriter out = MsgpackWriter.plain();
        encode(value, out);
        try {
            return JsonView.read(shape(), MsgpackReader.plain(out.toByteArray(), JsonView.OWN));
        } catch (IOException e) {
            throw new AssertionError("codec of " + shape() + " does not write what its shape says", e);
        }
    }

    /// Builds a value from such a tree.
    ///
    /// Field names are accepted in any case, missing ones keep Go's zero value, durations may be texts such as `1m30s`.
    ///
    /// @param tree `Map`, `List`, `String`, `Number`, `Boolean` or null
    /// @return the value
    /// @throws JsonShapeException if the tree has another shape; names the place, what was met and what was expected
    default T fromJson(@Nullable Object tree) throws JsonShapeException {
        MsgpackWriter out = new MsgpackWriter();
        JsonView.write(shape(), tree, out);
        try {
            return decode(MsgpackReader.plain(out.toByteArray(), JsonView.OWN));
        } catch (IOException e) {
            throw new JsonShapeException("no " + shape() + ": " + e.getMessage());
        }
    }
}
