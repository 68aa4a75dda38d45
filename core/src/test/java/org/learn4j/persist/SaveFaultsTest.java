package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.tensor.DType;

/** R18 and R19: every call to the file system fails once, and from then on. */
class SaveFaultsTest {
    private static final Path TARGET = Samples.PATH;
    private static final Path STRAY = TARGET.resolveSibling(".learn4j-0123456789abcdef0123456789abcdef.tmp");
    private static final byte[] OLD = Samples.ours(Samples.tensors(1), Samples.manifest("old"));
    private static final byte[] NEW = Samples.ours(Samples.tensors(2), Samples.manifest("new"));

    /** Calls whose failure is no reason not to save: clearing up after others. */
    private static final Set<String> HARMLESS = Set.of("list", "deleteAbandoned");

    /** Calls after the file has its name. */
    private static final Set<String> LATE = Set.of("forceDirectory", "close");

    private static FaultyFiles disk() {
        return new FaultyFiles(Map.of(TARGET, OLD, STRAY, new byte[100]));
    }

    private static void save(FaultyFiles disk) {
        SafeTensors.write(disk, TARGET, Samples.tensors(2), Samples.manifest("new"));
    }

    private static int callsOfASave() {
        var disk = disk();
        save(disk);
        return disk.calls();
    }

    static Stream<Function<String, IOException>> failures() {
        return Stream.of(
                IOException::new,
                message -> new FileSystemException(TARGET.toString(), null, "No space left on device: " + message),
                message -> new AccessDeniedException(TARGET.toString(), null, message));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aSaveInWhichOneCallFailsIsDoneOrUndone(Function<String, IOException> failure) {
        int calls = callsOfASave();
        assertThat(calls).isGreaterThan(10);
        for (int failing = 1; failing <= calls; failing++) {
            int only = failing;
            var disk = disk().failing(call -> call == only).with(failure);
            Throwable thrown = catchThrowable(() -> save(disk));

            assertThat(disk.openFiles()).isZero();
            if (HARMLESS.contains(disk.lastFailed())) {
                assertThat(thrown).isNull();
                assertThat(disk.files().get(TARGET)).isEqualTo(NEW);
            } else {
                assertThat(thrown)
                        .as("call %s, %s", failing, disk.lastFailed())
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining(TARGET.toString())
                        .hasMessageContaining("injected into " + disk.lastFailed());
                assertThat(disk.files()).containsOnlyKeys(TARGET);
                assertThat(disk.files().get(TARGET)).isEqualTo(LATE.contains(disk.lastFailed()) ? NEW : OLD);
            }
        }
    }

    @Test
    void aSaveInWhichAllCallsFailFromSomePointOnLeavesNothingThatTheNextDoesNotClearUp() {
        int calls = callsOfASave();
        for (int failing = 1; failing <= calls; failing++) {
            int first = failing;
            var disk = disk().failing(call -> call >= first);

            assertThatThrownBy(() -> save(disk))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(TARGET.toString());
            assertThat(disk.openFiles()).isZero();
            assertThat(disk.files().get(TARGET)).isIn(OLD, NEW);

            disk.failing(call -> false);
            save(disk);
            assertThat(disk.files()).containsOnlyKeys(TARGET);
            assertThat(disk.files().get(TARGET)).isEqualTo(NEW);
        }
    }

    @Test
    void bytesAreWrittenWhereverAnInterruptComes() {
        var counted = disk();
        AtomicFile.write(counted, TARGET, FileOps.Readers.USUAL, NEW);
        assertThat(counted.calls()).isGreaterThan(8);
        for (int interrupted = 1; interrupted <= counted.calls(); interrupted++) {
            int only = interrupted;
            var disk = disk().failing(call -> call == only).with(message -> new ClosedByInterruptException());

            AtomicFile.write(disk, TARGET, FileOps.Readers.USUAL, NEW);

            assertThat(Thread.interrupted()).isEqualTo(!HARMLESS.contains(disk.lastFailed()));
            assertThat(disk.files().get(TARGET)).isEqualTo(NEW);
            assertThat(disk.openFiles()).isZero();
        }
    }

    @Test
    void whatPreventsClearingUpIsReportedWithTheFailure() {
        var disk = disk().failing(call -> call >= 7);

        assertThatThrownBy(() -> save(disk))
                .cause()
                .satisfies(cause -> assertThat(cause.getSuppressed())
                        .anySatisfy(suppressed -> assertThat(suppressed).hasMessageContaining("injected into delete")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flips a bit", "drops a byte", "adds a byte", "stores nothing"})
    void aDiskThatStoresSomethingElseIsFoundOut(String lie) {
        var disk = disk().storing(bytes -> switch (lie) {
            case "flips a bit" -> {
                byte[] flipped = bytes.clone();
                flipped[flipped.length / 2] ^= 16;
                yield flipped;
            }
            case "drops a byte" -> Arrays.copyOf(bytes, bytes.length - 1);
            case "adds a byte" -> Arrays.copyOf(bytes, bytes.length + 1);
            default -> new byte[0];
        });

        assertThatThrownBy(() -> save(disk))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk returned other bytes");
        assertThat(disk.files()).containsOnlyKeys(TARGET);
        assertThat(disk.files().get(TARGET)).isEqualTo(OLD);
    }

    @Test
    void aDiskThatReadsLittleAtATimeIsNoProblem() {
        var disk = disk().readingAtMost(7);
        save(disk);

        try (var file = SafeTensors.open(disk, TARGET)) {
            file.verify();
        }
        assertThat(disk.files().get(TARGET)).isEqualTo(NEW);
    }

    @Test
    void whatTheTensorsThrowLeavesTheOldFile() {
        for (Throwable thrown : List.of(new IllegalStateException("closed"), new OutOfMemoryError("no room"))) {
            var disk = disk();
            int[] asked = {0};
            var tensor = NamedTensor.of("tensor", DType.UINT8, new long[] {4}, () -> {
                if (++asked[0] == 2) {
                    SaveFaultsTest.<RuntimeException>sneak(thrown);
                }
                return List.of(ByteBuffer.allocate(4));
            });

            assertThatThrownBy(() -> SafeTensors.write(disk, TARGET, List.of(tensor), Json.object()))
                    .isSameAs(thrown);
            assertThat(disk.files()).containsOnlyKeys(TARGET);
            assertThat(disk.files().get(TARGET)).isEqualTo(OLD);
            assertThat(disk.openFiles()).isZero();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aTensorThatChangesWhileItIsSavedIsNotSaved() {
        var disk = disk();
        byte[] counter = {0};
        var tensor = NamedTensor.of("tensor", DType.UINT8, new long[] {1}, () -> {
            counter[0]++;
            return List.of(ByteBuffer.wrap(counter));
        });

        assertThatThrownBy(() -> SafeTensors.write(disk, TARGET, List.of(tensor), Json.object()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"tensor\" UINT8[1] changed");
        assertThat(disk.files().get(TARGET)).isEqualTo(OLD);
    }

    @Test
    void aLoadInWhichOneCallFailsNamesTheFileAndClosesIt() {
        var healthy = disk();
        load(healthy);
        for (int failing = 1; failing <= healthy.calls(); failing++) {
            int only = failing;
            var disk = disk().failing(call -> call == only);

            assertThatThrownBy(() -> load(disk))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(TARGET.toString());
            assertThat(disk.openFiles()).isZero();
        }
    }

    @Test
    void aLoadThatFailsLeavesZerosInTheBuffer() {
        var disk = disk().readingAtMost(7);
        try (var file = SafeTensors.open(disk, TARGET)) {
            int calls = disk.calls();
            disk.failing(call -> call == calls + 3);
            var into = ByteBuffer.wrap(Samples.random(5, 48));

            assertThatThrownBy(() -> file.read("model/0/weight", into)).isInstanceOf(UncheckedIOException.class);
            assertThat(into.array()).containsOnly(0);
        }
    }

    private static void load(FaultyFiles disk) {
        try (var file = SafeTensors.open(disk, TARGET)) {
            for (String name : file.names()) {
                file.read(name, ByteBuffer.allocate((int) file.byteSize(name)));
            }
        }
    }
}
