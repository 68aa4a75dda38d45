package org.learn4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A JVM of its own for one group. Native libraries read their settings from the environment when they are loaded, so the
 * settings must be there before the process starts.
 *
 * @param policy what idle OpenMP threads do
 * @param jvmOptions options for the JVM beyond our own
 */
record ChildProcess(WaitPolicy policy, List<String> jvmOptions) {
    /** Variables of these libraries are not inherited: a setting left over from elsewhere must not decide a ratio. */
    private static final List<String> CLEARED =
            List.of("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "MALLOC_", "ATEN_", "DNNL_", "ONEDNN_", "LD_PRELOAD");

    private static final List<String> JVM_OPTIONS = List.of(
            "-Xms1g",
            "-Xmx4g",
            "-Dorg.bytedeco.javacpp.maxBytes=8g",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", // no limit
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

    private static final int JDK_THAT_WARNS_OF_NATIVE_ACCESS = 24;

    /** Returns the settings under which the peers are fastest, found by trying them. */
    Map<String, String> settings() {
        String threads = String.valueOf(Machine.threads());
        var settings = new TreeMap<>(policy.variables());
        settings.put("OMP_NUM_THREADS", threads);
        settings.put("OPENBLAS_NUM_THREADS", threads);
        settings.put("OPENBLAS_THREAD_TIMEOUT", "4"); // its idle threads leave the processor to OpenMP's
        settings.put("MALLOC_ARENA_MAX", "1"); // temporaries from one heap that is kept: no page faults
        settings.put("MALLOC_MMAP_THRESHOLD_", String.valueOf(1L << 30));
        settings.put("MALLOC_TRIM_THRESHOLD_", String.valueOf(16L << 30));
        settings.put("MALLOC_TOP_PAD_", String.valueOf(64L << 20));
        return settings;
    }

    /** Runs a class of ours in the child and waits for it. */
    void run(Class<?> main, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        if (Runtime.version().feature() >= JDK_THAT_WARNS_OF_NATIVE_ACCESS) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().keySet().removeIf(name -> CLEARED.stream().anyMatch(name::startsWith));
        builder.environment().putAll(settings());
        waitFor(builder);
    }

    private static void waitFor(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            var end = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(end); // an orphan would disturb the next measurement
            int code = process.waitFor();
            Runtime.getRuntime().removeShutdownHook(end);
            if (code != 0) {
                throw new IllegalStateException("the measuring process ended with code " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    /** Returns our class path: under {@code exec:java} that of the plugin's class loader, not of Maven's JVM. */
    static String classPath() {
        if (ChildProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    /** Returns the folder {@code target} of this module, or of the working directory when it runs from elsewhere. */
    static Path target() {
        try {
            var source = ChildProcess.class.getProtectionDomain().getCodeSource();
            Path classes = Path.of(source.getLocation().toURI());
            Path target = classes.resolveSibling("");
            return target.endsWith("target") ? target : Files.createDirectories(Path.of("target"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
