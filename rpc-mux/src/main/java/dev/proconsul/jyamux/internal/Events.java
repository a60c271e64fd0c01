package dev.proconsul.jyamux.internal;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// The events of the flight recorder. Each costs a check of a flag while nobody records.
final class Events implements Flight {
    private static final String CATEGORY = "jyamux";

    @Name("dev.proconsul.jyamux.SessionEnd")
    @Label("Session End")
    @Category(CATEGORY)
    @Description("A session has ended; what it carried")
    @StackTrace(false)
    private static final class SessionEnd extends Event {
        @Label("Session")
        String session = "";

        @Label("Reason")
        String reason = "";

        @Label("Lasted")
        @Timespan
        long lasted;

        @Label("Bytes Sent")
        @DataAmount
        long bytesSent;

        @Label("Bytes Received")
        @DataAmount
        long bytesReceived;

        @Label("Streams")
        long streams;
    }

    @Name("dev.proconsul.jyamux.WriteStall")
    @Label("Write Stall")
    @Category(CATEGORY)
    @Description("A write waited for the peer's credit, or for room in the output buffer")
    private static final class WriteStall extends Event {
        @Label("Session")
        String session = "";

        @Label("Stream")
        String stream = "";
    }

    @Name("dev.proconsul.jyamux.WindowChange")
    @Label("Window Change")
    @Category(CATEGORY)
    @Description("The receive window of a stream has grown or shrunk")
    @StackTrace(false)
    private static final class WindowChange extends Event {
        @Label("Session")
        String session = "";

        @Label("Stream")
        String stream = "";

        @Label("Window")
        @DataAmount
        long bytes;
    }

    @Name("dev.proconsul.jyamux.StreamRefusal")
    @Label("Stream Refusal")
    @Category(CATEGORY)
    @Description("A stream of the peer was reset because there were too many, or this side had gone away")
    @StackTrace(false)
    private static final class StreamRefusal extends Event {
        @Label("Session")
        String session = "";

        @Label("Stream")
        String stream = "";
    }

    @Name("dev.proconsul.jyamux.RoundTrip")
    @Label("Round Trip")
    @Category(CATEGORY)
    @Description("A ping was answered")
    @StackTrace(false)
    private static final class RoundTripTime extends Event {
        @Label("Session")
        String session = "";

        @Label("Time")
        @Timespan
        long time;
    }

    @Override
    public void sessionEnded(String session, String reason, Duration lasted, Counters counters) {
        SessionEnd event = new SessionEnd();
        if (event.isEnabled()) {
            event.session = session;
            event.reason = reason;
            event.lasted = lasted.toNanos();
            event.bytesSent = counters.bytesSent.sum();
            event.bytesReceived = counters.bytesReceived.sum();
            event.streams = counters.streamsOpened.sum() + counters.streamsReceived.sum();
            event.commit();
        }
    }

    @Override
    public Object stallBegins() {
        WriteStall event = new WriteStall();
        event.begin();
        return event;
    }

    @Override
    public void stallEnds(Object begun, String session, int stream) {
        WriteStall event = (WriteStall) begun;
        if (event.shouldCommit()) {
            event.session = session;
            event.stream = Integer.toUnsignedString(stream);
            event.commit();
        }
    }

    @Override
    public void windowChanged(String session, int stream, int bytes) {
        WindowChange event = new WindowChange();
        if (event.isEnabled()) {
            event.session = session;
            event.stream = Integer.toUnsignedString(stream);
            event.bytes = bytes;
            event.commit();
        }
    }

    @Override
    public void streamRefused(String session, int stream) {
        StreamRefusal event = new StreamRefusal();
        if (event.isEnabled()) {
            event.session = session;
            event.stream = Integer.toUnsignedString(stream);
            event.commit();
        }
    }

    @Override
    public void roundTrip(String session, Duration time) {
        RoundTripTime event = new RoundTripTime();
        if (event.isEnabled()) {
            event.session = session;
            event.time = time.toNanos();
            event.commit();
        }
    }
}
