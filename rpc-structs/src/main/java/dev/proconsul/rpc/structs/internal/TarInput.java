package dev.proconsul.rpc.structs.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/// The files of a tar archive one after another; this is the content of the file that [#next] found.
public final class TarInput extends InputStream {
    private final InputStream in;
    private final byte[] one = new byte[1];
    private long left;
    private int padding;

    /// Reads an archive.
    /// @param in where it comes from; nothing is read beyond the end of the archive
    public TarInput(InputStream in) {
        this.in = in;
    }

    /// Goes to the next file, past what is left of the one before.
    /// @return its header; empty at the end
    /// @throws IOException if the archive is cut or no archive; the text is Go's
    public Optional<TarHeader> next() throws IOException {
        while (left > 0) {
            skipNBytes(left);
        }
        in.readNBytes(padding);
        padding = 0;
        byte[] block = block();
        if (block.length == 0) {
            return Optional.empty();
        }
        if (!isZero(block)) {
            TarHeader header = TarHeader.decode(block);
            left = header.size();
            padding = (int) (-left & TarHeader.BLOCK - 1);
            return Optional.of(header);
        }
        if (!isZero(block())) {
            throw TarHeader.invalid();
        }
        return Optional.empty();
    }

    private byte[] block() throws IOException {
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        if (block.length > 0 && block.length < TarHeader.BLOCK) {
            throw new EOFException("unexpected EOF");
        }
        return block;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (left == 0) {
            return -1;
        }
        int got = in.read(bytes, offset, (int) Math.min(left, count));
        if (got < 0) {
            throw new EOFException("unexpected EOF");
        }
        left -= got;
        return got;
    }
}
