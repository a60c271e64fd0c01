package dev.proconsul.rpc.structs;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// A point in time as Go keeps it: with nanoseconds and with the zone offset it was taken in.
///
/// Source: `Time.MarshalBinary` of Go's package `time`.
///
/// @param seconds       seconds since 0001-01-01T00:00:00Z
/// @param nanos         nanoseconds within the second, 0 to 999,999,999
/// @param offsetSeconds east of UTC; 0 if `utc`
/// @param utc           true for UTC itself, which is written differently from a zone that has offset 0
public record WireTime(long seconds, int nanos, int offsetSeconds, boolean utc) {
    /// Go's zero time: the beginning of year 1 in UTC.
    public static final WireTime ZERO = new WireTime(0, 0, 0, true);

    /// From 0001-01-01 to 1970-01-01.
    private static final long EPOCH = 62_135_596_800L;

    private static final int BILLION = 1_000_000_000;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a component is out of range; names the component
    public WireTime {
        if (nanos < 0 || nanos >= BILLION) {
            throw new IllegalArgumentException("nanos is " + nanos + ", expected 0 to 999999999");
        }
        int minutes = offsetSeconds / 60;
        if (minutes < Short.MIN_VALUE || minutes > Short.MAX_VALUE || minutes == -1 || utc && offsetSeconds != 0) {
            throw new IllegalArgumentException("offsetSeconds is " + offsetSeconds + ", which has no wire form");
        }
    }

    /// {@return an instant, in UTC}
    ///
    /// @param instant any instant
    public static WireTime of(Instant instant) {
        return new WireTime(instant.getEpochSecond() + EPOCH, instant.getNano(), 0, true);
    }

    /// {@return the instant}
    ///
    /// @throws DateTimeException if it is too far away for an `Instant` (a billion years)
    public Instant toInstant() {
        return Instant.ofEpochSecond(seconds - EPOCH, nanos);
    }

    /// {@return the time that a text names}
    ///
    /// @param text RFC 3339, such as `2006-01-02T15:04:05.999+01:00`
    /// @throws java.time.format.DateTimeParseException if it does not name one
    public static WireTime of(String text) {
        OffsetDateTime time = OffsetDateTime.parse(text);
        int offset = time.getOffset().getTotalSeconds();
        boolean utc = offset == 0 || offset / 60 == -1; // the latter has no wire form
        return new WireTime(time.toEpochSecond() + EPOCH, time.getNano(), utc ? 0 : offset, utc);
    }

    /// {@return the time as RFC 3339, in UTC if its offset is beyond 18 hours}
    @Override
    public String toString() {
        try {
            ZoneOffset offset = ZoneOffset.ofTotalSeconds(Math.abs(offsetSeconds) <= 18 * 3600 ? offsetSeconds : 0);
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(toInstant().atOffset(offset));
        } catch (DateTimeException | ArithmeticException e) {
            return seconds + "s after 0001-01-01T00:00:00Z"; // beyond what Java's calendar can say
        }
    }

    /// Of the wire form: 2 if the offset has seconds.
    int version() {
        return offsetSeconds % 60 == 0 ? 1 : 2;
    }

    /// Deviation: nanoseconds out of range are refused; Go lets them spill into other bits of the time.
    static WireTime parse(byte[] bytes) throws DecodeException {
        if (bytes.length == 0) {
            throw new DecodeException("Time.UnmarshalBinary: no data");
        }
        int version = bytes[0];
        if (version != 1 && version != 2) {
            throw new DecodeException("Time.UnmarshalBinary: unsupported version");
        }
        if (bytes.length != 14 + version) {
            throw new DecodeException("Time.UnmarshalBinary: invalid length");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        long seconds = in.getLong();
        int nanos = in.getInt();
        if (nanos < 0 || nanos >= BILLION) {
            throw new DecodeException("time with " + nanos + " nanoseconds, expected 0 to 999999999");
        }
        int offset = in.getShort() * 60 + (version == 2 ? in.get() & 0xff : 0);
        boolean utc = offset == -60;
        return new WireTime(seconds, nanos, utc ? 0 : offset, utc);
    }
}
