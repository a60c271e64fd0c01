package dev.proconsul.rpc.server.internal.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that takes its name only when it is whole: until then it stands beside, and closing removes it. What had the
/// name before stays until then.
final class NewFile implements AutoCloseable {
    private final Path path;
    private final Path target;
    private final FileChannel channel;

    private NewFile(Path path, Path target) throws IOException {
        this.path = path;
        this.target = target;
        this.channel = FileChannel.open(path, StandardOpenOption.WRITE);
    }

    /// Makes the file, readable by its owner only.
    static NewFile beside(Path target) throws IOException {
        var directory = target.toAbsolutePath().getParent();
        var name = target.getFileName();
        if (directory == null || name == null || Files.isDirectory(target)) {
            throw new IOException("this is a directory");
        }
        return new NewFile(Files.createTempFile(directory, name.toString(), ".unverified"), target);
    }

    Path path() {
        return path;
    }

    OutputStream output() {
        return Channels.newOutputStream(channel);
    }

    /// Has everything on the disk.
    void sync() throws IOException {
        channel.force(true);
    }

    /// Gives the file its name, in one step.
    void replace() throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
