package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class WireTimeTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final long EPOCH = WireTime.of(Instant.EPOCH).seconds();

    @Test
    @DisplayName("times are written and read as Consul does (transport row 152)")
    void timesAreWrittenAndReadAsConsulDoes() throws IOException {
        assertAll(Vectors.records("msgpack/times.jsonl").stream().map(record -> (Executable) () -> check(record)));
    }

    private static void check(JsonObject record) throws IOException {
        String id = record.get("id").getAsString();
        boolean ok = record.get("ok").getAsBoolean();
        if (record.get("direction").getAsString().equals("encode")) {
            if (ok) {
                assertEquals(record.get("hex").getAsString(), encode(time(record)), id);
            } else {
                assertThrows(IllegalArgumentException.class, () -> time(record), id);
            }
        } else if (Vectors.isRefusedQuirk(id)) {
            assertTrue(record.get("quirk").getAsBoolean(), id);
            assertThrows(DecodeException.class, () -> decode(record), id);
        } else if (ok) {
            WireTime read = decode(record);
            assertEquals(time(record), read, id);
            if (record.has("canonical_hex")) {
                assertEquals(record.get("canonical_hex").getAsString(), encode(read), id);
            }
        } else {
            assertEquals(record.get("error").getAsString(),
                    assertThrows(IOException.class, () -> decode(record), id).getMessage(), id);
        }
    }

    private static WireTime time(JsonObject record) {
        return new WireTime(EPOCH + record.get("unix_seconds").getAsLong(), record.get("nanos").getAsInt(),
                record.get("utc_offset_seconds").getAsInt(), record.get("is_utc").getAsBoolean());
    }

    private static String encode(WireTime time) {
        MsgpackWriter out = new MsgpackWriter();
        out.writeTime(time);
        return HEX.formatHex(out.toByteArray());
    }

    private static WireTime decode(JsonObject record) throws IOException {
        byte[] bytes = HEX.parseHex(record.get("hex").getAsString());
        return MsgpackReader.of(bytes, DecodeLimits.DEFAULT).readTime();
    }

    @Test
    void textsOfTimesRoundTrip() {
        for (String text : new String[] {"2021-07-15T12:34:56.789Z", "2021-07-15T12:34:56.789+01:00",
                "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999-05:30"}) {
            assertEquals(text, WireTime.of(text).toString());
        }
    }

    @Test
    void aTimeBeyondTheCalendarStillHasAText() {
        assertEquals("9223372036854775807s after 0001-01-01T00:00:00Z",
                new WireTime(Long.MAX_VALUE, 0, 0, true).toString());
    }
}
