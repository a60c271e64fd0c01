package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Equal texts of one message are one object; different ones are never mixed up.
class TextsTest {
    @Test
    void aTextThatRepeatsInALongListIsReadOnce() throws IOException {
        List<String> read = read(Collections.nCopies(8, "lan_ipv4"));

        assertSame(read.getFirst(), read.getLast());
    }

    @Test
    void nothingIsKeptForShortListsAndLongTextsAndOtherMessages() throws IOException {
        List<String> few = read(Collections.nCopies(7, "lan_ipv4"));
        List<String> secrets = read(Collections.nCopies(8, "b1d7a5f2-6f1e-4b7c-9a64-0f2f4f8f3a11"));
        MsgpackWriter out = new MsgpackWriter();
        Codecs.STRINGS.encode(Collections.nCopies(8, "x"), out);
        Codecs.STRINGS.encode(Collections.nCopies(8, "x"), out);
        MsgpackReader in = MsgpackReader.of(out.toByteArray(), DecodeLimits.DEFAULT);
        String first = Codecs.STRINGS.decode(in).getFirst();

        assertNotSame(few.getFirst(), few.getLast());
        assertNotSame(secrets.getFirst(), secrets.getLast());
        assertNotSame(first, Codecs.STRINGS.decode(in).getFirst());
    }

    /// Texts of few letters, so that they differ in one place, in length, or by trailing zeros.
    @Test
    void textsThatDifferALittleStayApart() throws IOException {
        Random random = new Random(11);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(Texts.LONGEST + 3);
            int odd = random.nextInt(Texts.LONGEST);
            for (int j = 0; j < length; j++) {
                text.append(j == odd ? "\0ab\u00e9\ud83d\ude00".charAt(random.nextInt(4)) : 'a');
            }
            texts.add(text.toString());
        }

        assertEquals(texts, read(texts));
    }

    private static List<String> read(List<String> texts) throws IOException {
        MsgpackWriter out = new MsgpackWriter();
        Codecs.STRINGS.encode(texts, out);
        return Codecs.STRINGS.decode(MsgpackReader.of(out.toByteArray(), DecodeLimits.DEFAULT));
    }
}
