package dev.proconsul.jyamux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// The inputs of `fuzz-seeds.txt`. Run as a program it writes them as files, for the fuzzer that is guided by coverage.
public final class FuzzSeeds {
    private FuzzSeeds() {}

    static List<byte[]> of(String target) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (var in = Objects.requireNonNull(FuzzSeeds.class.getResourceAsStream("fuzz-seeds.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                String[] parts = line.split(" ");
                if (parts[0].equals(target)) {
                    seeds.add(HexFormat.of().parseHex(parts[1]));
                }
            }
        }
        return seeds;
    }

    /// Writes a file for each.
    ///
    /// @param arguments the directory; each target gets one in it
    /// @throws IOException if that fails
    public static void main(String[] arguments) throws IOException {
        for (String target : List.of("decoder", "bytes", "frames")) {
            Path directory = Files.createDirectories(Path.of(arguments[0], target));
            List<byte[]> seeds = of(target);
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(directory.resolve("seed-" + i), seeds.get(i));
            }
        }
    }
}
