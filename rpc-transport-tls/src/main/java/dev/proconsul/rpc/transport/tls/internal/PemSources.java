package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads what a [PemSource] names.
final class PemSources {
    /// More than any bundle of authorities; a file that goes beyond is the wrong one.
    private static final long MAX_BYTES = 16 << 20;

    private PemSources() {}

    /// {@return the texts of a source, each with the name that errors call it; in the order of their names}
    /// @throws TlsConfigException when one cannot be read
    static List<PemSource.Text> read(PemSource source) throws TlsConfigException {
        return switch (source) {
            case PemSource.None _ -> List.of();
            case PemSource.Text text -> List.of(text);
            case PemSource.File(Path path) -> List.of(readFile(path));
            case PemSource.Directory(Path path) -> readDirectory(path);
        };
    }

    private static List<PemSource.Text> readDirectory(Path directory) throws TlsConfigException {
        var texts = new ArrayList<PemSource.Text>();
        for (var file : filesBelow(directory)) {
            texts.add(readFile(file));
        }
        if (texts.isEmpty()) {
            throw new TlsConfigException("Error loading from CAPath: no CAs found in " + directory);
        }
        return texts;
    }

    private static List<Path> filesBelow(Path directory) throws TlsConfigException {
        try {
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw new NotDirectoryException(directory.toString());
            }
            try (var below = Files.walk(directory)) {
                return below.filter(Files::isRegularFile).sorted().toList();
            }
        } catch (IOException e) {
            throw unreadable(directory, e);
        } catch (UncheckedIOException e) {
            throw unreadable(directory, new IOException(e.getMessage(), e));
        }
    }

    private static PemSource.Text readFile(Path file) throws TlsConfigException {
        try {
            if (Files.isDirectory(file)) {
                throw new TlsConfigException("cannot read " + file + ": it is a directory, but must be a file");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new TlsConfigException("cannot read " + file + ": it is larger than " + MAX_BYTES
                        + " bytes, which no PEM file is");
            }
            // What is not ASCII can only stand between the blocks, where any text may.
            return new PemSource.Text(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (TlsConfigException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static TlsConfigException unreadable(Path path, IOException e) {
        var reason = switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case NotDirectoryException _ -> "it is a file, but must be a directory";
            case AccessDeniedException _ -> "no permission";
            default -> String.valueOf(e.getMessage());
        };
        return new TlsConfigException("cannot read " + path + ": " + reason, e);
    }
}
