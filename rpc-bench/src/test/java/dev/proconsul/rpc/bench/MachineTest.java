package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
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
}
