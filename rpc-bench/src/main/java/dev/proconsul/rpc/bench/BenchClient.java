package dev.proconsul.rpc.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Our client process of the RPC scenarios: obeys lines `SCENARIO CALLERS MILLISECONDS` and answers each as
/// [Measured#line] says. It lives until its standard input ends.
final class BenchClient {
    private BenchClient() {}

    static void main(String[] addresses) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var operations = Operations.connect(Addresses.parse(addresses[0]))) {
            System.out.println("ready");
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ");
                var scenario = Scenario.of(words[0]).orElseThrow();
                var duration = Duration.ofMillis(Long.parseLong(words[2]));
                var measured = Load.run(Integer.parseInt(words[1]), duration, operations.of(scenario));
                System.out.println(measured.line());
            }
        }
    }
}
