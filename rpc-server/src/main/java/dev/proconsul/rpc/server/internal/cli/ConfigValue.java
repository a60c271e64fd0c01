package dev.proconsul.rpc.server.internal.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value of a configuration file, and where it stands.
///
/// @param file path of the file
/// @param key  the whole key, with dots
/// @param raw  what stands there, as JSON has it
record ConfigValue(String file, String key, @Nullable Object raw) {
    String text() throws UsageError {
        if (raw instanceof String text) {
            return text;
        }
        throw expected("a text");
    }

    boolean bool() throws UsageError {
        if (raw instanceof Boolean value) {
            return value;
        }
        throw expected("true or false");
    }

    String oneOf(String... words) throws UsageError {
        if (raw instanceof String text && List.of(words).contains(text)) {
            return text;
        }
        throw expected("one of " + String.join(", ", words));
    }

    int integer() throws UsageError {
        if (raw instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw expected("a whole number");
    }

    Duration duration() throws UsageError {
        var time = raw instanceof String text ? Durations.parse(text) : Optional.<Duration>empty();
        return time.orElseThrow(() -> expected("a duration such as \"5s\" or \"1m30s\""));
    }

    /// {@return the texts of a JSON list}
    List<String> texts() throws UsageError {
        if (!(raw instanceof List<?> list)) {
            throw expected("a list of texts");
        }
        var texts = new ArrayList<String>();
        for (var element : list) {
            if (!(element instanceof String text)) {
                throw expected("a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /// {@return the parts of a list with commas between, without the blanks around them}
    List<String> commaList() throws UsageError {
        return Arrays.stream(text().split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    }

    UsageError expected(String what) {
        return new UsageError(file + ": " + key + " is " + JsonText.printLine(raw) + ", but must be " + what);
    }

    UsageError wrong(String why) {
        return new UsageError(file + ": " + why);
    }
}
