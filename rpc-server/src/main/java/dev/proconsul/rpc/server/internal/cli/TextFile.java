package dev.proconsul.rpc.server.internal.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A file that the command line names.
final class TextFile {
    private TextFile() {}

    /// {@return its content, which must be UTF-8}
    static String read(String name) throws UsageError {
        try {
            var path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw new UsageError(name + " is a directory, but must be a file");
            }
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new UsageError("there is no file '" + name + "'");
        } catch (AccessDeniedException e) {
            throw new UsageError("no permission to read " + name);
        } catch (CharacterCodingException e) {
            throw new UsageError(name + " is not text in UTF-8");
        } catch (IOException | InvalidPathException e) {
            throw new UsageError("cannot read " + name + ": " + e.getMessage());
        }
    }
}
