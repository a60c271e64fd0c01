package dev.proconsul.rpc.client.internal.serf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.proconsul.rpc.api.Gossip.KeyOperation;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an agent sends, well-formed and not.
class SerfRepliesTest {
    private static List<byte[]> recorded() throws IOException {
        try (var in = SerfRepliesTest.class.getResourceAsStream("/serf/recorded.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("<"))
                    .map(line -> HexFormat.of().parseHex(line.substring(2))).toList();
        }
    }

    private static MsgpackReader reader(byte[] bytes) {
        return MsgpackReader.of(bytes, SerfReplies.LIMITS);
    }

    @Test
    @DisplayName("Changed bytes of a real agent are understood or refused, and nothing else happens")
    void fuzz() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var messages = recorded();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = messages.get(random.nextInt(messages.size())).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            var in = reader(bytes);
            try {
                SerfReplies.header(in);
                switch (random.nextInt(3)) {
                    case 0 -> SerfReplies.event(in);
                    case 1 -> SerfReplies.ownName(in);
                    default -> SerfReplies.keyring(in, "");
                }
            } catch (IOException e) {
                // Refused.
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(bytes), e);
            }
        }
    }

    @Test
    @DisplayName("More members, tags or bytes than anybody has are refused before they take memory")
    void announcedSizes() {
        for (var hex : List.of("81a74d656d62657273ddffffffff", "81a74d656d6265727391dfffffffff",
                "81a74d656d6265727391 81a454616773dfffffffff", "81a74d656d6265727391 81a44e616d65dbffffffff")) {
            assertThrows(IOException.class,
                    () -> SerfReplies.event(reader(HexFormat.of().parseHex(hex.replace(" ", "")))), hex);
        }
    }

    @Test
    @DisplayName("Nil stands for nothing, and unknown fields are stepped over")
    void tolerance() throws Exception {
        var out = new MsgpackWriter();
        out.writeAny(Map.of("Members", List.of(Map.of("Name", "a", "New", Map.of("x", List.of(1, 2)))), "Other", 7));
        assertEquals("a", SerfReplies.members(reader(out.toByteArray())).getFirst().name());
        assertTrue(SerfReplies.members(reader(HexFormat.of().parseHex("81a74d656d62657273c0"))).isEmpty());
        assertTrue(SerfReplies.members(reader(HexFormat.of().parseHex("c0"))).isEmpty());
    }

    @Test
    @DisplayName("Commands as a real agent takes them")
    void commands() {
        assertEquals("82a7436f6d6d616e64a96c6973742d6b657973a353657108", hex(SerfCommand.keyring(KeyOperation.LIST, ""), 8));
        assertEquals("82a7436f6d6d616e64aa72656d6f76652d6b6579a35365710981a34b6579a16b",
                hex(SerfCommand.keyring(KeyOperation.REMOVE, "k"), 9));
        assertEquals("82a7436f6d6d616e64a77573652d6b6579a35365710981a34b6579a16b",
                hex(SerfCommand.keyring(KeyOperation.USE, "k"), 9));
        assertEquals("82a7436f6d6d616e64a474616773a35365710982aa44656c6574655461677391a161a45461677380",
                hex(SerfCommand.tags(Map.of(), new TreeSet<>(List.of("a"))), 9));
    }

    private static String hex(SerfCommand<?> command, long sequence) {
        var out = new MsgpackWriter();
        command.writeTo(out, sequence);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "::1, ::1", "::, ::", "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8::0001:0:0:1:1, 2001:db8:0:1::1:1", "fe80:0:0:0:a:b:c:d, fe80::a:b:c:d", "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8", "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::", "::ffff:10.0.0.1, 10.0.0.1"})
    @DisplayName("Addresses are written as Go writes them")
    void addresses(String address, String expected) throws UnknownHostException {
        assertEquals(expected, IpText.of(InetAddress.getByName(address).getAddress()));
    }

    @Test
    void mappedAddressesAreVersion4AndOddOnesNone() {
        assertEquals("10.0.0.1", IpText.of(HexFormat.of().parseHex("00000000000000000000ffff0a000001")));
        assertEquals("", IpText.of(new byte[0]));
        assertEquals("", IpText.of(new byte[5]));
    }
}
