package org.learn4j.testkit;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.learn4j.autograd.Tape;
import org.learn4j.nn.LayerHooks;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;

/**
 * Fails a test that leaves something behind: open tensor scopes or tapes, native memory, hooks on layers, threads named
 * {@code learn4j-…}, open files (on Linux), an interrupt, changed system properties. What was there before the test does
 * not count. A test that failed already is left alone; {@link LeavesBehind} exempts one.
 *
 * <p>Applies to all tests where JUnit detects extensions by itself: with
 * {@code junit.jupiter.extensions.autodetection.enabled=true} and this class in
 * {@code META-INF/services/org.junit.jupiter.api.extension.Extension}. Else {@code @ExtendWith(LeakGuard.class)}. For tests
 * that run one after the other.
 */
public final class LeakGuard implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakGuard.class);
    private static final String THREADS = "learn4j-";
    private static final long PATIENCE_MILLIS = 2000;
    /** Set by libraries when they are first loaded. */
    private static final List<String> LIBRARIES = List.of("org.bytedeco.", "org.nd4j.", "user.timezone", "sun.font.");

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** What the JVM opens when it pleases: libraries, class files and fonts, which it keeps, devices, pipes, sockets. */
    private static final Pattern OF_THE_JVM = Pattern.compile(
            "(.*\\.(jar|so|jsa|class|ttf|ttc|otf|pf[ab])(\\.[0-9.]+)?|.*/modules|/(proc|dev|sys)/.*|[a-z_]+:.*)"
                    + "( \\(deleted\\))?");

    private static boolean atWork;

    /** For JUnit. */
    public LeakGuard() {}

    /** Returns whether it watches the test that is running. */
    static boolean isAtWork() {
        return atWork;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        atWork = true;
        context.getStore(NAMESPACE).put("before", State.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        atWork = false;
        State before = context.getStore(NAMESPACE).get("before", State.class);
        if (context.getExecutionException().isEmpty() && !isExempt(context)) {
            check(before, context.getDisplayName());
        }
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext dynamic, ExtensionContext context)
            throws Throwable {
        State before = State.now();
        invocation.proceed();
        if (!isExempt(context)) {
            check(before, context.getDisplayName());
        }
    }

    private static boolean isExempt(ExtensionContext context) {
        boolean method = context.getTestMethod()
                .map((Method test) -> AnnotationSupport.isAnnotated(test, LeavesBehind.class))
                .orElse(false);
        return method || AnnotationSupport.isAnnotated(context.getTestClass(), LeavesBehind.class);
    }

    private static void check(State before, String test) {
        List<String> left = leftSince(before);
        if (!left.isEmpty()) {
            throw new AssertionError(test + " left behind: " + String.join("; ", left));
        }
    }

    /** Returns what there is now and was not there before, in words. */
    static List<String> leftSince(State before) {
        List<String> left = new ArrayList<>();
        if (Thread.interrupted()) {
            left.add("this thread's mark of being interrupted");
        }
        awaitThreads(before.threads);
        State now = State.now();
        if (now.scopes != before.scopes) {
            left.add("tensor scopes: " + before.scopes + " were open before, " + now.scopes + " after");
        }
        if (now.recording != before.recording) {
            left.add(now.recording ? "an open tape on this thread" : "this thread's tape was closed");
        }
        if (now.bytes > before.bytes && before.scopes == 0) { // an open scope keeps what is given back to it
            left.add((now.bytes - before.bytes) + " bytes of native memory in " + (now.blocks - before.blocks)
                    + " blocks: close tensors that were made outside a scope or kept");
        }
        if (now.hooked != before.hooked) {
            left.add("hooks: on " + before.hooked + " layers before, on " + now.hooked + " after");
        }
        Set<String> threads = names(now.threads, before.threads);
        if (!threads.isEmpty()) {
            left.add("threads that did not end in " + PATIENCE_MILLIS + " ms: " + threads);
        }
        Set<String> files = opened(before.files);
        if (!files.isEmpty()) {
            left.add("open files: " + files);
        }
        Map<String, String> properties = changes(before.properties, now.properties);
        if (!properties.isEmpty()) {
            left.add("system properties: " + properties);
        }
        return left;
    }

    private static void awaitThreads(Collection<Thread> before) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        for (Thread thread : ours()) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (!before.contains(thread) && thread != Thread.currentThread() && millis > 0) {
                try {
                    thread.join(millis);
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Returns the files that are open and were not before, once those that other threads are done with are closed. */
    private static Set<String> opened(Set<String> before) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (true) {
            Set<String> files = openFiles();
            files.removeAll(before);
            if (files.isEmpty() || System.nanoTime() - end > 0) {
                return files;
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static Set<String> names(Set<Thread> now, Set<Thread> before) {
        return now.stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    private static Set<Thread> ours() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = root.getParent(); parent != null; parent = parent.getParent()) {
            root = parent;
        }
        Thread[] all = new Thread[2 * root.activeCount() + 16];
        int count = root.enumerate(all);
        return Arrays.stream(all, 0, count)
                .filter(thread -> thread.isAlive() && thread.getName().startsWith(THREADS))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Map<String, String> changes(Map<String, String> before, Map<String, String> now) {
        Map<String, String> changes = new TreeMap<>();
        Set<String> names = new HashSet<>(before.keySet());
        names.addAll(now.keySet());
        for (String name : names) {
            String was = before.get(name);
            String is = now.get(name);
            if (!Objects.equals(was, is) && LIBRARIES.stream().noneMatch(name::startsWith)) {
                changes.put(name, was + " -> " + is);
            }
        }
        return changes;
    }

    /** Returns the files this process has open, where Linux tells; without those that the JVM opens when it pleases. */
    private static Set<String> openFiles() {
        Set<String> files = new TreeSet<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (DirectoryStream<Path> links = Files.newDirectoryStream(DESCRIPTORS)) {
                for (Path link : links) {
                    target(link)
                            .filter(file -> !OF_THE_JVM.matcher(file).matches())
                            .ifPresent(files::add);
                }
            } catch (IOException | DirectoryIteratorException unknown) {
                return new TreeSet<>();
            }
        }
        return files;
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }

    /** What a test could leave behind. */
    record State(
            int scopes,
            boolean recording,
            long bytes,
            long blocks,
            int hooked,
            Set<Thread> threads,
            Set<String> files,
            Map<String, String> properties) {
        static State now() {
            Map<String, String> properties = new TreeMap<>();
            System.getProperties()
                    .stringPropertyNames()
                    .forEach(name -> properties.put(name, System.getProperty(name, "")));
            return new State(
                    TensorScope.openScopes(),
                    Tape.isRecording(),
                    TensorMemory.bytesInUse(),
                    TensorMemory.blocksInUse(),
                    LayerHooks.hookedLayers(),
                    ours(),
                    openFiles(),
                    properties);
        }
    }
}
