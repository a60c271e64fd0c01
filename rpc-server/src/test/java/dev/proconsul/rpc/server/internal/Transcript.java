package dev.proconsul.rpc.server.internal;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// One recorded connection to a real server of version 1.10.1, with all bytes of its calls.
record Transcript(
        String id,
        String kind,
        boolean multiplexed,
        boolean closedByServer,
        List<Call> calls,
        List<Sent> frames,
        Optional<Call> trigger) {
    private static final Gson JSON = new Gson();

    /// A recorded request and its answer. `request` is null for bytes made by hand.
    record Call(
            String method,
            long seq,
            String struct,
            JsonElement request,
            byte[] header,
            byte[] body,
            boolean responded,
            String error,
            byte[] responseHeader,
            byte[] responseBody) {
        byte[] bytes() {
            return Requests.join(header, body);
        }
    }

    /// A recorded frame.
    record Sent(boolean byClient, Frame frame) {}

    /// Connections with calls of `KVS`, `Status`, and errors of the layer below.
    static List<Transcript> all() throws IOException {
        return read("/conformance/transcripts.jsonl.gz");
    }

    /// Connections with calls of the other services, in the order in which they were made, without frames.
    static List<Transcript> history() throws IOException {
        return read("/conformance/history.jsonl.gz");
    }

    /// Connections to a server with ACLs, in the order in which they were made, without frames.
    static List<Transcript> acl() throws IOException {
        return read("/conformance/acl.jsonl.gz");
    }

    /// Connections with calls about certificates and intentions, and about ACLs to a server without them.
    static List<Transcript> mesh() throws IOException {
        return read("/conformance/mesh.jsonl.gz");
    }

    private static List<Transcript> read(String file) throws IOException {
        var all = new ArrayList<Transcript>();
        try (var in = Transcript.class.getResourceAsStream(file);
                var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(in),
                        StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                all.add(parse(JSON.fromJson(line, JsonObject.class)));
            }
        }
        return all;
    }

    /// The last part of the id, the same for both transports.
    String name() {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /// The stream that a call was made on; 1 for all of a pipeline.
    int streamOf(int call) {
        return kind.equals("streams") ? 2 * call + 1 : 1;
    }

    private static Transcript parse(JsonObject json) {
        var calls = new ArrayList<Call>();
        json.getAsJsonArray("calls").forEach(call -> calls.add(call(call.getAsJsonObject())));
        var frames = new ArrayList<Sent>();
        if (json.has("frames")) {
            for (var frame : json.getAsJsonArray("frames")) {
                boolean byClient = frame.getAsJsonObject().get("dir").getAsString().equals("c2s");
                frames.add(new Sent(byClient, Frame.of(bytes(frame.getAsJsonObject(), "hex"))));
            }
        }
        return new Transcript(
                json.get("id").getAsString(),
                json.get("kind").getAsString(),
                json.get("transport").getAsString().equals("mux"),
                json.get("closed_by_server").getAsBoolean(),
                calls,
                frames,
                Optional.ofNullable(json.getAsJsonObject("trigger")).map(Transcript::call));
    }

    private static Call call(JsonObject json) {
        return new Call(
                text(json, "method"),
                json.has("seq") && !json.get("seq").isJsonNull() ? json.get("seq").getAsBigInteger().longValue() : 0,
                text(json, "request_struct"),
                json.has("request") && !json.get("request").isJsonNull() ? json.get("request") : null,
                bytes(json, "request_header_hex"),
                bytes(json, "request_body_hex"),
                json.get("responded").getAsBoolean(),
                text(json, "error"),
                bytes(json, "response_header_hex"),
                bytes(json, "response_body_hex"));
    }

    private static String text(JsonObject json, String name) {
        return json.has(name) && !json.get(name).isJsonNull() ? json.get(name).getAsString() : "";
    }

    private static byte[] bytes(JsonObject json, String name) {
        return Wire.hex(text(json, name));
    }
}
