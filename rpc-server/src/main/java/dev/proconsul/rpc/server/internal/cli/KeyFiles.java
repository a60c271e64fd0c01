package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Writes a certificate and its key beside each other: both or none, and never over what is there. The key is readable
/// by its owner only, from its first byte on.
final class KeyFiles {
    private static final String FOR_ALL = "rw-r--r--";
    private static final String FOR_OWNER = "rw-------";

    private KeyFiles() {}

    /// @param certificate where the certificate goes
    /// @param key         where its key goes
    /// @throws CommandFailure when one is there already, or cannot be written
    static void write(CertificateAuthority.Pair pair, Path certificate, Path key) throws CommandFailure {
        requireNew(certificate);
        requireNew(key);
        create(key, pair.key(), FOR_OWNER);
        try {
            create(certificate, pair.certificate(), FOR_ALL);
        } catch (CommandFailure e) {
            remove(key);
            throw e;
        }
    }

    static void requireNew(Path file) throws CommandFailure {
        if (Files.exists(file)) {
            throw exists(file);
        }
    }

    private static CommandFailure exists(Path file) {
        return new CommandFailure(file + " exists already and is not overwritten; move it away, or use another directory "
                + "(-dir)");
    }

    private static void create(Path file, String text, String permissions) throws CommandFailure {
        try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                attributes(file, permissions))) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            remove(file);
            throw new CommandFailure("cannot write " + file + ": " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such directory";
            case AccessDeniedException _ -> "no permission";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static FileAttribute<?>[] attributes(Path file, String permissions) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is the one to tell.
        }
    }
}
