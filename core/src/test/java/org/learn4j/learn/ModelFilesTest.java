package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.optim.Optimizer;
import org.learn4j.persist.Json;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.DType;
import org.learn4j.testkit.ChildJvm;

/** Weights written and read: R16, R18 and R20 as a learner sees them. */
class ModelFilesTest {
    private static final int KILLS = 50;

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("weights.safetensors");
    }

    @Test
    void weightsComeBackWithTheOptimizersState() {
        try (Learner learner = Toy.learner();
                Learner other = Toy.builder().seed(99).build()) {
            learner.fitOneCycle(2, .02);
            learner.save(file());
            Map<String, Object> saved = Toy.state(learner);
            learner.fit(1, .01);
            Map<String, Object> later = Toy.state(learner);

            learner.load(file());
            assertThat(Toy.weights(learner)).isEqualTo(weightsOf(saved));
            assertThat(Toy.state(learner)).containsEntry("counters", saved.get("counters"));
            saved.forEach((name, bits) -> {
                if (name.startsWith("optimizer ")) {
                    assertThat(Toy.state(learner)).containsEntry(name, bits);
                }
            });
            // the history, which is the learner's life, is not a part of it
            assertThat(Toy.state(learner)).containsEntry("losses", later.get("losses"));

            other.load(file());
            assertThat(Toy.weights(other)).isEqualTo(weightsOf(saved));
            assertThat(Toy.state(other)).containsEntry("counters", saved.get("counters"));
        }
    }

    private static Map<String, Object> weightsOf(Map<String, Object> state) {
        Map<String, Object> weights = new TreeMap<>(state);
        weights.keySet().removeIf(name -> !Character.isDigit(name.charAt(0)));
        return weights;
    }

    @Test
    void anOptimizerThatDoesNotFitStartsAnew() {
        try (Learner adam = Toy.learner();
                Learner sgd =
                        Toy.builder().optimizer(Optimizer.sgd().momentum(.9)).build();
                Learner grouped = Toy.builder().groups(Toy::bodyAndHead).build();
                Learner again = Toy.learner()) {
            adam.fit(1, .01);
            adam.save(file());
            for (Learner other : List.of(sgd, grouped)) {
                other.fit(1, .01);
                other.load(file());
                assertThat(Toy.weights(other)).isEqualTo(Toy.weights(adam));
                assertThat(other.updater().counters().write()).doesNotContain("5");
            }
            Path exported = folder.resolve("model.safetensors");
            adam.export(exported); // without an optimizer
            again.fit(1, .01);
            again.load(exported);
            assertThat(Toy.weights(again)).isEqualTo(Toy.weights(adam));
            assertThat(again.updater().counters().write()).doesNotContain("5");
            adam.saveCheckpoint(exported);
            again.load(exported);
            assertThat(again.updater().counters().write()).contains("5");
        }
    }

    @Test
    void weightsOfAnotherModelAreRefusedWithEveryDifference() {
        Sequential wider = Sequential.of(
                Linear.of(Toy.FEATURES, 9), Activation.relu(), BatchNorm1d.of(9), Linear.of(9, Toy.CLASSES));
        try (Learner learner = Toy.learner();
                Learner other = Learner.of(Toy.data(), wider).silent().build()) {
            learner.save(file());
            Map<String, Object> before = Toy.weights(other);
            assertThatThrownBy(() -> other.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("the weights do not fit the model")
                    .hasMessageContaining("0.weight is FLOAT32 [9, 6] in the model, FLOAT32 [8, 6] in the file")
                    .hasMessageContaining("0.bias is FLOAT32 [9] in the model, FLOAT32 [8] in the file")
                    .hasMessageContaining("2.weight is FLOAT32 [9]")
                    .hasMessageContaining("2.running_mean is FLOAT32 [9]")
                    .hasMessageContaining("2.running_var is FLOAT32 [9]")
                    .hasMessageContaining("the model has 3.weight FLOAT32 [3, 9], the file has not")
                    .hasMessageContaining("the model has 3.bias FLOAT32 [3], the file has not")
                    .hasMessageContaining("the file has 4.weight FLOAT32 [3, 8], the model has not")
                    .hasMessageContaining("the file has 4.bias FLOAT32 [3], the model has not");
            assertThat(Toy.weights(other)).isEqualTo(before);
        }
    }

    @Test
    void weightsOfAnotherTypeAreRefused() {
        try (Learner learner = Toy.learner()) {
            ByteBuffer doubles = ByteBuffer.allocate(8 * 6 * 8).order(ByteOrder.LITTLE_ENDIAN);
            NamedTensor weight = NamedTensor.of("model/0.weight", DType.FLOAT64, new long[] {8, 6}, doubles);
            SafeTensors.write(file(), List.of(weight), ModelFile.manifest("weights", learner.model()));
            assertThatThrownBy(() -> learner.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("0.weight is FLOAT32 [8, 6] in the model, FLOAT64 [8, 6] in the file");
        }
    }

    @Test
    void aFileOfAnotherLibraryIsRefused() throws IOException {
        // as the Python library writes it: no manifest, its own metadata
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},\"0.weight\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
        Files.write(file(), bytes.array());
        try (Learner learner = Toy.learner()) {
            assertThatThrownBy(() -> learner.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("not a file of Learn4J");
            assertThatThrownBy(() -> TrainedModel.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("not a file of Learn4J");
            SafeTensors.write(file(), List.of(), Json.object().with("format", "else"));
            assertThatThrownBy(() -> learner.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("expected a file of this library");
            SafeTensors.write(
                    file(),
                    List.of(),
                    ModelFile.manifest("weights", learner.model()).with("version", 2));
            assertThatThrownBy(() -> learner.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("$.version");
            Files.writeString(file(), "PK a zip perhaps");
            assertThatThrownBy(() -> learner.load(file())).isInstanceOf(ModelFormatException.class);
            Files.write(file(), new byte[0]);
            assertThatThrownBy(() -> learner.load(file())).isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void aDamagedFileIsRefusedAndNothingChanges() throws IOException {
        try (Learner learner = Toy.learner()) {
            learner.fit(1, .01);
            learner.save(file());
            byte[] whole = Files.readAllBytes(file());
            learner.fit(1, .01);
            Map<String, Object> before = Toy.state(learner);
            for (int at = 0; at < whole.length; at += whole.length / 83) {
                byte[] damaged = whole.clone();
                damaged[at] ^= 32;
                Files.write(file(), damaged);
                assertThatThrownBy(() -> learner.load(file())).isInstanceOf(ModelFormatException.class);
                Files.write(file(), Arrays.copyOf(whole, at));
                assertThatThrownBy(() -> learner.load(file())).isInstanceOf(ModelFormatException.class);
            }
            assertThat(Toy.state(learner)).isEqualTo(before);
            Files.write(file(), whole);
            learner.load(file());
        }
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNamedAndTheLearnerGoesOn() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("a file"), "not a folder");
        List<Path> impossible = List.of(
                inTheWay.resolve("weights.safetensors"), folder.resolve("none").resolve("weights.safetensors"));
        try (Learner learner = Toy.learner();
                Learner same = Toy.learner()) {
            learner.fit(1, .01);
            same.fit(1, .01);
            for (Path path : impossible) {
                for (Runnable write : List.<Runnable>of(
                        () -> learner.save(path), () -> learner.saveCheckpoint(path), () -> learner.export(path))) {
                    assertThatThrownBy(write::run)
                            .isInstanceOf(UncheckedIOException.class)
                            .hasMessageContaining(path.toString());
                }
                assertThatThrownBy(() -> learner.load(path))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining(path.toString());
            }
            learner.fit(1, .01);
            same.fit(1, .01);
            assertThat(Toy.state(learner)).isEqualTo(Toy.state(same));
            learner.save(file());
        }
    }

    @Test
    void aSaveThatFailsWithinAFitEndsItCleanly() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("a file"), "not a folder");
        Callback saver = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 3) {
                    context.learner().save(inTheWay.resolve("weights.safetensors"));
                }
            }
        };
        try (Learner learner = Toy.learner(saver);
                Learner same = Toy.learner()) {
            Throwable thrown = catchThrowable(() -> learner.fit(1, .01));
            assertThat(thrown).isInstanceOf(UncheckedIOException.class).hasMessageContaining("a file");
            learner.saveCheckpoint(file());
            same.fit(1, .01);
        }
        try (Learner rest = Toy.learner();
                Learner same = Toy.learner()) {
            rest.resume(file(), FitOptions.defaults());
            same.fit(1, .01);
            assertThat(Toy.state(rest)).isEqualTo(Toy.state(same));
        }
    }

    @Test
    @Timeout(120)
    void fiftyKillsWhileTrainingSavesLeaveAReadableFileEachTime() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Path weights = folder.resolve("weights.safetensors");
        Path checkpoint = folder.resolve("checkpoint.safetensors");
        int strays = 0;
        int kills = 0;
        try (Learner reader = TrainAndSaveInALoop.learner()) {
            while (kills < KILLS) {
                // one JVM is killed once, but several may run at a time
                try (ChildJvm one = start(weights, checkpoint);
                        ChildJvm two = start(weights, checkpoint)) {
                    for (ChildJvm child : List.of(one, two)) {
                        child.awaitLine("saving");
                        Thread.sleep(random.nextInt(60), random.nextInt(1_000_000));
                        child.kill();
                        kills++;
                        reader.load(weights);
                        reader.resume(checkpoint, stoppingAtOnce());
                    }
                }
                strays += temporaryFiles() == 0 ? 0 : 1;
            }
        }
        assertThat(strays).as("kills in the middle of a save, seed %s", seed).isPositive();
    }

    private static ChildJvm start(Path weights, Path checkpoint) {
        return ChildJvm.start(
                TrainAndSaveInALoop.class,
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                weights.toString(),
                checkpoint.toString());
    }

    private static FitOptions stoppingAtOnce() {
        return FitOptions.defaults().callbacks(new Callback() {
            @Override
            public void beforeFit(FitContext context) {
                context.stop("read");
            }
        });
    }

    private long temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tmp"))
                    .count();
        }
    }
}
