package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.autograd.Tape;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.LeakGuard.State;

/** The guard sees what is left behind; that it is at work on this class too, the last test shows. */
class LeakGuardTest {
    private static List<String> leftBy(Runnable test) {
        State before = State.now();
        test.run();
        return LeakGuard.leftSince(before);
    }

    @Test
    void nothing_is_left_by_a_tidy_test() {
        assertThat(leftBy(() -> {
                    try (TensorScope scope = TensorScope.open();
                            Tape tape = Tape.open()) {
                        Tensor.ones(3).plus(1);
                    }
                }))
                .isEmpty();
    }

    @Test
    void open_scopes_are_seen() {
        TensorScope[] open = new TensorScope[1];
        assertThat(leftBy(() -> open[0] = TensorScope.open()))
                .singleElement()
                .asString()
                .contains("tensor scopes");
        open[0].close();
    }

    @Test
    void open_tapes_are_seen() {
        Tape[] open = new Tape[1];
        assertThat(leftBy(() -> open[0] = Tape.open()))
                .singleElement()
                .asString()
                .contains("tape");
        open[0].close();
    }

    @Test
    void native_memory_is_seen() {
        Tensor[] forgotten = new Tensor[1];
        assertThat(leftBy(() -> forgotten[0] = Tensor.ones(10)))
                .singleElement()
                .asString()
                .contains("40 bytes", "1 blocks");
        forgotten[0].close();
    }

    @Test
    void hooks_are_seen() {
        LayerHooks.Registration[] hook = new LayerHooks.Registration[1];
        Sequential layer = Sequential.of();
        assertThat(leftBy(() -> hook[0] = LayerHooks.register(layer, (at, inputs, output) -> output)))
                .singleElement()
                .asString()
                .contains("hooks: on 0 layers before, on 1 after");
        hook[0].close();
    }

    @Test
    void threads_are_seen_if_they_do_not_end() {
        CountDownLatch end = new CountDownLatch(1);
        Runnable waiting = () -> {
            try {
                end.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        };
        assertThat(leftBy(() -> new Thread(waiting, "learn4j-forgotten").start()))
                .singleElement()
                .asString()
                .contains("learn4j-forgotten");
        end.countDown();
        assertThat(leftBy(() -> new Thread(() -> {}, "learn4j-short").start())).isEmpty();
    }

    @Test
    void system_properties_are_seen() {
        assertThat(leftBy(() -> System.setProperty("learn4j.test", "1")))
                .singleElement()
                .asString()
                .contains("learn4j.test=null -> 1");
        System.clearProperty("learn4j.test");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_files_are_seen(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("forgotten.txt");
        FileChannel[] open = new FileChannel[1];
        assertThat(leftBy(() -> {
                    try {
                        open[0] = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                }))
                .singleElement()
                .asString()
                .contains("open files", "forgotten.txt");
        open[0].close();
    }

    @Test
    void an_interrupt_is_seen_and_cleared() {
        assertThat(leftBy(() -> Thread.currentThread().interrupt()))
                .singleElement()
                .asString()
                .contains("interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void the_guard_is_at_work_on_every_test() {
        assertThat(LeakGuard.isAtWork()).isTrue();
    }
}
