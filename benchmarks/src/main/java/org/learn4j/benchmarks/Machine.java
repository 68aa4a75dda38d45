package org.learn4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the numbers were measured on. */
final class Machine {
    private Machine() {}

    /** Returns how many threads every contender may use: one for each processor. */
    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Returns the machine and its JDK in words, in the order of their keys. */
    static Map<String, String> description() {
        var description = new TreeMap<String, String>();
        description.put("cpu", cpu());
        description.put("threads", String.valueOf(threads()));
        description.put("memory", memory() + " GiB");
        description.put("load", String.valueOf(load()));
        description.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        description.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
        return description;
    }

    private static String cpu() {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            try (var lines = Files.lines(info, StandardCharsets.UTF_8)) {
                var facts = new TreeMap<String, String>();
                lines.map(line -> line.split("\\s*:\\s*", 2))
                        .filter(pair -> pair.length == 2)
                        .forEach(pair -> facts.putIfAbsent(pair[0], pair[1]));
                if (facts.containsKey("model name")) {
                    return "%s (family %s, model %s)"
                            .formatted(facts.get("model name"), facts.get("cpu family"), facts.get("model"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(info.toString(), e);
            }
        }
        return System.getProperty("os.arch");
    }

    /** Returns how many processes wanted a processor in the last minute, ours included; negative where nobody counts. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static long memory() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean sun ? sun.getTotalMemorySize() >> 30 : 0;
    }
}
