package dev.proconsul.rpc.structs.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The header of a file in a tar archive: a block of 512 bytes.
///
/// Source: POSIX.1-1988 `ustar`, in the form that Go's `archive/tar` writes.
///
/// @param name name of the file, at most 100 bytes
/// @param size its length in bytes, less than 8 GiB
public record TarHeader(String name, long size) {
    /// Everything in an archive starts at a multiple of this.
    public static final int BLOCK = 512;
    /// Length of a file that does not fit into its header any more.
    public static final long TOO_LONG = 1L << 33;

    private static final Field NAME = new Field(0, 100);
    private static final Field MODE = new Field(100, 8);
    private static final Field OWNER = new Field(108, 8);
    private static final Field GROUP = new Field(116, 8);
    private static final Field SIZE = new Field(124, 12);
    private static final Field MODIFIED = new Field(136, 12);
    private static final Field CHECKSUM = new Field(148, 8);
    private static final Field MAJOR = new Field(329, 8);
    private static final Field MINOR = new Field(337, 8);
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final long OWNER_READS_AND_WRITES = 0600;

    private record Field(int at, int length) {}

    /// {@return the block of a regular file that its owner may read and write}
    /// @param modifiedSeconds when it was made, in seconds since 1970
    public byte[] encode(long modifiedSeconds) {
        byte[] block = new byte[BLOCK];
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length > NAME.length || size >= TOO_LONG) {
            throw new IllegalArgumentException("no header of a tar archive can hold " + this);
        }
        System.arraycopy(text, 0, block, NAME.at, text.length);
        for (Field zero : new Field[] {OWNER, GROUP, MAJOR, MINOR}) {
            put(block, zero, 0);
        }
        put(block, MODE, OWNER_READS_AND_WRITES);
        put(block, SIZE, size);
        put(block, MODIFIED, modifiedSeconds);
        block[TYPE] = '0';
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, MAGIC, 8);
        String sum = "%06o".formatted(checksum(block)) + "\0 ";
        System.arraycopy(sum.getBytes(StandardCharsets.US_ASCII), 0, block, CHECKSUM.at, CHECKSUM.length);
        return block;
    }

    private static void put(byte[] block, Field field, long value) {
        String octal = ("%0" + (field.length - 1) + "o").formatted(value);
        System.arraycopy(octal.getBytes(StandardCharsets.US_ASCII), 0, block, field.at, field.length - 1);
    }

    /// {@return what a block says}
    /// @param block a block that is not all zero
    /// @throws IOException if it is no header; the text is Go's
    public static TarHeader decode(byte[] block) throws IOException {
        if (octal(block, CHECKSUM) != checksum(block)) {
            throw invalid();
        }
        int end = NAME.at;
        while (end < NAME.length && block[end] != 0) {
            end++;
        }
        return new TarHeader(new String(block, NAME.at, end, StandardCharsets.UTF_8), octal(block, SIZE));
    }

    private static long octal(byte[] block, Field field) throws IOException {
        String digits = new String(block, field.at, field.length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ').strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw invalid();
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    /// The sum of all bytes, with the place of the sum itself as spaces.
    private static long checksum(byte[] block) {
        byte[] bytes = block.clone();
        Arrays.fill(bytes, CHECKSUM.at, CHECKSUM.at + CHECKSUM.length, (byte) ' ');
        long sum = 0;
        for (byte b : bytes) {
            sum += b & 0xff;
        }
        return sum;
    }

    static IOException invalid() {
        return new IOException("archive/tar: invalid tar header");
    }
}
