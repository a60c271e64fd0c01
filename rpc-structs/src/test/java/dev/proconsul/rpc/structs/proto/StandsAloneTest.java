package dev.proconsul.rpc.structs.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.Methods;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the module asks of those who use only its msgpack records.
class StandsAloneTest {
    @Test
    void needsNoLibraryAtRunTimeForRecords() {
        ModuleDescriptor module = Methods.class.getModule().getDescriptor();

        assertEquals(Set.of("java.base"), module.requires().stream()
                .filter(required -> !required.modifiers().contains(Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet()));
    }
}
