package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The machine")
class MachineTest {
    @Test
    @DisplayName("A processor has the name and the numbers of the first of its kind")
    void processor() {
        var lines = List.of(
                "processor\t: 0", "cpu family\t: 6", "model\t\t: 207", "model name\t: Sample(R) 9000", "stepping\t: 2",
                "power management:", "",
                "processor\t: 1", "cpu family\t: 6", "model\t\t: 208", "model name\t: Other");
        assertEquals("Sample(R) 9000 (cpu family 6, model 207, stepping 2)", Machine.processor(lines));
        assertEquals("Sample", Machine.processor(List.of("model name : Sample")));
    }

    @Test
    @DisplayName("Where it has no name, it has its architecture")
    void nameless() throws IOException {
        assertEquals(System.getProperty("os.arch"), Machine.processor(List.of("processor\t: 0", "BogoMIPS\t: 50.00")));
        assertEquals(System.getProperty("os.arch"), Machine.processor(List.of()));
        assertFalse(Machine.processor().isBlank());
    }

    @Test
    @DisplayName("a thread's line counts if it is a compiler's, whatever its name has in it")
    void compilerThreads() {
        var rest = " S 1 1 1 0 -1 4194368 9 0 0 0 %d %d 0 0 20 0 30 0 1000 0 0";
        assertEquals(42, Machine.compilerTicks("71 (C2 CompilerThre)" + rest.formatted(40, 2)));
        assertEquals(7, Machine.compilerTicks("72 (C1 CompilerThre)" + rest.formatted(0, 7)));
        assertEquals(0, Machine.compilerTicks("73 (C2 ) 1 (x)" + rest.formatted(40, 2)));
        assertEquals(0, Machine.compilerTicks("74 (ForkJoinPool-1-)" + rest.formatted(40, 2)));
    }

    @Test
    @DisplayName("congestion control that holds bytes back is said, with what to change; the kernel's own is not")
    void congestionControl() throws IOException {
        assertTrue(Machine.sending("bbr").orElseThrow().matches("TCP's congestion control is bbr, .* sysctl \\S+=cubic"));
        assertTrue(Machine.sending("cubic").isEmpty());
        assertTrue(Machine.sending("reno").isEmpty());
        Machine.sending(); // whatever this machine has, it can be read
    }

    @Test
    @DisplayName("what this process has compiled so far is more than nothing on Linux, and nothing of one that is not there")
    void compilingHere() throws IOException {
        assertTrue(!Files.isDirectory(Path.of("/proc/self/task"))
                || Machine.compiling(ProcessHandle.current().pid()).isPositive());
        assertEquals(Duration.ZERO, Machine.compiling(Long.MAX_VALUE));
    }
}
