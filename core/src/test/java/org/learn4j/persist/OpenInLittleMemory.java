package org.learn4j.persist;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** A program that opens files and prints what became of them; to be run with hardly more memory than it may use. */
final class OpenInLittleMemory {
    private OpenInLittleMemory() {}

    public static void main(String[] paths) {
        for (String path : paths) {
            String outcome = "read";
            try (var file = SafeTensors.open(Path.of(path))) {
                file.verify();
            } catch (ModelFormatException e) {
                outcome = "refused: " + e.reason();
            }
            System.out.println(Path.of(path).getFileName() + " " + outcome);
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        if (direct > 20 << 20) {
            throw new IllegalStateException("native memory: " + direct);
        }
    }
}
