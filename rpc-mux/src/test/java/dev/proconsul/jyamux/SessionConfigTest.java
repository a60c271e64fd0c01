package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.module.ModuleDescriptor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SessionConfigTest {
    private static final Duration YEAR = Duration.ofDays(365);

    /// A setting with a range.
    ///
    /// @param below the greatest value that is too small
    /// @param above the least that is too large, null if the type has none
    private record Setting<T>(
            String name,
            T least,
            T most,
            T below,
            @Nullable T above,
            BiFunction<SessionConfig, T, SessionConfig> with,
            Function<SessionConfig, T> read) {
        static Setting<Integer> number(String name, int least, int most,
                BiFunction<SessionConfig, Integer, SessionConfig> with, Function<SessionConfig, Integer> read) {
            Integer above = most == Integer.MAX_VALUE ? null : Integer.valueOf(most + 1);
            return new Setting<>(name, least, most, least - 1, above, with, read);
        }

        static Setting<Long> bytes(String name, BiFunction<SessionConfig, Long, SessionConfig> with,
                Function<SessionConfig, Long> read) {
            return new Setting<>(name, 0L, Long.MAX_VALUE, -1L, null, with, read);
        }

        static Setting<Duration> time(String name, Duration least,
                BiFunction<SessionConfig, Duration, SessionConfig> with, Function<SessionConfig, Duration> read) {
            return new Setting<>(name, least, YEAR, least.minusNanos(1), YEAR.plusNanos(1), with, read);
        }

        static Setting<Duration> timeout(String name, BiFunction<SessionConfig, Duration, SessionConfig> with,
                Function<SessionConfig, Duration> read) {
            return time(name, Duration.ofNanos(1), with, read);
        }

        void takes(T value) {
            SessionConfig changed = with.apply(SessionConfig.DEFAULT, value);
            assertEquals(value, read.apply(changed));
            assertEquals(SessionConfig.DEFAULT, with.apply(changed, read.apply(SessionConfig.DEFAULT)), "the others");
        }

        void refuses(T value) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                    () -> with.apply(SessionConfig.DEFAULT, value));
            assertEquals(name + " is " + value + ", expected " + range(), refusal.getMessage());
        }

        private String range() {
            return !(least instanceof Duration time) ? least + " to " + most
                    : (time.isZero() ? "zero or more" : "more than zero") + ", 365 days at most";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Setting<?>> SETTINGS = List.of(
            Setting.number("acceptBacklog", 1, Integer.MAX_VALUE,
                    SessionConfig::withAcceptBacklog, SessionConfig::acceptBacklog),
            Setting.number("maxInboundStreams", 1, Integer.MAX_VALUE,
                    SessionConfig::withMaxInboundStreams, SessionConfig::maxInboundStreams),
            Setting.number("maxOutboundStreams", 1, Integer.MAX_VALUE,
                    SessionConfig::withMaxOutboundStreams, SessionConfig::maxOutboundStreams),
            Setting.time("keepAliveInterval", Duration.ZERO,
                    SessionConfig::withKeepAliveInterval, SessionConfig::keepAliveInterval),
            Setting.timeout("keepAliveTimeout", SessionConfig::withKeepAliveTimeout, SessionConfig::keepAliveTimeout),
            Setting.timeout("openTimeout", SessionConfig::withOpenTimeout, SessionConfig::openTimeout),
            Setting.timeout("closeTimeout", SessionConfig::withCloseTimeout, SessionConfig::closeTimeout),
            Setting.timeout("writeStallTimeout",
                    SessionConfig::withWriteStallTimeout, SessionConfig::writeStallTimeout),
            Setting.timeout("lingerTimeout", SessionConfig::withLingerTimeout, SessionConfig::lingerTimeout),
            Setting.number("maxFrame", 1, 262_144, SessionConfig::withMaxFrame, SessionConfig::maxFrame),
            Setting.number("outputBuffer", 65_536, 1 << 30,
                    SessionConfig::withOutputBuffer, SessionConfig::outputBuffer),
            Setting.number("answersWaiting", 1, 1 << 20,
                    SessionConfig::withAnswersWaiting, SessionConfig::answersWaiting),
            Setting.bytes("deadStreamBytes", SessionConfig::withDeadStreamBytes, SessionConfig::deadStreamBytes),
            Setting.number("resetsPerSecond", 1, Integer.MAX_VALUE,
                    SessionConfig::withResetsPerSecond, SessionConfig::resetsPerSecond),
            Setting.number("emptyFramesPerSecond", 1, Integer.MAX_VALUE,
                    SessionConfig::withEmptyFramesPerSecond, SessionConfig::emptyFramesPerSecond),
            Setting.number("pingsPerSecond", 1, Integer.MAX_VALUE,
                    SessionConfig::withPingsPerSecond, SessionConfig::pingsPerSecond),
            Setting.number("maxStreamWindow", 262_144, 1 << 30,
                    SessionConfig::withMaxStreamWindow, SessionConfig::maxStreamWindow),
            Setting.bytes("maxSessionWindow", SessionConfig::withMaxSessionWindow, SessionConfig::maxSessionWindow));

    @Test
    void hasTheDefaultsOfTheOriginal() {
        assertEquals(new SessionConfig(256, 16_384, 2_147_483_647, Duration.ofSeconds(30),
                Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofMinutes(5), Duration.ofSeconds(10),
                Duration.ofSeconds(5), 65_536, 262_144, 1_024, 1_048_576, 5_000, 20_000, 10_000, 16_777_216, 67_108_864,
                WindowBudget.SHARED, false, SessionObserver.NONE), SessionConfig.DEFAULT);
    }

    @ParameterizedTest
    @FieldSource("SETTINGS")
    <T> void takesTheEndsOfARangeAndNothingBeyond(Setting<T> setting) {
        setting.takes(setting.least());
        setting.takes(setting.most());
        setting.refuses(setting.below());
        T above = setting.above();
        if (above != null) {
            setting.refuses(above);
        }
    }

    @Test
    void hasARangeForEverySettingButThree() {
        List<String> components = Arrays.stream(SessionConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !Set.of("windowBudget", "resetForgotten", "observer").contains(name))
                .toList();

        assertEquals(components, SETTINGS.stream().map(Setting::name).toList());
    }

    @Test
    void hasRoomForAFrameInTheOutputBuffer() {
        SessionConfig config = SessionConfig.DEFAULT.withOutputBuffer(100_000);

        assertEquals(100_000, config.withMaxFrame(100_000).maxFrame());
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> config.withMaxFrame(100_001));
        assertEquals("outputBuffer is 100000, expected 100001 to 1073741824", refusal.getMessage());
    }

    @Test
    @SuppressWarnings("NullAway") // callers need not be checked for it
    void refusesNull() {
        assertEquals("windowBudget", assertThrows(NullPointerException.class,
                () -> SessionConfig.DEFAULT.withWindowBudget(null)).getMessage());
        assertEquals("observer", assertThrows(NullPointerException.class,
                () -> SessionConfig.DEFAULT.withObserver(null)).getMessage());
    }

    @Test
    void changesWhatHasNoRange() {
        WindowBudget budget = new WindowBudget(0);
        SessionObserver observer = new SessionObserver() { };
        SessionConfig config = SessionConfig.DEFAULT.withWindowBudget(budget).withResetForgotten(true)
                .withObserver(observer);

        assertEquals(budget, config.windowBudget());
        assertEquals(true, config.resetForgotten());
        assertEquals(observer, config.observer());
        assertEquals(SessionConfig.DEFAULT, config.withWindowBudget(WindowBudget.SHARED).withResetForgotten(false)
                .withObserver(SessionObserver.NONE));
    }

    @Test
    void refusesABudgetBelowZero() {
        assertEquals(0, new WindowBudget(0).bytes());
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> new WindowBudget(-1));
        assertEquals("bytes is -1, expected 0 or more", refusal.getMessage());
    }

    @Test
    void needsOnlyTheJdkAndAnnotations() {
        assertEquals(Set.of("java.base", "jdk.jfr", "org.jspecify"), Session.class.getModule().getDescriptor().requires().stream()
                .map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
