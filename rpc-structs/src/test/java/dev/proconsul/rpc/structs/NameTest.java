package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Names of every length: words overlap, and short names end within one.
class NameTest {
    private static final String LETTERS = "AbcdefghijklmnopqrstuvwxyzAbcdefghijklmn";

    static IntStream lengths() {
        return IntStream.rangeClosed(1, LETTERS.length());
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void aNameIsWrittenAsItsString(int length) {
        MsgpackWriter expected = new MsgpackWriter();
        expected.writeString(LETTERS.substring(0, length));
        MsgpackWriter out = new MsgpackWriter();

        for (int i = 0; i < 50; i++) { // the buffer grows on the way
            out.writeName(Name.of(LETTERS.substring(0, length)));
            out.writeNil();
        }

        byte[] once = Arrays.copyOf(expected.toByteArray(), expected.size() + 1);
        once[expected.size()] = (byte) Wire.NIL;
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(once, Arrays.copyOfRange(out.toByteArray(), i * once.length, (i + 1) * once.length));
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void aNameIsRecognisedToItsLastByteAndNoOther(int length) {
        Name name = Name.of(LETTERS.substring(0, length));
        for (int behind : new int[] {0, 1, 20}) {
            byte[] bytes = Arrays.copyOf(new byte[3], 3 + name.length() + behind);
            System.arraycopy(name.encoded(), 0, bytes, 3, name.length());
            int end = 3 + name.length();

            assertTrue(name.isAt(bytes, 3, bytes.length));
            assertTrue(name.isAt(bytes, 3, end));
            assertFalse(name.isAt(bytes, 3, end - 1)); // the message or the buffer ends before
            for (int i = 3; i < end; i++) {
                bytes[i] ^= 0x20;
                assertFalse(name.isAt(bytes, 3, bytes.length), "byte " + (i - 3) + " differs");
                bytes[i] ^= 0x20;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void aNameIsFoundByItsText(int length) {
        Fields fields = new Fields(IntStream.rangeClosed(1, LETTERS.length())
                .mapToObj(i -> Name.of(LETTERS.substring(0, i))).toArray(Name[]::new));
        byte[] longer = (LETTERS + "x").getBytes(StandardCharsets.US_ASCII);
        byte[] other = (LETTERS.substring(0, length) + "0").getBytes(StandardCharsets.US_ASCII);

        assertEquals(length - 1, fields.find(longer, 0, length));
        assertEquals(-1, fields.find(other, 0, other.length));
    }
}
