package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.callback.Checkpoints;
import org.learn4j.callback.CsvHistory;
import org.learn4j.callback.EarlyStopping;
import org.learn4j.data.DataLoaders;
import org.learn4j.metric.Metric;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.optim.Optimizer;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.testkit.SyntheticLearner;

/** R12 and R13: equal seeds give equal bits, and who only looks changes nothing. */
class DeterminismTest {
    @TempDir
    private Path folder;

    private static Map<String, Object> trained(DataLoaders data, Callback... callbacks) {
        try (Learner learner = Learner.of(data, Toy.model())
                .seed(11)
                .silent()
                .callbacks(callbacks)
                .build()) {
            learner.fitOneCycle(2, .02);
            return Toy.state(learner);
        }
    }

    @Test
    void equalSeedsGiveEqualBitsEveryTime() {
        Map<String, Object> first = trained(Toy.data());
        assertThat(trained(Toy.data())).isEqualTo(first);
        try (Learner other = SyntheticLearner.of()) {
            other.fit(1, .1);
            other.findLearningRate();
        }
        assertThat(trained(Toy.data())).isEqualTo(first);
    }

    @Test
    void equalSeedsGiveEqualBitsInAFreshJvm() {
        try (ChildJvm child = ChildJvm.start(PrintTrainedBits.class, Toy.flags())) {
            assertThat(child.exitCode(Duration.ofSeconds(60)))
                    .as(child.output())
                    .isZero();
            assertThat(child.output().lines().toList()).contains(PrintTrainedBits.line());
        }
    }

    @Test
    void anotherSeedGivesOtherBits() {
        Map<String, Object> first = trained(Toy.data());
        try (Learner learner = Toy.builder().seed(12).build()) {
            learner.fitOneCycle(2, .02);
            assertThat(Toy.state(learner).get("losses")).isNotEqualTo(first.get("losses"));
        }
    }

    @Test
    void theNumberOfWorkersChangesNothing() {
        Map<String, Object> alone = trained(Toy.data(0));
        assertThat(trained(Toy.data(1))).isEqualTo(alone);
        assertThat(trained(Toy.data(2))).isEqualTo(alone);
    }

    @Test
    void observersChangeNothing() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Callback asking = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                assertThat(context.prediction().toFloats()).isNotEmpty();
                assertThat(context.history().losses()).isNotNull();
            }

            @Override
            public void epochRecorded(FitContext context) {
                context.learner().summary();
                context.learner().validate();
                context.learner().predictions().close();
                context.learner().save(folder.resolve("weights.safetensors"));
                context.learner().export(folder.resolve("model.safetensors"));
            }
        };
        Map<String, Object> plain = trained(Toy.data());
        try (Learner learner = Toy.builder()
                .progress(ProgressDisplay.lines(new PrintStream(shown, true, StandardCharsets.UTF_8)))
                .metrics(Metric.accuracy())
                .callbacks(
                        asking,
                        CsvHistory.to(folder.resolve("history.csv")),
                        EarlyStopping.on("valid_loss").patience(9),
                        Checkpoints.to(folder.resolve("checkpoint.safetensors")).everyBatches(1))
                .build()) {
            List<LayerHooks.Registration> hooks = LayerTree.layers(learner.model()).values().stream()
                    .map(layer -> LayerHooks.register(layer, (hooked, inputs, output) -> output))
                    .toList();
            try {
                learner.findLearningRate(1e-6, 1, 12);
                learner.fitOneCycle(2, .02);
            } finally {
                hooks.forEach(LayerHooks.Registration::close);
            }
            Map<String, Object> state = Toy.state(learner);
            plain.remove("epochs"); // those have an accuracy more
            state.remove("epochs");
            assertThat(state).isEqualTo(plain);
            assertThat(shown.toString(StandardCharsets.UTF_8).lines()).hasSize(3);
        }
    }

    @Test
    void lookingBetweenFitsChangesNothing() {
        try (Learner plain = Toy.builder().optimizer(Optimizer.ranger()).build();
                Learner looked = Toy.builder().optimizer(Optimizer.ranger()).build()) {
            plain.fit(1, .01);
            looked.fit(1, .01);
            looked.validate();
            looked.predictions().close();
            looked.predictions(Toy.items(5, 8)).close();
            looked.summary();
            looked.findLearningRate();
            looked.save(folder.resolve("w.safetensors"));
            looked.saveCheckpoint(folder.resolve("c.safetensors"));
            looked.history().plotLosses(folder.resolve("losses.svg"));
            plain.fit(1, .01);
            looked.fit(1, .01);
            assertThat(Toy.state(looked)).isEqualTo(Toy.state(plain));
        }
    }
}
