package dev.proconsul.rpc.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// [Accepted] as JSON: a block for each scenario, always in the same order, so that a diff shows what has changed.
///
/// @param path of the file
record AcceptedFile(Path path) {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    /// More of a ratio would be noise.
    private static final MathContext DIGITS = new MathContext(4);
    private static final String FULL = "full";
    private static final String QUICK = "quick";

    static AcceptedFile in(Path module) {
        return new AcceptedFile(module.resolve("accepted.json"));
    }

    /// {@return what was accepted; nothing when there is no file}
    /// @throws IOException when the file is damaged; the message is one line
    Accepted read() throws IOException {
        if (!Files.exists(path)) {
            return Accepted.NOTHING;
        }
        try {
            return accepted(new Node("", JsonParser.parseString(Files.readString(path))));
        } catch (JsonParseException e) {
            throw damaged(Objects.requireNonNullElse(e.getCause(), e));
        } catch (DamagedException | IOException e) {
            throw damaged(e);
        }
    }

    private IOException damaged(Throwable cause) {
        var reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new IOException(
                path + " is damaged (" + reason + "): restore it, or delete it and run with --accept", cause);
    }

    /// Something in the file is not what it should be.
    private static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }

    private static Accepted accepted(Node file) throws DamagedException {
        var entries = new TreeMap<Scenario, Accepted.Entry>();
        for (var title : file.object().keySet()) {
            var scenario = Scenario.of(title)
                    .orElseThrow(() -> new DamagedException("no scenario is called " + title));
            entries.put(scenario, entry(file.at(title)));
        }
        return new Accepted(entries);
    }

    private static Accepted.Entry entry(Node entry) throws DamagedException {
        var ratios = new LinkedHashMap<String, Ratios>();
        for (var contender : entry.at("ratios").object().keySet()) {
            ratios.put(contender, ratios(entry.at("ratios").at(contender)));
        }
        return new Accepted.Entry(setting(entry), ratios);
    }

    private static Setting setting(Node entry) throws DamagedException {
        var run = entry.at("run");
        if (!run.text().equals(FULL) && !run.text().equals(QUICK)) {
            throw run.isNot(FULL + " or " + QUICK);
        }
        return new Setting(entry.at("date").date(),
                entry.at("processor").text(), (int) entry.at("processors").number(),
                entry.at("jdk").text(), entry.at("go").text(), run.text().equals(QUICK));
    }

    private static Ratios ratios(Node ratios) throws DamagedException {
        return new Ratios(ratios.at("rate").number(), ratios.at("cpu").number(), ratios.at("p99").number());
    }

    /// A part of the file.
    ///
    /// @param place where it is, for messages
    /// @param json  null when it is missing
    private record Node(String place, @Nullable JsonElement json) {
        Node at(String name) throws DamagedException {
            return new Node(place.isEmpty() ? name : place + "." + name, object().get(name));
        }

        JsonObject object() throws DamagedException {
            if (json instanceof JsonObject object) {
                return object;
            }
            throw isNot("an object");
        }

        String text() throws DamagedException {
            if (json instanceof JsonPrimitive primitive && primitive.isString()) {
                return primitive.getAsString();
            }
            throw isNot("a string");
        }

        double number() throws DamagedException {
            if (json instanceof JsonPrimitive primitive && primitive.isNumber()) {
                double number = primitive.getAsDouble();
                if (number > 0 && Double.isFinite(number)) {
                    return number;
                }
            }
            throw isNot("a number above 0");
        }

        LocalDate date() throws DamagedException {
            try {
                return LocalDate.parse(text());
            } catch (DateTimeException e) {
                throw isNot("a date");
            }
        }

        DamagedException isNot(String expected) {
            return new DamagedException((place.isEmpty() ? "the whole" : place) + " is not " + expected);
        }
    }

    /// Writes the file, or leaves it as it was.
    void write(Accepted accepted) throws IOException {
        var file = new JsonObject();
        accepted.entries().forEach((scenario, entry) -> file.add(scenario.title(), json(entry)));
        var written = path.resolveSibling(path.getFileName() + ".new");
        Files.writeString(written, GSON.toJson(file) + "\n");
        Files.move(written, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static JsonObject json(Accepted.Entry entry) {
        var setting = entry.setting();
        var json = new JsonObject();
        json.addProperty("date", setting.date().toString());
        json.addProperty("processor", setting.processor());
        json.addProperty("processors", setting.processors());
        json.addProperty("jdk", setting.jdk());
        json.addProperty("go", setting.go());
        json.addProperty("run", setting.quick() ? QUICK : FULL);
        var ratios = new JsonObject();
        entry.ratios().forEach((contender, each) -> ratios.add(contender, json(each)));
        json.add("ratios", ratios);
        return json;
    }

    private static JsonObject json(Ratios ratios) {
        var json = new JsonObject();
        json.addProperty("rate", rounded(ratios.rate()));
        json.addProperty("cpu", rounded(ratios.cpu()));
        json.addProperty("p99", rounded(ratios.p99()));
        return json;
    }

    private static BigDecimal rounded(double ratio) {
        return new BigDecimal(BigDecimal.valueOf(ratio).round(DIGITS).stripTrailingZeros().toPlainString());
    }
}
