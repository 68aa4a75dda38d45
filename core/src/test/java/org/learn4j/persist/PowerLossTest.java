package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.persist.FaultyFiles.Operation;

/** R17: the power fails after every operation of a save, and the disk does its worst with what was not forced. */
class PowerLossTest {
    private static final Path TARGET = Samples.PATH;
    private static final Path STRAY = TARGET.resolveSibling(".learn4j-0123456789abcdef0123456789abcdef.tmp");
    private static final byte[] OLD = Samples.ours(Samples.tensors(1), Samples.manifest("old"));
    private static final byte[] NEW = Samples.ours(Samples.tensors(2), Samples.manifest("new"));

    /** What becomes of bytes that were written, but not forced. */
    private enum Damage {
        KEPT,
        LOST,
        ZEROED,
        TRUNCATED,
        FLIPPED,
        REORDERED;

        byte[] apply(byte[] forced, byte[] written) {
            int unforced = written.length - forced.length;
            if (unforced == 0 || this == KEPT) {
                return written;
            }
            int middle = forced.length + unforced / 2;
            byte[] damaged = written.clone();
            switch (this) {
                case ZEROED -> Arrays.fill(damaged, forced.length, damaged.length, (byte) 0);
                case REORDERED -> Arrays.fill(damaged, forced.length, middle, (byte) 0);
                case FLIPPED -> damaged[middle] ^= 1;
                case TRUNCATED -> damaged = Arrays.copyOf(damaged, middle);
                default -> damaged = forced;
            }
            return damaged;
        }
    }

    /** Which changes of names reach the disk of those made after it was last forced to write them. */
    private enum Names {
        NONE,
        ALL,
        LAST
    }

    @ParameterizedTest
    @ValueSource(strings = {"first save", "over an old file", "over an old file, with a stray temporary file"})
    void leavesTheOldOrTheNewFileWhole(String situation) {
        Map<Path, byte[]> before = before(situation);
        var outcome = crashEverywhere(before, save(before));

        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.cases()).isBetween(100, 500);
    }

    @Test
    void theNextSaveWorksAndClearsUp() {
        Map<Path, byte[]> before = before("over an old file, with a stray temporary file");
        List<Operation> operations = save(before);
        for (int prefix = 0; prefix <= operations.size(); prefix++) {
            for (Damage damage : Damage.values()) {
                for (Names names : Names.values()) {
                    var disk = new FaultyFiles(crash(before, operations.subList(0, prefix), damage, names));
                    SafeTensors.write(disk, TARGET, Samples.tensors(2), Samples.manifest("new"));

                    assertThat(disk.files()).containsOnlyKeys(TARGET);
                    assertThat(disk.files().get(TARGET)).isEqualTo(NEW);
                }
            }
        }
    }

    @Test
    void wouldFindASaveThatDoesNotForceTheFile() {
        assertThat(violationsOf(operations -> without(operations, FaultyFiles.Force.class)))
                .isNotEmpty();
    }

    @Test
    void wouldFindASaveThatDoesNotForceTheDirectory() {
        assertThat(violationsOf(operations -> without(operations, FaultyFiles.ForceDirectory.class)))
                .isNotEmpty();
    }

    @Test
    void wouldFindASaveThatDeletesTheOldFileFirst() {
        assertThat(violationsOf(operations -> operations.stream()
                        .flatMap(operation -> operation instanceof FaultyFiles.Move
                                ? Stream.of(new FaultyFiles.Delete(TARGET), operation)
                                : Stream.of(operation))
                        .toList()))
                .isNotEmpty();
    }

    @Test
    void wouldFindASaveThatWritesInPlace() {
        assertThat(violationsOf(operations -> without(operations, FaultyFiles.Move.class).stream()
                        .map(operation -> operation instanceof FaultyFiles.Create create
                                ? new FaultyFiles.Create(TARGET, create.file())
                                : operation)
                        .toList()))
                .isNotEmpty();
    }

    private static List<String> violationsOf(UnaryOperator<List<Operation>> mistake) {
        Map<Path, byte[]> before = before("over an old file");
        return crashEverywhere(before, mistake.apply(save(before))).violations();
    }

    private static List<Operation> without(List<Operation> operations, Class<? extends Operation> kind) {
        return operations.stream()
                .filter(operation -> !kind.isInstance(operation))
                .toList();
    }

    private static Map<Path, byte[]> before(String situation) {
        Map<Path, byte[]> files = new TreeMap<>();
        if (!situation.equals("first save")) {
            files.put(TARGET, OLD);
        }
        if (situation.endsWith("stray temporary file")) {
            files.put(STRAY, Arrays.copyOf(NEW, 100));
        }
        return files;
    }

    private static List<Operation> save(Map<Path, byte[]> before) {
        var disk = new FaultyFiles(before);
        SafeTensors.write(disk, TARGET, Samples.tensors(2), Samples.manifest("new"));
        assertThat(disk.openFiles()).isZero();
        return disk.operations();
    }

    private record Outcome(int cases, List<String> violations) {}

    private static Outcome crashEverywhere(Map<Path, byte[]> before, List<Operation> operations) {
        List<String> violations = new ArrayList<>();
        int cases = 0;
        for (int prefix = 0; prefix <= operations.size(); prefix++) {
            for (Damage damage : Damage.values()) {
                for (Names names : Names.values()) {
                    cases++;
                    var after = crash(before, operations.subList(0, prefix), damage, names);
                    boolean returned = prefix == operations.size();
                    if (!isWhole(Optional.ofNullable(after.get(TARGET)), before.containsKey(TARGET), returned)) {
                        violations.add(prefix + " of " + operations + ", " + damage + ", names: " + names);
                    }
                }
            }
        }
        return new Outcome(cases, violations);
    }

    private static boolean isWhole(Optional<byte[]> file, boolean existed, boolean returned) {
        if (file.isEmpty()) {
            return !existed && !returned;
        }
        boolean isNew = Arrays.equals(file.get(), NEW);
        boolean isOld = existed && Arrays.equals(file.get(), OLD);
        if (isNew || isOld && !returned) {
            Samples.readAll(file.get());
            return true;
        }
        return false;
    }

    /** Returns what is on the disk when the power comes back. */
    private static Map<Path, byte[]> crash(
            Map<Path, byte[]> before, List<Operation> operations, Damage damage, Names names) {
        Map<Integer, byte[]> written = new HashMap<>();
        Map<Integer, byte[]> forced = new HashMap<>();
        Map<Path, Integer> durable = new TreeMap<>();
        before.forEach((name, bytes) -> {
            int file = durable.size();
            durable.put(name, file);
            written.put(file, bytes);
            forced.put(file, bytes);
        });
        List<Operation> pending = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation instanceof FaultyFiles.Write write) {
                written.merge(write.file(), write.bytes(), PowerLossTest::join);
            } else if (operation instanceof FaultyFiles.Force force) {
                forced.put(force.file(), written.get(force.file()));
            } else if (operation instanceof FaultyFiles.ForceDirectory) {
                pending.forEach(change -> rename(durable, change));
                pending.clear();
            } else {
                if (operation instanceof FaultyFiles.Create create) {
                    written.put(create.file(), new byte[0]);
                    forced.put(create.file(), new byte[0]);
                }
                pending.add(operation);
            }
        }
        survivors(pending, names, written.size()).forEach(change -> rename(durable, change));
        Map<Path, byte[]> after = new TreeMap<>();
        durable.forEach((name, file) -> after.put(name, damage.apply(forced.get(file), written.get(file))));
        return after;
    }

    private static List<Operation> survivors(List<Operation> pending, Names names, int files) {
        if (pending.isEmpty() || names == Names.ALL) {
            return pending;
        } else if (names == Names.NONE) {
            return List.of();
        }
        Operation last = pending.get(pending.size() - 1);
        // the new name of a file may survive without the creation of its temporary name
        return last instanceof FaultyFiles.Move move
                ? List.of(new FaultyFiles.Create(move.to(), files - 1))
                : List.of(last);
    }

    private static void rename(Map<Path, Integer> names, Operation change) {
        if (change instanceof FaultyFiles.Create create) {
            names.put(create.name(), create.file());
        } else if (change instanceof FaultyFiles.Delete delete) {
            names.remove(delete.name());
        } else if (change instanceof FaultyFiles.Move move) {
            names.put(move.to(), names.remove(move.from()));
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
