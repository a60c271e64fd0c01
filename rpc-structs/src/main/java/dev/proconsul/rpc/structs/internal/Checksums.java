package dev.proconsul.rpc.structs.internal;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// SHA-256 of the files of an archive, and the list of them that is the archive's last file.
///
/// Source: Consul `snapshot/archive.go`, with its error texts.
public final class Checksums {
    private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64})\\s+(\\S+)");

    private final Map<String, MessageDigest> digests = new LinkedHashMap<>();

    /// Adds a file.
    /// @param name its name
    /// @return what the bytes of the file are to be told to
    public MessageDigest add(String name) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digests.put(name, digest);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /// {@return the list of all files that were added}
    public String list() {
        StringBuilder list = new StringBuilder();
        digests.forEach((name, digest) ->
                list.append(HexFormat.of().formatHex(digest.digest())).append("  ").append(name).append('\n'));
        return list.toString();
    }

    /// Holds the files against a list.
    /// @param list the list
    /// @throws IOException if it lists another file, or not all, or another sum
    public void verify(String list) throws IOException {
        Map<String, byte[]> sums = new LinkedHashMap<>();
        digests.forEach((name, digest) -> sums.put(name, digest.digest()));
        Set<String> missing = new HashSet<>(sums.keySet());
        for (String line : list.lines().toList()) {
            var parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IOException("expected a line of 64 hexadecimal digits and a name, not " + quoted(line));
            }
            String name = parts.group(2);
            byte[] sum = sums.get(name);
            if (sum == null) {
                throw new IOException("list missing hash for " + quoted(name));
            }
            if (!Arrays.equals(sum, HexFormat.of().parseHex(parts.group(1)))) {
                throw new IOException("hash check failed for " + quoted(name));
            }
            missing.remove(name);
        }
        for (String name : missing) {
            throw new IOException("file missing for " + quoted(name));
        }
    }

    /// {@return a text of a peer, in quotes, cut to 100 characters and to what can be printed}
    /// @param text the text
    public static String quoted(String text) {
        String start = text.substring(0, Math.min(text.length(), 100));
        return '"' + start.replaceAll("[^\\x20-\\x7e]", "?").replace("\"", "\\\"") + '"';
    }
}
