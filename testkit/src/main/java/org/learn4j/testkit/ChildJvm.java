package org.learn4j.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own for what a test cannot do to itself: being killed, running out of memory, leaving with an exit code.
 *
 * <pre>{@code
 * try (var child = ChildJvm.start(SavingInALoop.class, List.of("-Xmx64m"), path.toString())) {
 *     child.awaitLine("saving");
 *     child.kill();
 * }
 * }</pre>
 *
 * <p>It runs with the class path of this JVM; standard output and errors are one stream.
 */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    private ChildJvm(Process process) {
        this.process = process;
        this.reader = new Thread(this::readLines, "output of child JVM " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a class with a {@code main} method.
     *
     * @param main the class
     * @param flags flags of the JVM, such as {@code -Xmx64m}
     * @param arguments the arguments of {@code main}
     * @throws UncheckedIOException if the JVM cannot be started
     */
    public static ChildJvm start(Class<?> main, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ChildJvm(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + main.getName() + ": " + e, e);
        }
    }

    /**
     * Waits until the child has printed a line.
     *
     * @throws IllegalStateException if it ends without doing so, with its output
     */
    public synchronized void awaitLine(String line) {
        while (!lines.contains(line)) {
            if (ended) {
                throw new IllegalStateException("the child JVM ended without printing \"" + line + "\":\n" + output());
            }
            waitForOutput();
        }
    }

    /** Ends the child at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        exitCode(Duration.ofMinutes(1));
    }

    /**
     * Waits for the end of the child and returns its exit code.
     *
     * @throws IllegalStateException if it does not end in time, with its output; it is killed then
     */
    public int exitCode(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the child JVM did not end within " + limit + ":\n" + output());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the child JVM", e);
        }
    }

    /** Returns what the child has printed so far. */
    public synchronized String output() {
        return String.join("\n", lines);
    }

    /** Kills the child if it still runs. */
    @Override
    public void close() {
        kill();
    }

    private void readLines() {
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                append(line);
            }
        } catch (IOException e) {
            append("(" + e + ")");
        }
        end();
    }

    private synchronized void append(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized void waitForOutput() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the child JVM", e);
        }
    }
}
